"""On leave at home. Doses may go along as the protocol allows; what comes back is counted by two."""

from clinical.custody.commands.away import leaves, returns
from clinical.custody.consequences import Bottles, Consequences, Duty
from clinical.custody.movement import Movement, Where

MOVEMENTS = (
    Movement(
        "home-leave",
        Where.PRESENT,
        leaves("home-leave"),
        Consequences(duties=(Duty.NALOXONE,)),
    ),
    Movement(
        "home-leave-return",
        Where.AWAY,
        returns("home-leave"),
        Consequences(bottles=Bottles.COUNTED_BY_TWO, duties=(Duty.COUNT_BOTTLES_BY_TWO,)),
    ),
)
