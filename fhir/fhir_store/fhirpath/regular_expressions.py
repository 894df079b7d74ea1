"""Regular expressions of strangers, without those that could run for hours.

Python's engine tries every way to split a text among repetitions. So nothing in brackets may be repeated, and the
ways that are left are counted from above before it starts.
"""

import re

from fhir_store.fhirpath.errors import UnsupportedExpression
from fhir_store.fhirpath.steps import Steps

MOST_WAYS = 1_000_000
"""Of one match; ours: some hundredths of a second."""
WAYS_A_STEP = 10
LONGEST = 200
"""Characters of a pattern; ours."""

_PIECE = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?|\)[*+?{]|.", re.DOTALL)


def matches(text: str, pattern: str, steps: Steps, *, whole: bool) -> bool:
    """Whether the pattern is found in the text, or is all of it. Raises UnsupportedExpression."""
    ways = _ways(pattern, len(text) + 1) if len(pattern) <= LONGEST else MOST_WAYS + 1
    if ways > MOST_WAYS:
        raise UnsupportedExpression("A regular expression is too much work.")
    steps.spend(ways // WAYS_A_STEP)
    try:
        compiled = re.compile(pattern, re.DOTALL | re.ASCII)
    except (re.error, OverflowError, RecursionError):
        raise UnsupportedExpression("A regular expression cannot be read.") from None
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
