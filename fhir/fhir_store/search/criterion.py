"""From one parameter and its value to what it asks of the resource ``c``.

A name is a parameter with or without a modifier, or it goes on through references: ``subject:Patient.name``,
``_has:Observation:patient:code``, any number of times. Inside a link, ``c`` is the resource at its other end.
http://hl7.org/fhir/R4/search.html#chaining
"""

from collections.abc import Callable, Sequence
from functools import lru_cache

from fhir_store.definitions import served_types
from fhir_store.errors import BadSearchValue, UnsupportedModifier, UnsupportedParameter
from fhir_store.search import reference, resource
from fhir_store.search.context import Context
from fhir_store.search.kinds import KINDS
from fhir_store.search.links import by_url, is_referred_to, refers_to, targets_of
from fhir_store.search.missing import missing
from fhir_store.search.parameters import Sought, parameters
from fhir_store.search.visibility import current
from fhir_store.sql import Sql

HAS = "_has:"

MOST_LINKS = 5
"""Of one chain. Each link is a join, and without a type as many as there are types."""

Criterion = Callable[[str, Context], Sql]

Types = tuple[str, ...]


def criterion(types: Types, name: str, value: str, context: Context, links: int = 0) -> Sql:
    """What a parameter asks of ``c``, which is of one of the types. Raises UnsupportedParameter and BadSearchValue."""
    if not value:
        raise BadSearchValue("A search parameter has no value.")
    if name.startswith(HAS):
        return _has(types, name, value, context, _one_more(links))
    first, dot, rest = name.partition(".")
    if dot:
        return _chain(types, first, rest, value, context, _one_more(links))
    way = _way(types, name)
    if context.telling is None:
        return way(value, context)
    plain, _, modifier = name.partition(":")
    return context.telling.criterion(
        types, plain, modifier, value, lambda asked: way(asked, context), context
    )


def _one_more(links: int) -> int:
    if links == MOST_LINKS:
        raise BadSearchValue(f"A chain has at most {MOST_LINKS} links.")
    return links + 1


@lru_cache(maxsize=4096)
def _way(types: Types, name: str) -> Criterion:
    """How a parameter, with its modifier, is searched by."""
    name, colon, modifier = name.partition(":")
    if name in resource.WAYS:
        _, own_ways = resource.WAYS[name]
        if modifier not in own_ways or (colon and not modifier):
            raise UnsupportedModifier(label(types), sorted(filter(None, own_ways)))
        return own_ways[modifier]
    sought = known(types, name)
    if modifier in typed_targets(sought):
        return lambda value, context: reference.of_type(sought, modifier, value, context)
    if modifier not in (allowed := ways(sought)) or (colon and not modifier):
        of_type = ["[type]"] if typed_targets(sought) else []
        raise UnsupportedModifier(label(types), [*sorted(filter(None, allowed)), *of_type])
    way = allowed[modifier]
    return lambda value, context: way(sought, value, context)


def known(types: Types, name: str) -> Sought:
    """The parameter of that name. Raises UnsupportedParameter."""
    found = parameters(types).get(name)
    if found is None:
        raise UnsupportedParameter(label(types), names(types))
    return found


def names(types: Types) -> list[str]:
    """Of everything that the types can be searched by."""
    return sorted([*resource.WAYS, *parameters(types)])


def label(types: Types) -> str:
    """How a message calls the types."""
    return types[0] if len(types) == 1 else "these types together"


NEEDS = {
    "text": {"CodeableConcept", "Coding", "Identifier"},
    "of-type": {"Identifier"},
    "identifier": {"Reference"},
}
"""The data types that have what a modifier looks for."""


LOOKS_INTO = frozenset({"contains"})
"""Modifiers that no blind value can be searched by: its hashes are those of beginnings."""


def ways(sought: Sought) -> dict[str, Callable[[Sought, str, Context], Sql]]:
    """How a parameter can be searched by: a function for each modifier, that of none included."""
    own = {
        modifier: way
        for modifier, way in KINDS[sought.kind].WAYS.items()
        if (modifier not in NEEDS or NEEDS[modifier] & sought.leaves)
        and not (modifier in LOOKS_INTO and sought.is_blind)
    }
    return {**own, "missing": missing}


def typed_targets(sought: Sought) -> Sequence[str]:
    """The types that may be a modifier, as in ``subject:Patient``; a canonical reference does not tell a type."""
    return () if by_url(sought) else targets_of(sought)


def _chain(types: Types, first: str, rest: str, value: str, context: Context, links: int) -> Sql:
    """``first`` refers to a resource that ``rest`` finds."""
    name, _, type_ = first.partition(":")
    sought = _link(types, name)
    targets = [t for t in targets_of(sought) if t in served_types() and type_ in ("", t)]
    if not targets:
        raise UnsupportedParameter(label(types), names(types))
    if context.telling is not None:
        context.telling.link(types, name, targets)
    arms = _arms(sought, targets, rest, value, context, links)
    return Sql(
        f"c.key IN ({' UNION ALL '.join(arm.text for arm in arms)})",
        tuple(arg for arm in arms for arg in arm.args),
    )


def _link(types: Types, name: str) -> Sought:
    sought = known(types, name)
    if sought.kind != "reference":
        raise UnsupportedParameter(
            label(types), [n for n, p in parameters(types).items() if p.kind == "reference"]
        )
    return sought


def _arms(
    sought: Sought, targets: Sequence[str], rest: str, value: str, context: Context, links: int
) -> list[Sql]:
    """What refers to each type of target; types that have no such parameter are none of what is sought."""
    arms, refused = [], None
    for target in targets:
        try:
            end = current((target,), context) & criterion((target,), rest, value, context, links)
            arms.append(refers_to(sought, target, end))
        except UnsupportedParameter as error:
            refused = error
    if not arms and refused:
        raise refused
    return arms


def _has(types: Types, name: str, value: str, context: Context, links: int) -> Sql:
    """A resource of another type refers to ``c`` by a parameter, and ``rest`` finds it."""
    match name.removeprefix(HAS).split(":", 2):
        case [source, by, rest] if source in served_types():
            sought = _link((source,), by)
        case _:
            raise UnsupportedParameter(label(types), ["_has:[type]:[reference parameter]:[parameter]"])
    here = [t for t in types if t in targets_of(sought)]
    if not here:
        raise UnsupportedParameter(label(types), ["_has:[type]:[reference parameter]:[parameter]"])
    if context.telling is not None:
        context.telling.link((source,), by, here)
    end = current((source,), context) & criterion((source,), rest, value, context, links)
    return is_referred_to(sought, here, end)
