"""The kinds of lines, and what each does to the safe and to a container that is out. Pure."""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from clinical.register.amount import NOTHING


class Kind(StrEnum):
    """What happened. The code is stored: never changed."""

    RECEIVE = "receive"
    """From a supplier, into the safe."""
    ISSUE = "issue"
    """Out of the safe, for a round."""
    DOSE = "dose"
    RE_DOSE = "re-dose"
    """A second dose in place of one that did not stay: its own line, and the first one stays."""
    SPILL = "spill"
    """It is gone and nobody had it. Of a recorded dose: the dose is taken back, and the stock does not return."""
    REMOVE = "remove"
    """A recorded dose was not given: it is taken back, and the stock returns."""
    RETURN = "return"
    """Into the safe again."""
    DESTROY = "destroy"
    OVERAGE = "overage"
    """More was measured than the book said."""
    SHORTAGE = "shortage"
    """Less was measured than the book said."""
    TRANSFER_OUT = "transfer-out"
    TRANSFER_IN = "transfer-in"
    COUNT = "count"
    """What lies in the safe was counted."""
    CLOSE = "close"
    """What is left in a container was counted back."""
    CORRECTION = "correction"
    """A line was wrong: what it did is undone."""


class Change(NamedTuple):
    """What a line does to the amounts."""

    safe: Decimal
    container: Decimal

    def undone(self) -> "Change":
        """The opposite."""
        return Change(-self.safe, -self.container)


GONE = frozenset({Kind.DOSE, Kind.RE_DOSE, Kind.SPILL, Kind.DESTROY, Kind.SHORTAGE})
"""Out of the container if one is named, else out of the safe."""

BACK = frozenset({Kind.REMOVE, Kind.OVERAGE})
"""Into the container if one is named, else into the safe."""

SIGNS: Mapping[Kind, tuple[int, int]] = {
    Kind.RECEIVE: (1, 0),
    Kind.TRANSFER_IN: (1, 0),
    Kind.TRANSFER_OUT: (-1, 0),
    Kind.ISSUE: (-1, 1),
    Kind.RETURN: (1, -1),
    Kind.COUNT: (0, 0),
    Kind.CLOSE: (0, 0),
}
"""Of the safe and of the container."""

DOSES = frozenset({Kind.DOSE, Kind.RE_DOSE})

CORRECTED = frozenset(
    {Kind.RECEIVE, Kind.ISSUE, Kind.RETURN, Kind.DESTROY, Kind.OVERAGE, Kind.SHORTAGE, Kind.TRANSFER_OUT}
)
"""What a correction may name. A dose is removed or spilled; a count is done again."""


def change(kind: Kind, amount: Decimal, *, in_container: bool) -> Change:
    """What a line of a kind does. That of a correction is the opposite of what it names."""
    safe, container = _signs(kind, in_container=in_container)
    return Change(amount * safe, amount * container)


def _signs(kind: Kind, *, in_container: bool) -> tuple[int, int]:
    if kind in SIGNS:
        return SIGNS[kind]
    assert kind in GONE | BACK
    sign = -1 if kind in GONE else 1
    return (0, sign) if in_container else (sign, 0)


NO_CHANGE = Change(NOTHING, NOTHING)
