"""Take a text apart that is known to be readable: nothing is read as a value and nothing is refused."""

import re
from collections.abc import Iterable

from fhir_store.json_text.parsing import DEEPEST, scan

_SPACE = r"[ \t\n\r]*+"
# Without a backslash in the text, nothing but the next quote ends a string; that is twice as fast.
_PLAIN_STRING = r'"[^"]*+"'
_STRING = r'"(?:[^"\\]++|\\.)*+"'


def _nested(string: str) -> str:
    """An object or a list, which nest no deeper than a readable text may."""
    pattern = "(?!)"
    for _ in range(DEEPEST):
        pattern = rf'[\[{{](?:{string}|[^\[\]{{}}"]++|{pattern})*+[\]}}]'
    return pattern


def _member(string: str) -> re.Pattern[str]:
    value = rf'{string}|{_nested(string)}|[^\[\]{{}}", \t\n\r]++'
    return re.compile(rf"(({string}){_SPACE}:{_SPACE}({value}))")


_MEMBER, _PLAIN_MEMBER = _member(_STRING), _member(_PLAIN_STRING)
_ENTRY, _PLAIN_ENTRY = re.compile(_nested(_STRING)), re.compile(_nested(_PLAIN_STRING))


def member_texts(text: str) -> list[tuple[str, str, str]]:
    """Of each member of the object that the text is: the member, its name (in quotes) and its value, as written."""
    found = (_MEMBER if "\\" in text else _PLAIN_MEMBER).findall(text, 1)
    return [(member, _unescaped(name), value) for member, name, value in found] if "\\" in text else found


def _unescaped(name: str) -> str:
    return f'"{scan(name, 0)[0]}"' if "\\" in name else name


def object_texts(text: str) -> Iterable[str]:
    """Each object of the list of objects that the text is, as written."""
    return (_ENTRY if "\\" in text else _PLAIN_ENTRY).findall(text, 1)
