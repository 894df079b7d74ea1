"""A JSON text set out for a person to read (``_pretty=true``). Only white space changes, never a token."""

import re

INDENT = "  "

_SPACE = r"[ \t\n\r]*+"
_STRING = r'"(?:[^"\\]++|\\.)*+"'
_EMPTY = rf"\{{{_SPACE}\}}|\[{_SPACE}\]"
_SCALAR = r'[^{}\[\],:" \t\n\r]++'
# A value with its name if it is a member; of an object or list that is not empty, its opening; or a closing.
_PIECE = re.compile(
    rf"(?:({_STRING}){_SPACE}:{_SPACE})?+({_STRING}|{_SCALAR}|{_EMPTY}|[{{\[])|([}}\]])", re.DOTALL
)


def pretty(text: str) -> str:
    """The same JSON with a line for each member and list entry. The text is known to be readable."""
    lines: list[str] = []
    indent, before = "\n", ""
    for name, value, closing in _PIECE.findall(text):
        if closing:
            indent = indent.removesuffix(INDENT)
            lines += (indent, closing)
        else:
            lines += (before, f"{name}: {value}" if name else value)
        if value in ("{", "["):
            indent += INDENT
            before = indent
        else:
            before = f",{indent}"
    return "".join(lines)
