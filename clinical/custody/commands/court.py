"""At court. Listed the evening before; the dose is given before departure or in the late round, and no escort carries any."""

from clinical.custody.commands.away import leaves, plans, returns
from clinical.custody.consequences import Bottles, Consequences, Duty
from clinical.custody.movement import Movement, Where

AROUND = Consequences(bottles=Bottles.NOTHING_CARRIED, duties=(Duty.DOSE_AROUND_COURT,))

MOVEMENTS = (
    Movement("court-planned", Where.HELD, plans("court"), AROUND, is_planned=True),
    Movement("court", Where.PRESENT, leaves("court"), AROUND),
    Movement("court-return", Where.AWAY, returns("court")),
)
