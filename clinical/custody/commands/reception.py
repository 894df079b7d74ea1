"""Received into this prison. A nurse may record it before custody does, so that nobody waits for a dose because of a list."""

from clinical.custody.consequences import Consequences, Dosing, Duty
from clinical.custody.encounters import new_stay
from clinical.custody.movement import Asks, Before, Json, Movement, Told, Where


def received(before: Before, told: Told) -> list[Json]:
    """A stay begins. One that is open in another prison stays open: that prison ends it."""
    return [new_stay(before, told)]


MOVEMENTS = (
    Movement(
        "reception",
        Where.NOT_HELD,
        received,
        Consequences(
            dosing=Dosing.BEGINS,
            duties=(Duty.RECEPTION_SCREEN, Duty.VERIFY_LAST_DOSE),
        ),
        asks=frozenset({Asks.ENTRY}),
    ),
)
