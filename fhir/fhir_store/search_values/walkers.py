"""Make paths into code: from a path and the definitions to functions over JSON."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from fhir_store.definitions import Element, children
from fhir_store.gate.references import type_named_in
from fhir_store.search_values.expressions import (
    Child,
    IsTrue,
    Item,
    OfType,
    Path,
    RefersTo,
    Step,
    UnknownForm,
    Where,
)

Json = Mapping[str, Any]
Nodes = Iterable[Any]
Walk = Callable[[Nodes], Nodes]


@dataclass(frozen=True, slots=True)
class Branch:
    """One way through JSON that a path stands for; a path over a choice of types has one for each type.

    ``member`` of the resource comes first; ``walks`` lead on from its values. ``type`` is that of what is found,
    ``element`` its definition.
    """

    type: str
    path: str = ""
    element: Element | None = None
    member: str = ""
    is_list: bool = False
    walks: tuple[Walk, ...] = ()
    asks_if_true: bool = False

    def nodes(self, value: Any) -> Nodes:
        """What is found from the value of ``member`` on."""
        nodes: Nodes = value if self.is_list else (value,)
        for walk in self.walks:
            nodes = walk(nodes)
        return nodes


def branches(type_: str, path: Path, element: str = "") -> list[Branch]:
    """Every way through JSON that a path stands for, from a type or an element under it (``component``).

    Raises UnknownForm if there is none.
    """
    found = [Branch(type_, element)]
    for step in path:
        found = [longer for branch in found for longer in _further(branch, step)]
    if not found:
        raise UnknownForm(type_)
    return found


def _further(branch: Branch, step: Step) -> list[Branch]:
    match step:
        case Child(name):
            return _children(branch, name)
        case OfType(type_):
            return [branch] if branch.type.partition("/")[0] == type_ else []
        case RefersTo(type_):
            return [_with(branch, _refer_to(type_))] if branch.type == "Reference" else []
        case Where(member, text):
            return [_with(branch, _where(member, text))]
        case Item(place):
            return [_with(branch, _item(place))]
        case IsTrue():
            return [Branch("boolean", member=branch.member, asks_if_true=True)]


def _children(branch: Branch, name: str) -> list[Branch]:
    elements = children(branch.type.rpartition("/")[2], branch.path) if branch.type else {}
    element = elements.get(name) or elements.get(f"{name}[x]")
    if element is None:
        return []
    return [_child(branch, element, json_name, type_) for json_name, type_ in element.json_names()]


def _child(branch: Branch, element: Element, json_name: str, type_: str) -> Branch:
    place = _place_of_parts(branch, element, type_)
    if not branch.member:
        return Branch(*place, element, json_name, element.is_list)
    walk = _items(json_name) if element.is_list else _member(json_name)
    return Branch(*place, element, branch.member, branch.is_list, (*branch.walks, walk))


def _place_of_parts(branch: Branch, element: Element, type_: str) -> tuple[str, str]:
    """Type and path under which the definitions list the parts of an element."""
    if element.content:
        resource, _, path = element.content.partition(".")
        return resource, path
    if type_ in ("BackboneElement", "Element"):
        return branch.type, f"{branch.path}.{element.name}" if branch.path else element.name
    return type_, ""


def _with(branch: Branch, walk: Walk) -> Branch:
    return Branch(
        branch.type, branch.path, branch.element, branch.member, branch.is_list, (*branch.walks, walk)
    )


def _member(name: str) -> Walk:
    return lambda nodes: [node[name] for node in nodes if name in node]


def _items(name: str) -> Walk:
    return lambda nodes: [item for node in nodes if name in node for item in node[name]]


def _where(member: str, text: str) -> Walk:
    return lambda nodes: [node for node in nodes if node.get(member) == text]


def _item(place: int) -> Walk:
    return lambda nodes: list(nodes)[place : place + 1]


def _refer_to(type_: str) -> Walk:
    return lambda nodes: [node for node in nodes if referred_type(node) == type_]


def referred_type(reference: Json) -> str | None:
    """The type of resource that a Reference says it refers to: in its literal, else in ``type``."""
    literal = reference.get("reference")
    type_: str | None = (literal and type_named_in(literal)) or reference.get("type")
    return type_
