"""JSON Pointers. https://www.rfc-editor.org/rfc/rfc6901"""

import re

Pointer = tuple[str, ...]
"""Member names and list positions as they are written; ``()`` is the whole."""

_BAD_ESCAPE = re.compile(r"~(?![01])")
_POSITION = re.compile(r"0|[1-9][0-9]{0,8}", re.ASCII)


class BadPointer(ValueError):
    """Its message says what is wrong, and not with which."""


def pointer(text: str) -> Pointer:
    """Read a pointer. Raises BadPointer."""
    if not text:
        return ()
    if not text.startswith("/") or _BAD_ESCAPE.search(text):
        raise BadPointer("A JSON Pointer is empty or begins with /, and ~ stands before 0 or 1 only.")
    return tuple(name.replace("~1", "/").replace("~0", "~") for name in text[1:].split("/"))


def position(name: str, length: int) -> int:
    """The position that a name is in a list of that length. Raises BadPointer if there is none."""
    if not _POSITION.fullmatch(name) or int(name) >= length:
        raise BadPointer("The list has no such position.")
    return int(name)
