"""Take parts out of a resource along its definition, and write the rest as it was submitted, token for token.

What cannot stand without a part that is taken out goes with it: an element whose required part is gone, an extension
that lost anything, whatever a modifier extension stood on.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from json import dumps
from typing import Any

from fhir_store.definitions import Element, children, type_named
from fhir_store.json_text.parsing import skip_space, value_at
from fhir_store.json_text.tokens import member_texts

Json = Mapping[str, Any]

WITH_PARTS = frozenset({"BackboneElement", "Element"})
MODIFIER_EXTENSION = "modifierExtension"

ANY_OF = {
    ("Appointment", "participant"): frozenset({"actor", "type"}),
    ("Composition", "section"): frozenset({"text", "entry", "section"}),
    ("Condition", "evidence"): frozenset({"code", "detail"}),
    ("Condition", "stage"): frozenset({"assessment", "summary"}),
    ("Immunization", "education"): frozenset({"documentType", "reference"}),
    ("Observation", "referenceRange"): frozenset({"high", "low", "text"}),
    ("Patient", "contact"): frozenset({"address", "name", "organization", "telecom"}),
}
"""What an element must have one of to stand at all: by the invariants of R4, without which the whole would not stand."""


@dataclass(slots=True)
class Part:
    """One value in a resource: what it is called, of which type it is, and in what it stands."""

    # Not frozen: one is made for every value, and that would cost as much as all else.

    within: str
    """The type or element that holds it: ``Bundle.entry``."""
    name: str
    type: str
    value: Any


Keep = Callable[[Part], Any]
"""What is left of one value: the value itself, another, or None if nothing."""


class Fresh:
    """A value that is put in the place of another."""

    def __init__(self, value: Any) -> None:
        self.value = value


class Kept(list[Any]):
    """What is left of a list, with the place that each had in it; of what is Fresh, any place."""

    def __init__(self, values: list[Any], places: list[int]) -> None:
        super().__init__(values)
        self.places = places


def cut(value: Json, type_: str, keep: Keep, path: str = "") -> Json | None:
    """What is left of an object of a type. The same object if nothing is taken out, None if nothing is left.

    ``keep`` is asked for each value, outer ones first; it is not asked for the parts of what it put in a place.
    """
    known = _members(type_, path)
    within = f"{type_}.{path}" if path else type_
    kept: dict[str, Any] = {}
    is_whole = True
    for name, part in value.items():
        left = part if name == "resourceType" else _left_of_member(name, part, known, keep, within)
        is_whole = is_whole and left is part
        if left is not None:
            kept[name] = left
        elif _is_needed(name, known):
            return None
    if is_whole:
        return value
    kept = {name: part for name, part in kept.items() if not _stood_beside(name, value, kept)}
    return kept if _stands(kept, type_, path) else None


def _stands(kept: Json, type_: str, path: str) -> bool:
    """Whether what is left of an object that lost something means anything."""
    needed = ANY_OF.get((type_, path))
    return bool(kept) and type_ != "Extension" and (needed is None or bool(needed & kept.keys()))


def _stood_beside(name: str, value: Json, kept: Json) -> bool:
    """Extensions of a primitive value go with it."""
    return name.startswith("_") and name[1:] in value and name[1:] not in kept


@dataclass(frozen=True, slots=True)
class _Member:
    element: Element
    type: str
    place: tuple[str, str]
    """The type and path that have the definition of its parts."""


@cache
def _members(type_: str, path: str) -> Mapping[str, _Member]:
    """Of each member that an object may have in JSON, how it is defined."""
    found = {}
    for element in children(type_, path).values():
        for name, of_type in element.json_names():
            found[name] = _member(element, of_type.partition("/")[0], type_, path)
    return found


def _member(element: Element, of_type: str, type_: str, path: str) -> _Member:
    if element.content:
        holder, _, place = element.content.partition(".")
        return _Member(element, "BackboneElement", (holder, place))
    if of_type in WITH_PARTS:
        return _Member(element, of_type, (type_, f"{path}.{element.name}" if path else element.name))
    return _Member(element, of_type, (of_type, ""))


def _left_of_member(name: str, part: Any, known: Mapping[str, _Member], keep: Keep, within: str) -> Any:
    """None if nothing is left; what FHIR does not know there is not kept."""
    member = known.get(name.removeprefix("_"))
    if member is None:
        return None
    if name.startswith("_"):
        member = _Member(member.element, "Element", ("Element", ""))
    if not isinstance(part, list):
        return _left(part, name, member, keep, within)
    left = [_left(one, name, member, keep, within) for one in part]
    if all(new is old for new, old in zip(left, part, strict=True)):
        return part
    if name.startswith("_"):
        left = [Fresh(None) if new is None else new for new in left]
        return None if all(_is_nothing(one) for one in left) else Kept(left, list(range(len(left))))
    kept = [(one, at) for at, one in enumerate(left) if one is not None]
    # Two lists of primitive values and of their extensions belong together, place by place.
    if not kept or name == MODIFIER_EXTENSION or (len(kept) < len(part) and not _is_object(member.type)):
        return None
    return Kept([one for one, _ in kept], [at for _, at in kept])


def _is_nothing(left: Any) -> bool:
    return isinstance(left, Fresh) and left.value is None


def _left(value: Any, name: str, member: _Member, keep: Keep, within: str) -> Any:
    left = None if value is None else keep(Part(within, name, member.type, value))
    if left is not value or not isinstance(value, dict) or member.type == "Resource":
        return left
    return cut(value, member.place[0], keep, member.place[1])


def _is_object(type_: str) -> bool:
    return type_ in WITH_PARTS or type_ == "Resource" or not type_named(type_).is_primitive


def _is_needed(name: str, known: Mapping[str, _Member]) -> bool:
    if name == MODIFIER_EXTENSION:
        return True
    member = known.get(name)
    return member is not None and member.element.min > 0


# --- text


def written(text: str, old: Any, new: Any) -> str:
    """The text of what is left: ``text`` is that of the old value."""
    if new is old:
        return text
    if isinstance(new, Fresh):
        return dumps(new.value, ensure_ascii=False, separators=(",", ":"))
    if isinstance(new, Kept):
        items = list(_item_texts(text))
        pieces = (written(items[at], old[at], one) for one, at in zip(new, new.places, strict=True))
        return f"[{','.join(pieces)}]"
    assert isinstance(new, dict), "anything else is put in its place as Fresh"
    return f"{{{','.join(_written_members(text, old, new))}}}"


def _written_members(text: str, old: Json, new: Json) -> Iterator[str]:
    for member, quoted, value in member_texts(text):
        name = quoted[1:-1]
        if name in new:
            yield member.removesuffix(value) + written(value, old[name], new[name])
    yield from (f'"{name}":{written("", None, new[name])}' for name in new if name not in old)


_COMMA = re.compile(r"[ \t\n\r]*,[ \t\n\r]*")


def _item_texts(text: str) -> Iterator[str]:
    """The texts of the items of a list that is not empty."""
    at = skip_space(text, 1)
    while True:
        _, end = value_at(text, at)
        yield text[at:end]
        comma = _COMMA.match(text, end)
        if comma is None:
            return
        at = comma.end()
