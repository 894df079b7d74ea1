"""In a hospital outside. It may give doses itself, so that after the return the last one has to be known before the next."""

from clinical.custody.commands.away import leaves, returns
from clinical.custody.consequences import Bottles, Consequences, Dosing, Duty, Orders
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
            duties=(Duty.HAND_OVER, Duty.RETURN_POURED_DOSES),
        ),
    ),
    Movement(
        "hospital-return",
        Where.AWAY,
        returns("hospital"),
        Consequences(
            dosing=Dosing.BY_HAND_OVER,
            duties=(Duty.VERIFY_LAST_DOSE, Duty.REVIEW_ORDERS),
        ),
    ),
)
