"""Where in a text something stands. Slow and only for refusals, whose text is known to be wrong."""

import re
from collections.abc import Iterator
from json import loads

from fhir_store.errors import Issue, Unreadable

_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"(?P<key>[ \t\n\r]*:)?|[{}\[\]]|NaN|-?Infinity', re.DOTALL)


def unreadable(text: str, at: int, message: str) -> Unreadable:
    """A refusal that names line and column, both from 1, and never what stands there."""
    line = text.count("\n", 0, at) + 1
    column = at - text.rfind("\n", 0, at)
    return Unreadable((Issue("structure", "", f"Line {line}, column {column}: {message}"),))


def first_repeated_key(text: str, start: int) -> int:
    """The first key that its object has already."""
    open_objects: list[set[str]] = []
    for token in _tokens(text, start):
        if token["key"] is not None:
            key = loads(token[0][: token.start("key") - token.start()], strict=False)
            if key in open_objects[-1]:
                return token.start()
            open_objects[-1].add(key)
        elif token[0] == "{":
            open_objects.append(set())
        elif token[0] == "}":
            open_objects.pop()
    return start


def first_constant(text: str, start: int) -> int:
    """The first NaN or Infinity."""
    return next((t.start() for t in _tokens(text, start) if t[0].endswith(("NaN", "Infinity"))), start)


def first_too_deep(text: str, start: int, deepest: int) -> int:
    """The first bracket that opens a level below ``deepest``."""
    depth = 0
    for token in _tokens(text, start):
        depth += {"{": 1, "[": 1, "}": -1, "]": -1}.get(token[0], 0)
        if depth > deepest:
            return token.start()
    return start


def _tokens(text: str, start: int) -> Iterator[re.Match[str]]:
    return _TOKEN.finditer(text, start)
