"""Deported: a letter in the hand of the person and what medicine the law lets them carry are the only continuity there is."""

from clinical.custody.commands.leaving import ends
from clinical.custody.consequences import Bottles, Consequences, Dosing, Duty, Messages, Orders
from clinical.custody.movement import Movement, Where

MOVEMENTS = (
    Movement(
        "deportation",
        Where.HELD,
        ends("deported"),
        Consequences(
            orders=Orders.STAND,
            messages=Messages.STOP,
            bottles=Bottles.BACK,
            dosing=Dosing.ENDS,
            duties=(Duty.HAND_OVER, Duty.NALOXONE, Duty.RETURN_POURED_DOSES, Duty.REVIEW_ORDERS),
        ),
    ),
)
