"""Regular expressions of strangers, without those that could run for hours.

Python's engine tries every way to split a text among repetitions. So nothing in brackets may be repeated, and the
ways that are left are counted from above before it starts.
"""

import re

from fhir_store.fhirpath.errors import BadExpression, UnsupportedExpression

MOST_WAYS = 1_000_000
"""Ours: about a tenth of a second."""
LONGEST = 200
"""Characters of a pattern; ours."""

_PIECE = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?|\)[*+?{]|.", re.DOTALL)


def matches(text: str, pattern: str, *, whole: bool) -> bool:
    """Whether the pattern is found in the text, or is all of it. Raises BadExpression."""
    if len(pattern) > LONGEST or _ways(pattern, len(text) + 1) > MOST_WAYS:
        raise UnsupportedExpression("A regular expression is too much work.")
    try:
        compiled = re.compile(pattern, re.DOTALL | re.ASCII)
    except (re.error, OverflowError, RecursionError):
        raise BadExpression("A regular expression cannot be read.") from None
    return bool(compiled.fullmatch(text) if whole else compiled.search(text))


def _ways(pattern: str, length: int) -> int:
    ways = length
    for piece in _PIECE.findall(pattern):
        if piece == "(?" or piece[0] == ")" != piece or (piece[0] == "\\" and piece[1:].isdigit()):
            raise UnsupportedExpression("This form of regular expression is not supported.")
        if piece in "*+{":
            ways *= length
        elif piece in "?|":
            ways *= 2
        if ways > MOST_WAYS:
            break
    return ways
