"""Walk the members of one object, to know where in the text each of them stands."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from fhir_store.json_text.parsing import Broken, RepeatedKey, scan, skip_space

Reader = Callable[[str, int], tuple[Any, int]]
"""Reads the value that begins at a place of a text: returns it and the place behind it."""

NO_READERS: Mapping[str, Reader] = {}

_KEY = re.compile(r'[ \t\n\r]*"((?:[^"\\\x00-\x1f]++|\\.)*+)"[ \t\n\r]*:[ \t\n\r]*')
_BEHIND_VALUE = {"}": re.compile(r"[ \t\n\r]*[,}]"), "]": re.compile(r"[ \t\n\r]*[,\]]")}


class Member(NamedTuple):
    """A member of an object: its value, which stands from ``begin`` to ``end``."""

    name: str
    value: Any
    begin: int
    end: int
    behind: int
    """The place behind the comma or the closing brace that follows."""


def members(text: str, start: int, readers: Mapping[str, Reader] = NO_READERS) -> Iterator[Member]:
    """The members of the object at ``start``, which has at least one. Raises parsing.UNREADABLE.

    ``readers`` are for members, by name, whose values are not to be read in the usual way.
    """
    seen: set[str] = set()
    behind = start + 1
    while text[behind - 1] != "}":
        key = _KEY.match(text, behind)
        if key is None:
            raise Broken(skip_space(text, behind))
        name = key[1] if "\\" not in key[1] else scan(text, key.start(1) - 1)[0]
        if name in seen:
            raise RepeatedKey
        seen.add(name)
        value, end = readers.get(name, scan)(text, key.end())
        behind = behind_value(text, end, "}")
        yield Member(name, value, key.end(), end, behind)


def behind_value(text: str, end: int, closing: str) -> int:
    """The place behind the comma or ``closing`` bracket that must follow a value. Raises Broken."""
    behind = _BEHIND_VALUE[closing].match(text, end)
    if behind is None:
        raise Broken(skip_space(text, end))
    return behind.end()
