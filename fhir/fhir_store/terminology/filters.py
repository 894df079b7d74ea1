"""The filters of a value set: which codes of a code system have something in common.

http://hl7.org/fhir/R4/valueset-filter-operator.html
"""

from collections.abc import Callable, Mapping
from typing import Any

from fhir_store.errors import BadDefinition
from fhir_store.terminology.patterns import pattern
from fhir_store.terminology.systems import PARENTS, System, closure

CODE = ("code", "concept")
"""Both mean the concept itself."""

Operator = Callable[[System, str, str], set[str]]
"""From a code system, the name of a property and the value of the filter to the codes it lets through."""


def chosen(system: System, filter_: Mapping[str, Any]) -> set[str]:
    """The codes that one filter lets through. Raises BadDefinition."""
    operator = OPERATORS.get(filter_["op"])
    if operator is None:
        raise BadDefinition("A filter of the value set has an operator that R4 does not define.")
    return operator(system, filter_["property"], filter_["value"]) & system.concepts.keys()


def _is_a(system: System, name: str, value: str) -> set[str]:
    return closure([_start(system, name, value)], system.children)


def _descendent_of(system: System, name: str, value: str) -> set[str]:
    return _is_a(system, name, value) - {value}


def _is_not_a(system: System, name: str, value: str) -> set[str]:
    return system.concepts.keys() - _is_a(system, name, value)


def _generalizes(system: System, name: str, value: str) -> set[str]:
    return closure([_start(system, name, value)], system.parents)


def _start(system: System, name: str, value: str) -> str:
    if name not in CODE:
        raise BadDefinition(
            "A filter over a hierarchy is over the concept itself, and one is over a property."
        )
    if system.resource.get("hierarchyMeaning", "is-a") != "is-a":
        raise BadDefinition("A filter needs a hierarchy of kinds, and the code system has another one.")
    if value not in system.concepts:
        raise BadDefinition("A filter begins at a code that is not in its code system.")
    return value


def _equals(system: System, name: str, value: str) -> set[str]:
    return _where(system, name, lambda found: value in found)


def _in(system: System, name: str, value: str) -> set[str]:
    listed = {one.strip() for one in value.split(",")}
    return _where(system, name, lambda found: not listed.isdisjoint(found))


def _not_in(system: System, name: str, value: str) -> set[str]:
    return system.concepts.keys() - _in(system, name, value)


def _exists(system: System, name: str, value: str) -> set[str]:
    if value not in ("true", "false"):
        raise BadDefinition("A filter asks whether a property exists, which is true or false.")
    return _where(system, name, lambda found: bool(found) is (value == "true"))


def _regex(system: System, name: str, value: str) -> set[str]:
    matches = pattern(value)
    return _where(system, name, lambda found: any(map(matches, found)))


def _where(system: System, name: str, holds: Callable[[list[str]], bool]) -> set[str]:
    values = _values(system, name)
    return {code for code in system.concepts if holds(values(code))}


def _values(system: System, name: str) -> Callable[[str], list[str]]:
    """What each concept has of a property, FHIR's own among them."""
    if name in CODE:
        return lambda code: [code]
    if name == "display":
        return lambda code: [display] if (display := system.concepts[code].display) else []
    if name in PARENTS:
        return lambda code: sorted(system.parents[code])
    if name == "child":
        return lambda code: sorted(system.children[code])
    if name not in system.property_names:
        raise BadDefinition("A filter is over a property that its code system does not define.")
    return lambda code: system.values(code, name)


OPERATORS: Mapping[str, Operator] = {
    "=": _equals,
    "is-a": _is_a,
    "descendent-of": _descendent_of,
    "is-not-a": _is_not_a,
    "generalizes": _generalizes,
    "regex": _regex,
    "in": _in,
    "not-in": _not_in,
    "exists": _exists,
}
