"""Change the members that the store itself sets, and nothing else: every other character stays as submitted."""

import re
from collections.abc import Collection, Mapping
from functools import cache
from json import loads
from json.encoder import encode_basestring as quoted
from typing import Any

from fhir_store.json_text.members import members
from fhir_store.json_text.parsing import ResourceText, parse

# Without a backslash in the text no quote is inside a string, so a member can be found by its name alone.
# With one, every string has to be read in turn for the pattern to stay aligned.
_NAMED = r'"(?P<name>{names})"(?P<colon>[ \t\n\r]*:[ \t\n\r]*)"(?P<value>[^"]*)"'
_MEMBER_OR_STRING = re.compile(
    r'"(?P<name>(?:[^"\\]++|\\.)*+)"(?:(?P<colon>[ \t\n\r]*:[ \t\n\r]*)"(?P<value>(?:[^"\\]++|\\.)*+)")?'
)

Names = tuple[str, ...]
REFERENCES: Names = ("reference",)


def with_members(resource: ResourceText, *, id: str, version_id: str, last_updated: str) -> str:  # noqa: A002
    """The text with ``id``, ``meta.versionId`` and ``meta.lastUpdated`` set; the resource has a resourceType.

    What is missing is inserted: id behind resourceType, meta behind id. Other members of meta are kept.
    """
    text = resource.text
    edits: list[_Edit] = []
    places = _places(text, 0, {"resourceType", "id", "meta"} & resource.value.keys())
    if "id" in places:
        _, begin, behind_id = places["id"]
        edits.append((begin, behind_id, quoted(id)))
    else:
        _, _, behind_id = places["resourceType"]
        edits.append((behind_id, behind_id, f',"id":{quoted(id)}'))
    set_by_store = {"versionId": version_id, "lastUpdated": last_updated}
    if "meta" in places:
        meta, begin, _ = places["meta"]
        edits += _meta_edits(text, begin, meta, set_by_store)
    else:
        edits.append((behind_id, behind_id, f',"meta":{{{_written(set_by_store)}}}'))
    return _edited(text, edits)


_Edit = tuple[int, int, str]
"""What stands between two places is to be replaced by a text."""


def _places(text: str, start: int, wanted: Collection[str]) -> dict[str, tuple[Any, int, int]]:
    """Value, begin and end of the wanted members of the object at ``start``, which has them all."""
    found: dict[str, tuple[Any, int, int]] = {}
    if wanted:
        for name, value, begin, end in members(text, start):
            if name in wanted:
                found[name] = value, begin, end
                if len(found) == len(wanted):
                    break
    return found


def _meta_edits(
    text: str, start: int, meta: Mapping[str, Any], set_by_store: Mapping[str, str]
) -> list[_Edit]:
    present = _places(text, start, set_by_store.keys() & meta.keys())
    edits = [(begin, end, quoted(set_by_store[name])) for name, (_, begin, end) in present.items()]
    if missing := {name: value for name, value in set_by_store.items() if name not in present}:
        comma = "," if meta else ""
        edits.append((start + 1, start + 1, _written(missing) + comma))
    return edits


def _written(members: Mapping[str, str]) -> str:
    return ",".join(f"{quoted(name)}:{quoted(value)}" for name, value in members.items())


def _edited(text: str, edits: list[_Edit]) -> str:
    """Edits at the same place are made in their order."""
    pieces, at = [], 0
    for start, end, new in sorted(edits, key=lambda edit: edit[0]):
        pieces += [text[at:start], new]
        at = end
    return "".join([*pieces, text[at:]])


def with_id(resource: ResourceText, id: str) -> ResourceText:  # noqa: A002
    """The resource, which has a resourceType, under an id."""
    text = resource.text
    places = _places(text, 0, {"resourceType", "id"} & resource.value.keys())
    if "id" in places:
        _, begin, end = places["id"]
        edit = (begin, end, quoted(id))
    else:
        _, _, end = places["resourceType"]
        edit = (end, end, f',"id":{quoted(id)}')
    return ResourceText(_edited(text, [edit]), {**resource.value, "id": id})


def literals(resource: ResourceText, names: Names = REFERENCES) -> set[str]:
    """The texts of every ``reference``, at any depth; ``names`` are the members that are looked at."""
    found = _pattern(resource, names).finditer(resource.text)
    return {
        _content(one["value"]) for one in found if one["value"] is not None and _content(one["name"]) in names
    }


def with_references(
    resource: ResourceText, mapping: Mapping[str, str], names: Names = REFERENCES
) -> ResourceText:
    """The resource with every ``reference``, at any depth, that is in ``mapping`` replaced by what it maps to.

    ``names`` are the members that are looked at.
    """

    def replaced(member: re.Match[str]) -> str:
        name, value = member["name"], member["value"]
        if value is None or _content(name) not in names or (target := mapping.get(_content(value))) is None:
            return member[0]
        return f'"{name}"{member["colon"]}{quoted(target)}'

    text = _pattern(resource, names).sub(replaced, resource.text)
    return resource if text == resource.text else parse(text)


def _pattern(resource: ResourceText, names: Names) -> re.Pattern[str]:
    return _MEMBER_OR_STRING if "\\" in resource.text else _named(names)


@cache
def _named(names: Names) -> re.Pattern[str]:
    return re.compile(_NAMED.format(names="|".join(names)))


def _content(string: str) -> str:
    """What a JSON string, given without its quotes, means."""
    return str(loads(f'"{string}"')) if "\\" in string else string
