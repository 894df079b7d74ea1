"""JSON values that can be changed and remember the text they were read from.

What is not changed is written as it was read: numbers, escapes, order and space. Objects and lists are changed as
any ``dict`` and ``list``; what is put in is written as short as can be.
"""

import re
from collections.abc import Mapping
from json.encoder import encode_basestring as quoted
from typing import Any

from fhir_store.json_text.parsing import DEEPEST, NumberText, scan, skip_space

Around = tuple[str, str]
"""What stands before a value, its key included, and between the value and the comma."""

NOTHING: Around = ("", "")

_KEY = re.compile(r'[ \t\n\r]*("(?:[^"\\]++|\\.)*+")[ \t\n\r]*:[ \t\n\r]*')
_STRING = re.compile(r'"(?:[^"\\]++|\\.)*+"')
_WORDS = {True: "true", False: "false", None: "null"}


class TooDeep(Exception):
    """Objects and lists nest deeper than a resource may."""


class EscapedText(str):
    """A string whose text has escapes."""

    __slots__ = ("text",)
    text: str


class KeptObject(dict[str, Any]):
    """``around`` is by member; ``tail`` stands before the closing brace."""

    __slots__ = ("around", "tail")

    def __init__(self) -> None:
        super().__init__()
        self.around: dict[str, Around] = {}
        self.tail = ""


class KeptList(list[Any]):
    """``around`` is by position, and only space: it need not move with the items."""

    __slots__ = ("around", "tail")

    def __init__(self) -> None:
        super().__init__()
        self.around: list[Around] = []
        self.tail = ""


def kept(text: str) -> Any:
    """Read a text that is known to be readable JSON and not too deep."""
    return _value(text, skip_space(text, 0))[0]


def _value(text: str, at: int) -> tuple[Any, int]:
    match text[at]:
        case "{":
            return _object(text, at + 1)
        case "[":
            return _list(text, at + 1)
        case '"':
            return _string(text, at)
    return scan(text, at)


def _string(text: str, at: int) -> tuple[str, int]:
    found = _STRING.match(text, at)
    assert found
    meant = scan(found[0], 0)[0]
    if "\\" in found[0]:
        meant = EscapedText(meant)
        meant.text = found[0]
    return meant, found.end()


def _object(text: str, at: int) -> tuple[KeptObject, int]:
    found = KeptObject()
    while key := _KEY.match(text, at):
        name = str(scan(key[1], 0)[0])
        found[name], end = _value(text, key.end())
        at = skip_space(text, end)
        is_last = text[at] == "}"
        found.around[name] = key[0], "" if is_last else text[end:at]
        if is_last:
            found.tail = text[end:at]
            return found, at + 1
        at += 1
    end = skip_space(text, at)
    found.tail = text[at:end]
    return found, end + 1


def _list(text: str, at: int) -> tuple[KeptList, int]:
    found = KeptList()
    begin = skip_space(text, at)
    if text[begin] == "]":
        found.tail = text[at:begin]
        return found, begin + 1
    while True:
        item, end = _value(text, begin)
        found.append(item)
        behind = skip_space(text, end)
        is_last = text[behind] == "]"
        found.around.append((text[at:begin], "" if is_last else text[end:behind]))
        if is_last:
            found.tail = text[end:behind]
            return found, behind + 1
        at = behind + 1
        begin = skip_space(text, at)


def written(value: Any, deepest: int = DEEPEST) -> str:
    """The text of a value, kept or not; numbers are NumberText. Raises TooDeep."""
    if isinstance(value, (Mapping, list)):
        if not deepest:
            raise TooDeep
        return (
            _written_object(value, deepest) if isinstance(value, Mapping) else _written_list(value, deepest)
        )
    if isinstance(value, (EscapedText, NumberText)):
        return value.text if isinstance(value, EscapedText) else str(value)
    if isinstance(value, str):
        return quoted(value)
    # Python would take the number 1 for True.
    assert value is None or isinstance(value, bool)
    return _WORDS[value]


def _written_object(value: Mapping[str, Any], deepest: int) -> str:
    around, tail = (value.around, value.tail) if isinstance(value, KeptObject) else ({}, "")
    pieces = []
    for name, member in value.items():
        before, behind = around.get(name) or (f"{quoted(name)}:", "")
        pieces.append(f"{before}{written(member, deepest - 1)}{behind}")
    return f"{{{','.join(pieces)}{tail}}}"


def _written_list(value: list[Any], deepest: int) -> str:
    around, tail = (value.around, value.tail) if isinstance(value, KeptList) else ([], "")
    pieces = []
    for place, item in enumerate(value):
        before, behind = around[place] if place < len(around) else NOTHING
        pieces.append(f"{before}{written(item, deepest - 1)}{behind}")
    return f"[{','.join(pieces)}{tail}]"
