"""What a PIN may be: 6 digits or more, and none that anybody tries first."""

import re
from itertools import pairwise

from services.access.people.errors import PinRefused
from services.shared.languages import N_

SHAPE = re.compile(r"[0-9]{6,12}")

FEWEST_DIFFERENT = 4
"""So many different digits: 112233 is tried early too. Proposed."""

LENGTH = N_("A PIN has 6 to 12 digits.")
TOO_SIMPLE = N_("This PIN is tried first: digits that repeat or follow each other. Choose another one.")


def accepted(pin: str) -> str:
    """The PIN, if it may be used. Raises PinRefused."""
    if not SHAPE.fullmatch(pin):
        raise PinRefused(LENGTH)
    if _repeats(pin) or _runs(pin):
        raise PinRefused(TOO_SIMPLE)
    return pin


def _repeats(pin: str) -> bool:
    """222222, 112233, 123123, 48014801."""
    return len(set(pin)) < FEWEST_DIFFERENT or any(
        pin == pin[:length] * (len(pin) // length)
        for length in range(1, len(pin) // 2 + 1)
        if len(pin) % length == 0
    )


def _runs(pin: str) -> bool:
    """123456, 987654, and over the end: 890123."""
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    return steps in ({1}, {9})
