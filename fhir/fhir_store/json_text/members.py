"""Walk the members of one object, to know where in the text each of them stands."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from fhir_store.json_text.parsing import Broken, RepeatedKey, scan, skip_space

Reader = Callable[[str, int], tuple[Any, int]]
"""Reads the value that begins at a place of a text: returns it and the place behind it."""

NO_READERS: Mapping[str, Reader] = {}

_KEY = r'[ \t\n\r]*"((?:[^"\\\x00-\x1f]++|\\.)*+)"[ \t\n\r]*:[ \t\n\r]*'
_FIRST = re.compile(rf"\{{(?:{_KEY}|[ \t\n\r]*\}})")
_NEXT = re.compile(rf"[ \t\n\r]*(?:,{_KEY}|\}})")


def members(
    text: str, start: int, readers: Mapping[str, Reader] = NO_READERS
) -> Iterator[tuple[str, Any, int, int]]:
    """Of each member of the object at ``start``: name, value, and where the value begins and ends.

    ``readers`` are for members, by name, whose values are not to be read in the usual way. Raises
    parsing.UNREADABLE.
    """
    seen: set[str] = set()
    end = start
    found = _FIRST.match(text, start)
    while found and (name := found[1]) is not None:
        if "\\" in name:
            name = scan(text, found.start(1) - 1)[0]
        if name in seen:
            raise RepeatedKey
        seen.add(name)
        begin = found.end()
        value, end = readers.get(name, scan)(text, begin)
        yield name, value, begin, end
        found = _NEXT.match(text, end)
    if found is None:
        raise Broken(_first_wrong(text, end))


def _first_wrong(text: str, at: int) -> int:
    """Behind the comma or the opening brace where a key was expected, if there is one."""
    at = skip_space(text, at)
    return skip_space(text, at + 1) if text.startswith((",", "{"), at) else at
