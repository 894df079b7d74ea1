"""Read a Bundle without holding its resources as values: each is made when its entry is asked for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from fhir_store.errors import Issue, Refused
from fhir_store.json_text.members import Reader, members
from fhir_store.json_text.parsing import (
    UNREADABLE,
    Broken,
    ResourceText,
    object_at,
    readable,
    refusal,
    refuse_more,
    refuse_no_object,
    skip_space,
)
from fhir_store.json_text.places import unreadable


@dataclass(frozen=True, slots=True)
class BundleEntry:
    """One entry: what is asked (``method`` and so on are its ``request``) and the resource in its own words."""

    full_url: str | None
    method: str | None
    url: str | None
    if_none_exist: str | None
    if_match: str | None
    if_none_match: str | None
    if_modified_since: str | None
    resource: ResourceText | None

    @property
    def resource_type(self) -> str | None:
        """The resourceType, if there is a resource that says one."""
        type_ = self.resource.value.get("resourceType") if self.resource else None
        return type_ if isinstance(type_, str) else None


class _Outline(NamedTuple):
    """An entry without its resource, of which only the place is kept."""

    full_url: str | None
    request: Mapping[str, str | None]
    resource_at: int | None


@dataclass(frozen=True, slots=True)
class BundleText:
    """A Bundle whose whole text is known to be readable. ``type`` is None if it does not say one."""

    type: str | None
    entries: "Entries"


@dataclass(frozen=True, slots=True)
class Entries:
    """The entries in their order. Each pass over them reads the resources again: keep a list to go twice."""

    _text: str
    _outlines: tuple[_Outline, ...]

    def __len__(self) -> int:
        return len(self._outlines)

    def __iter__(self) -> Iterator[BundleEntry]:
        for outline in self._outlines:
            start = outline.resource_at
            resource = None if start is None else object_at(self._text, start)[0]
            yield BundleEntry(full_url=outline.full_url, resource=resource, **outline.request)


_REQUEST = {
    "method": "method",
    "url": "url",
    "if_none_exist": "ifNoneExist",
    "if_match": "ifMatch",
    "if_none_match": "ifNoneMatch",
    "if_modified_since": "ifModifiedSince",
}

_ELEMENT = {"id", "extension"}
_IN_REQUEST = {*_ELEMENT, *_REQUEST.values()}
_ENTRY = {*_ELEMENT, "link", "fullUrl", "resource", "search", "request", "response"}
_BUNDLE = {
    *("resourceType", "id", "meta", "implicitRules", "language", "identifier", "type", "timestamp", "total"),
    *("link", "entry", "signature"),
}


def bundle_entries(raw: bytes | str) -> BundleText:
    """Read a Bundle. Raises Unreadable; Refused if it is no Bundle or an entry is not made as one."""
    text = readable(raw)
    start = skip_space(text, 0)
    bundle, end = _walked(text, start, {"entry": _entries_at})
    refuse_more(text, end)
    if bundle.get("resourceType") != "Bundle":
        raise Refused([Issue("structure", "", "A Bundle is expected.")])
    _refuse_unknown(bundle, _BUNDLE, "Bundle")
    entries = tuple(_outline(n, entry) for n, entry in enumerate(bundle.get("entry", ())))
    return BundleText(_string(bundle, "type", "Bundle"), Entries(text, entries))


def _walked(text: str, start: int, readers: Mapping[str, Reader]) -> tuple[dict[str, Any], int]:
    """The object at ``start`` with some members read in their own way, and the place behind it."""
    refuse_no_object(text, start)
    values: dict[str, Any] = {}
    end = start + 1
    try:
        for name, value, _, behind in members(text, start, readers):
            values[name], end = value, behind
    except UNREADABLE as error:
        raise refusal(text, start, error) from None
    return values, skip_space(text, end) + 1


def _entries_at(text: str, start: int) -> tuple[list[Mapping[str, Any]], int]:
    """Every entry as values, except that its resource is checked and only its place kept."""
    if not text.startswith("[", start):
        raise unreadable(text, start, "A list of entries is expected here.")
    entries: list[Mapping[str, Any]] = []
    at = skip_space(text, start + 1)
    while not text.startswith("]", at):
        entry, end = _walked(text, at, {"resource": _place_of_object})
        entries.append(entry)
        at = skip_space(text, end)
        if text.startswith(",", at):
            at = skip_space(text, at + 1)
            refuse_no_object(text, at)
        elif not text.startswith("]", at):
            raise Broken(at)
    return entries, at + 1


def _place_of_object(text: str, start: int) -> tuple[int, int]:
    _, end = object_at(text, start)
    return start, end


def _outline(n: int, entry: Mapping[str, Any]) -> _Outline:
    where = f"Bundle.entry[{n}]"
    _refuse_unknown(entry, _ENTRY, where)
    request = entry.get("request", {})
    if not isinstance(request, dict):
        raise Refused([Issue("structure", f"{where}.request", "An object is expected here.")])
    _refuse_unknown(request, _IN_REQUEST, f"{where}.request")
    asked = {ours: _string(request, name, f"{where}.request") for ours, name in _REQUEST.items()}
    return _Outline(_string(entry, "fullUrl", where), asked, entry.get("resource"))


def _refuse_unknown(given: Mapping[str, Any], known: set[str], where: str) -> None:
    """A condition that is misspelt must not be passed over."""
    if not {name.removeprefix("_") for name in given} <= known:
        raise Refused([Issue("structure", where, "There is an element here that FHIR does not have.")])


def _string(members: Mapping[str, Any], name: str, where: str) -> str | None:
    value = members.get(name)
    if name in members and type(value) is not str:
        raise Refused([Issue("structure", f"{where}.{name}", "A string is expected here.")])
    return value
