"""How search values are written: alternatives by comma, parts by bar or dollar, a backslash to mean the sign itself.

FHIR R4, 3.1.1.3.1 "Escaping Search Parameters".
"""

import re

_PIECES = re.compile(r"\\.|.", re.DOTALL)
_ESCAPED = re.compile(r"\\([\\,|$])")


def alternatives(value: str) -> list[str]:
    """The values that are joined by OR, still escaped."""
    return _split(value, ",")


def parts(value: str) -> list[str]:
    """The parts of ``system|code``, unescaped."""
    return [unescape(part) for part in _split(value, "|")]


def components(value: str) -> list[str]:
    """The parts of a composite value ``code$value``, still escaped."""
    return _split(value, "$")


def unescape(value: str) -> str:
    """What a value means in the end."""
    return _ESCAPED.sub(r"\1", value) if "\\" in value else value


def _split(value: str, separator: str) -> list[str]:
    if "\\" not in value:
        return value.split(separator)
    split = [""]
    for piece in _PIECES.findall(value):
        if piece == separator:
            split.append("")
        else:
            split[-1] += piece
    return split
