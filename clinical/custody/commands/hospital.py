"""In a hospital outside. It may give doses itself, so that after the return the last one has to be known before the next."""

from clinical.custody.commands.away import leaves, returns
from clinical.custody.consequences import HOUR, Bottles, Consequences, Dosing, Duty, Orders, also, duties
from clinical.custody.movement import Movement, Where

MOVEMENTS = (
    Movement(
        "hospital",
        Where.PRESENT,
        leaves("hospital"),
        Consequences(
            orders=Orders.STAND,
            bottles=Bottles.BACK,
            dosing=Dosing.BY_HAND_OVER,
            duties=duties(Duty.HAND_OVER, Duty.RETURN_POURED_DOSES, within=4 * HOUR),
        ),
    ),
    Movement(
        "hospital-return",
        Where.AWAY,
        returns("hospital"),
        Consequences(
            dosing=Dosing.BY_HAND_OVER,
            duties=also(duties(Duty.VERIFY_LAST_DOSE, Duty.REVIEW_ORDERS, within=4 * HOUR)),
        ),
    ),
)
