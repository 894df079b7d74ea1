"""A value that an expression meets: what it is, of which type, and where in the resource it stands."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import zip_longest
from typing import Any

from fhir_store.definitions import Element, children, resource_types
from fhir_store.fhirpath.errors import BadExpression
from fhir_store.fhirpath.moments import Moment, moment_of
from fhir_store.fhirpath.types import SYSTEM, is_primitive

Place = tuple[str | int, ...]
"""Member names and list positions, from 0, from the resource on. The resource itself is ``()``."""

Definition = tuple[str, str]
"""A type and a path under it: ``("Patient", "contact")``."""

Simple = bool | str | Decimal | Moment
"""What values are compared as."""

_PARTS = ("BackboneElement", "Element")


@dataclass(frozen=True, slots=True)
class Node:
    """``value`` is the JSON value, or of a literal what it means."""

    value: Any
    type: str
    """``HumanName``; of a literal ``System.String``."""
    beside: Any = None
    """What ``_birthDate`` says beside ``birthDate``: id and extensions of a primitive value."""
    place: Place | None = None
    """None for what does not stand in the resource."""
    defined: Definition | None = None
    """What defines the parts."""
    parent: Definition | None = None
    element: Element | None = None
    """What defines it as a part, and what that is a part of; None for a resource at the root."""


def boolean(value: bool) -> Node:
    """A truth value."""
    return Node(value, f"{SYSTEM}Boolean")


def string(text: str) -> Node:
    """A string that does not stand in the resource."""
    return Node(text, f"{SYSTEM}String")


def number(text: str) -> Node:
    """A number that does not stand in the resource, as it is written."""
    return Node(Decimal(text), f"{SYSTEM}{'Decimal' if '.' in text else 'Integer'}")


def moment(text: str) -> Node:
    """A date or time as it is written in an expression, without its ``@``. Raises BadExpression."""
    value = moment_of(text)
    return Node(value, f"{SYSTEM}{value.kind}")


def root(resource: Mapping[str, Any]) -> Node:
    """The resource itself. Raises BadExpression."""
    type_ = resource.get("resourceType")
    if not isinstance(type_, str) or type_ not in resource_types():
        raise BadExpression("The resource has no resourceType that FHIR R4 knows.")
    return Node(resource, str(type_), place=(), defined=(str(type_), ""))


def element_of(node: Node, name: str) -> Element:
    """The definition of a part by its name in FHIRPath: ``value``. Raises BadExpression if there is none."""
    parts = children(*node.defined) if node.defined else {}
    found = parts.get(name) or parts.get(f"{name}[x]")
    if found is None or name.endswith("[x]"):
        raise BadExpression(f"The expression names an element that {node.type} does not have.")
    return found


def parts_of(node: Node, name: str) -> Iterator[Node]:
    """The values of the element of that name. Raises BadExpression if no such element is defined."""
    element = element_of(node, name)
    holder, place = _holder(node)
    if not isinstance(holder, Mapping):
        return
    for json_name, type_ in element.json_names():
        for value, aside, its_place in _values(holder, json_name, type_, place):
            if value is not None or aside is not None:
                yield _node(node, element, type_, value, aside, its_place)


def _holder(node: Node) -> tuple[Any, Place]:
    """The object that has the parts as members: of a primitive value, the one beside it."""
    return (
        (node.beside, beside(node.place or ())) if is_primitive(node.type) else (node.value, node.place or ())
    )


def beside(place: Place) -> Place:
    """Where id and extensions of the primitive value at a place stand."""
    at = len(place) - (2 if isinstance(place[-1], int) else 1)
    return (*place[:at], f"_{place[at]}", *place[at + 1 :])


def _values(
    holder: Mapping[str, Any], name: str, type_: str, place: Place
) -> Iterator[tuple[Any, Any, Place]]:
    """Each value of a member, what stands beside it, and its place."""
    value = holder.get(name)
    aside = holder.get(f"_{name}") if is_primitive(type_) else None
    if isinstance(value, list) or isinstance(aside, list):
        for n, (one, its_aside) in enumerate(_paired(value, aside)):
            yield one, its_aside, (*place, name, n)
    else:
        yield value, aside, (*place, name)


def _paired(values: Any, asides: Any) -> Iterator[tuple[Any, Any]]:
    """The items of a list with what stands beside each; None where there is nothing."""
    return zip_longest(*(some if isinstance(some, list) else () for some in (values, asides)))


def _node(parent: Node, element: Element, type_: str, value: Any, aside: Any, place: Place) -> Node:
    assert parent.defined
    code, defined = definition_of(parent.defined, element, type_)
    if code == "Resource":
        said = value.get("resourceType") if isinstance(value, Mapping) else None
        code = str(said) if isinstance(said, str) and said in resource_types() else code
        defined = (code, "")
    its_aside = aside if is_primitive(code) else None
    return Node(value, code, its_aside, place, defined, parent.defined, element)


def definition_of(parent: Definition, element: Element, type_: str) -> tuple[str, Definition]:
    """The type of a part, without the profile that may narrow it, and what defines the parts of that."""
    code = type_.partition("/")[0]
    if element.content:
        content_type, _, path = element.content.partition(".")
        return "BackboneElement", (content_type, path)
    if code in _PARTS:
        of, path = parent
        return code, (of, f"{path}.{element.name}" if path else element.name)
    return code, (code, "")


def simple(node: Node) -> Simple | None:
    """What a primitive value means; None if it is none, or has extensions only. Raises BadExpression."""
    if node.type.startswith(SYSTEM) or node.value is None:
        return node.value  # type: ignore[no-any-return]
    if not is_primitive(node.type):
        return None
    return _meant(node)


def _meant(node: Node) -> Simple:
    value = node.value
    if node.type in ("date", "dateTime", "instant", "time") and isinstance(value, str):
        return _moment(node.type, value)
    if node.type in ("integer", "positiveInt", "unsignedInt", "decimal"):
        try:
            return Decimal(value)
        except (InvalidOperation, TypeError, ValueError):
            raise BadExpression("A number in the resource cannot be read.") from None
    if isinstance(value, (str, bool)):
        return value if isinstance(value, bool) else str(value)
    raise BadExpression("The resource has another kind of value where a primitive value is expected.")


def _moment(type_: str, text: str) -> Moment:
    read = moment_of(f"T{text}" if type_ == "time" else text)
    kind = {"date": "Date", "time": "Time"}.get(type_, "DateTime")
    return Moment(kind, read.fields, read.offset)
