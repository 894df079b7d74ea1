"""Released into house arrest: held at home, treated by a centre outside."""

from clinical.custody.commands.leaving import ends
from clinical.custody.consequences import (
    DAY,
    FOLLOW_UPS,
    HOUR,
    Bottles,
    Consequences,
    Dosing,
    Duty,
    Orders,
    also,
    duties,
)
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
            duties=also(
                duties(Duty.CALL_COMMUNITY_CENTRE, Duty.NALOXONE, within=HOUR),
                duties(Duty.HAND_OVER, Duty.RETURN_POURED_DOSES, within=4 * HOUR),
                duties(Duty.REVIEW_ORDERS, within=DAY),
                FOLLOW_UPS,
            ),
        ),
    ),
)
