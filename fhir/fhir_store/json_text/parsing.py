"""Read one JSON object strictly: RFC 8259, and what FHIR R4 adds.

Refused besides broken JSON: invalid UTF-8, a byte order mark, NUL and other control characters (FHIR strings
have none but tab, line feed and carriage return), lone surrogates, NaN and Infinity, the same key twice in an
object at any depth, and nesting deeper than ``DEEPEST``.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from json import JSONDecodeError, JSONDecoder
from typing import Any, Never

from fhir_store.errors import Unreadable
from fhir_store.json_text.places import first_constant, first_repeated_key, first_too_deep, unreadable

DEEPEST = 64
"""How deep objects and lists may nest, the resource itself being 1. Ours: the deepest official example has 22."""


class NumberText(str):
    """A JSON number as it was written: 1.50 stays 1.50."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class ResourceText:
    """One JSON object: as submitted, and as values (numbers are ``NumberText``)."""

    text: str
    value: Mapping[str, Any]


class RepeatedKey(Exception):
    """The same key stands twice in an object."""


class Broken(Exception):
    """The JSON is broken; raised with the place."""


class _Constant(Exception):
    pass


UNREADABLE = (JSONDecodeError, Broken, RepeatedKey, _Constant, RecursionError)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise RepeatedKey
    return members


def _constant(_: str) -> Never:
    raise _Constant


# The C scanner does the work; it calls back for objects and numbers only.
scan = JSONDecoder(
    object_pairs_hook=_object, parse_float=NumberText, parse_int=NumberText, parse_constant=_constant
).raw_decode
"""Reads the value that begins at a place of a text: returns it and the place behind it. Raises UNREADABLE."""

_SPACE = re.compile(r"[ \t\n\r]*")

# An escape that may be bad; whether it is, or is the tail of an escaped backslash, only the aligned pattern tells.
_SUSPICIOUS = re.compile(r"\\(?:[bf]|u(?:[dD][89a-fA-F]|00[01]))")
_ESCAPE = re.compile(
    r"\\(?:u[dD][89abAB]..\\u[dD][c-fC-F]..|(?P<surrogate>u[dD][89a-fA-F]..)"
    r"|(?P<control>[bf]|u00(?:0[0-8bBcCeEfF]|1.))|.)",
    re.DOTALL,
)
_BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"


def parse(raw: bytes | str) -> ResourceText:
    """Read one resource. Raises Unreadable, which names line and column and never what stands there."""
    text = readable(raw)
    resource, end = object_at(text, skip_space(text, 0))
    refuse_more(text, end)
    return resource


def readable(raw: bytes | str) -> str:
    """The characters, if there is none among them that no resource may have. Raises Unreadable."""
    text = _decoded(raw) if isinstance(raw, bytes) else _encodable(raw)
    if text.startswith(_BYTE_ORDER_MARK):
        raise unreadable(text, 0, "Send the text without a byte order mark.")
    if "\\" in text and _SUSPICIOUS.search(text):
        _refuse_bad_escapes(text)
    return text


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        good = raw[: error.start].decode("utf-8")
        raise unreadable(good, len(good), "This is not UTF-8. Send the text in UTF-8.") from None


def _encodable(text: str) -> str:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise unreadable(text, error.start, "Half of a surrogate pair stands alone here.") from None
    return text


def _refuse_bad_escapes(text: str) -> None:
    for escape in _ESCAPE.finditer(text):
        if escape["surrogate"]:
            raise unreadable(text, escape.start(), "Half of a surrogate pair stands alone here.")
        if escape["control"]:
            raise unreadable(text, escape.start(), "FHIR allows no control character here.")


def skip_space(text: str, at: int) -> int:
    """The first place at or behind ``at`` that is not JSON white space."""
    found = _SPACE.match(text, at)
    assert found
    return found.end()


def refuse_more(text: str, at: int) -> None:
    """Refuse anything but white space from ``at`` on. Raises Unreadable."""
    if (more := skip_space(text, at)) < len(text):
        raise unreadable(text, more, "The object has ended before this. Send one resource only.")


def object_at(text: str, start: int) -> tuple[ResourceText, int]:
    """The object that begins at ``start`` of a readable text, and the place behind it. Raises Unreadable."""
    refuse_no_object(text, start)
    value, end = value_at(text, start)
    return ResourceText(text[start:end], value), end


def value_at(text: str, start: int) -> tuple[Any, int]:
    """Whatever begins at ``start`` of a readable text, and the place behind it. Raises Unreadable."""
    try:
        value, end = scan(text, start)
    except UNREADABLE as error:
        raise refusal(text, start, error) from None
    if _may_be_too_deep(text, start, end) and _is_too_deep(value):
        raise _too_deep(text, start)
    return value, end


def refuse_no_object(text: str, start: int) -> None:
    """Refuse anything but the beginning of an object. Raises Unreadable."""
    if not text.startswith("{", start):
        raise unreadable(text, start, "One JSON object is expected here.")


def refusal(text: str, start: int, error: Exception) -> Unreadable:
    """What to tell about one of ``UNREADABLE`` that happened while reading from ``start`` on."""
    match error:
        case RepeatedKey():
            return unreadable(text, first_repeated_key(text, start), "This key stands twice in its object.")
        case _Constant():
            return unreadable(text, first_constant(text, start), "NaN and Infinity are not JSON.")
        case RecursionError():
            return _too_deep(text, start)
    at = error.pos if isinstance(error, JSONDecodeError) else error.args[0]
    message = (
        "FHIR allows no control character here."
        if text.startswith("\x00", at)
        else "The JSON is broken here."
    )
    return unreadable(text, at, message)


def _too_deep(text: str, start: int) -> Unreadable:
    at = first_too_deep(text, start, DEEPEST)
    return unreadable(text, at, f"Objects and lists may nest {DEEPEST} deep, and this is deeper.")


def _may_be_too_deep(text: str, start: int, end: int) -> bool:
    """Cheap, and false for nearly all: there are not even that many objects and lists."""
    return text.count("{", start, end) + text.count("[", start, end) > DEEPEST


def _is_too_deep(value: Any) -> bool:
    level = [value]
    for _ in range(DEEPEST):
        level = [
            child
            for node in level
            for child in (node.values() if type(node) is dict else node)
            if type(child) is dict or type(child) is list
        ]
        if not level:
            return False
    return True
