"""Released into house arrest: held at home, treated by a centre outside."""

from clinical.custody.commands.leaving import ends
from clinical.custody.consequences import Bottles, Consequences, Dosing, Duty, Orders
from clinical.custody.movement import Movement, Where

MOVEMENTS = (
    Movement(
        "house-arrest",
        Where.HELD,
        ends("house-arrest"),
        Consequences(
            orders=Orders.STAND,
            bottles=Bottles.BACK,
            dosing=Dosing.BY_HAND_OVER,
            duties=(
                Duty.CALL_COMMUNITY_CENTRE,
                Duty.NALOXONE,
                Duty.HAND_OVER,
                Duty.RETURN_POURED_DOSES,
                Duty.REVIEW_ORDERS,
                Duty.FOLLOW_UP,
            ),
        ),
    ),
)
