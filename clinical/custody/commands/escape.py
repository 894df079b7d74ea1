"""Escaped. Nothing is sent to somebody who is sought; a new reception begins anew, with the last dose verified."""

from clinical.custody.commands.leaving import ends
from clinical.custody.consequences import Bottles, Consequences, Dosing, Duty, Messages, Orders
from clinical.custody.movement import Movement, Where

MOVEMENTS = (
    Movement(
        "escape",
        Where.HELD,
        ends("escape"),
        Consequences(
            orders=Orders.STAND,
            messages=Messages.STOP,
            bottles=Bottles.BACK,
            dosing=Dosing.ENDS,
            duties=(Duty.RETURN_POURED_DOSES, Duty.REVIEW_ORDERS),
        ),
    ),
)
