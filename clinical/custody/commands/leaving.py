"""Leaving for good, as every end of a stay does it."""

from clinical.custody.encounters import ended
from clinical.custody.movement import Act, Before, Json, Told

MOVEMENTS = ()
"""None by itself: what each end means is in its own file."""


def ends(reason: str) -> Act:
    """The stay ends, and with it an absence that was open or planned."""

    def act(before: Before, told: Told) -> list[Json]:
        return ended(before, told, reason)

    return act
