"""Released on a day that was known, or without notice: by a court, at the gate, in the night."""

from clinical.custody.commands.leaving import ends
from clinical.custody.consequences import Bottles, Consequences, Dosing, Duty, Orders
from clinical.custody.movement import Movement, Where

AFTER_A_RELEASE = (
    Duty.CALL_COMMUNITY_CENTRE,
    Duty.BRIDGING_PRESCRIPTION,
    Duty.NALOXONE,
    Duty.HAND_OVER,
    Duty.RETURN_POURED_DOSES,
    Duty.REVIEW_ORDERS,
    Duty.FOLLOW_UP,
)
"""Whether or not the day was known: what was prepared is made sure of, and the rest is done."""

MOVEMENTS = (
    Movement(
        "release-planned",
        Where.HELD,
        ends("release-planned"),
        Consequences(
            orders=Orders.STAND,
            bottles=Bottles.BACK,
            dosing=Dosing.ENDS,
            duties=AFTER_A_RELEASE,
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
            duties=AFTER_A_RELEASE,
        ),
    ),
)
