"""Taken by the police, and returned. Nobody knows what was given in a police cell: those days count as missed."""

from clinical.custody.commands.away import leaves, returns
from clinical.custody.consequences import Bottles, Consequences, Duty, Orders
from clinical.custody.movement import Movement, Where

MOVEMENTS = (
    Movement(
        "police",
        Where.PRESENT,
        leaves("police"),
        Consequences(
            orders=Orders.STAND,
            bottles=Bottles.NOTHING_CARRIED,
            duties=(Duty.HAND_OVER,),
        ),
    ),
    Movement(
        "police-return",
        Where.AWAY,
        returns("police"),
        Consequences(duties=(Duty.VERIFY_LAST_DOSE, Duty.RECEPTION_SCREEN)),
    ),
)
