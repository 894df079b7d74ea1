"""What follows from a movement for the treatment, as data: each movement says it, and nothing happens that it does not say.

No movement but a death ends an order: who was released or transferred by mistake of a clerk still stands at the window, and
a nurse who sees them there gives the dose with a reason. That is why an order *stands* when its person has left.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Orders(StrEnum):
    """What becomes of the orders of medicines."""

    GO_ON = "go-on"
    STAND = "stand"
    """They are valid and nobody is expected: the place says that the person is not here, and a nurse may say otherwise."""
    END = "end"


class Messages(StrEnum):
    """What becomes of appointments and of messages that are to be sent."""

    GO_ON = "go-on"
    STOP = "stop"


class Bottles(StrEnum):
    """What becomes of doses that were poured for the person or handed to them."""

    STAY = "stay"
    NOTHING_CARRIED = "nothing-carried"
    """No dose goes with an escort: it is given before or after."""
    BACK = "back"
    """What was poured goes back into the stock, by two."""
    COUNTED_BY_TWO = "counted-by-two"
    """What was handed out is looked for and counted by two."""


class Dosing(StrEnum):
    """What becomes of the dosing site."""

    STAYS = "stays"
    BEGINS = "begins"
    """Here, if the person has none."""
    BY_HAND_OVER = "by-hand-over"
    """It is here until the receiver takes over."""
    ENDS = "ends"


class Duty(StrEnum):
    """Something to be done because of a movement."""

    RECEPTION_SCREEN = "reception-screen"
    VERIFY_LAST_DOSE = "verify-last-dose"
    """With who gave the last dose. Days of which nobody can say count as missed."""
    DOSE_AROUND_COURT = "dose-around-court"
    """Before departure, or in the late round."""
    HAND_OVER = "hand-over"
    """The packet to the receiving health service, and its acknowledgement."""
    RETURN_POURED_DOSES = "return-poured-doses"
    COUNT_BOTTLES_BY_TWO = "count-bottles-by-two"
    REVIEW_ORDERS = "review-orders"
    """A prescriber ends the orders, or says that they go on."""
    BRIDGING_PRESCRIPTION = "bridging-prescription"
    NALOXONE = "naloxone"
    CALL_COMMUNITY_CENTRE = "call-community-centre"
    FOLLOW_UP = "follow-up"


@dataclass(frozen=True)
class Due:
    """A duty, and within what time after the movement it is due. Every time is proposed by Throughcare, no source."""

    duty: Duty
    within: timedelta


HOUR, DAY = timedelta(hours=1), timedelta(days=1)

FOLLOW_UPS = tuple(Due(Duty.FOLLOW_UP, days * DAY) for days in (1, 3, 7, 14, 28))
"""On these days after a release. Deaths by overdose are most frequent in the first two weeks (Merrall et al. 2010)."""


@dataclass(frozen=True)
class Consequences:
    """Everything that follows."""

    orders: Orders = Orders.GO_ON
    messages: Messages = Messages.GO_ON
    bottles: Bottles = Bottles.STAY
    dosing: Dosing = Dosing.STAYS
    duties: tuple[Due, ...] = ()
    sealed: bool = False
    """Whether the record is closed for an investigation."""


NOTHING = Consequences()
"""Everything goes on as it was."""


def duties(*of: Duty, within: timedelta) -> tuple[Due, ...]:
    """Several duties that are due alike."""
    return tuple(Due(duty, within) for duty in of)


def also(*groups: Iterable[Due]) -> tuple[Due, ...]:
    """Groups of duties together."""
    return tuple(due for group in groups for due in group)
