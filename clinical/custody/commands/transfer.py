"""Transferred to another prison. This one goes on being the dosing site until that one takes over."""

from clinical.custody.commands.leaving import ends
from clinical.custody.consequences import Bottles, Consequences, Dosing, Duty, Orders
from clinical.custody.movement import Asks, Movement, Where

MOVEMENTS = (
    Movement(
        "transfer",
        Where.HELD,
        ends("transfer"),
        Consequences(
            orders=Orders.STAND,
            bottles=Bottles.BACK,
            dosing=Dosing.BY_HAND_OVER,
            duties=(Duty.HAND_OVER, Duty.RETURN_POURED_DOSES),
        ),
        asks=frozenset({Asks.DESTINATION}),
    ),
)
