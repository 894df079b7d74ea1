"""How search values are written: alternatives by comma, parts by bar, a backslash before either to mean itself.

FHIR R4, 3.1.1.3.1 "Escaping Search Parameters".
"""

import re

_COMMA = re.compile(r"(?<!\\),")
_BAR = re.compile(r"(?<!\\)\|")
_ESCAPED = re.compile(r"\\([\\,|$])")


def alternatives(value: str) -> list[str]:
    """The values that are joined by OR, still escaped."""
    return _COMMA.split(value)


def parts(value: str) -> list[str]:
    """The parts of ``system|code``, unescaped."""
    return [unescape(part) for part in _BAR.split(value)]


def unescape(value: str) -> str:
    return _ESCAPED.sub(r"\1", value)
