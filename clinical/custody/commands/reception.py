"""Received into this prison. A nurse may record it before custody does, so that nobody waits for a dose because of a list."""

from clinical.custody.consequences import DAY, HOUR, Consequences, Dosing, Duty, also, duties
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
            duties=also(
                duties(Duty.RECEPTION_SCREEN, within=DAY), duties(Duty.VERIFY_LAST_DOSE, within=4 * HOUR)
            ),
        ),
        asks=frozenset({Asks.ENTRY}),
    ),
)
