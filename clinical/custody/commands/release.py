"""Released on a day that was known, or without notice: by a court, at the gate, in the night."""

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
        "release-planned",
        Where.HELD,
        ends("release-planned"),
        Consequences(
            orders=Orders.STAND,
            bottles=Bottles.BACK,
            dosing=Dosing.ENDS,
            duties=also(
                duties(Duty.HAND_OVER, Duty.RETURN_POURED_DOSES, within=4 * HOUR),
                duties(Duty.REVIEW_ORDERS, within=DAY),
                FOLLOW_UPS,
            ),
        ),
    ),
    Movement(
        "release-unplanned",
        Where.HELD,
        ends("release-unplanned"),
        Consequences(
            orders=Orders.STAND,
            bottles=Bottles.BACK,
            dosing=Dosing.ENDS,
            duties=also(
                duties(Duty.CALL_COMMUNITY_CENTRE, Duty.BRIDGING_PRESCRIPTION, Duty.NALOXONE, within=HOUR),
                duties(Duty.HAND_OVER, Duty.RETURN_POURED_DOSES, within=4 * HOUR),
                duties(Duty.REVIEW_ORDERS, within=DAY),
                FOLLOW_UPS,
            ),
        ),
    ),
)
