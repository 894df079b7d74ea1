"""What follows from a movement for the treatment, as data: each movement says it, and nothing happens that it does not say.

No movement but a death ends an order: who was released or transferred by mistake of a clerk still stands at the window, and
a nurse who sees them there gives the dose with a reason. That is why an order *stands* when its person has left.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from clinical.protocols import Protocol


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


DUTY_HOURS = "custody.duty-hours"
"""Parameters of the protocol, by the duty: within how many hours it is due."""
FOLLOW_UP_DAYS = "custody.follow-up-days"
"""On which days after a release somebody is followed up. Deaths by overdose are most frequent in the first two weeks."""

PROPOSED_HOURS: Mapping[Duty, int] = {
    Duty.RECEPTION_SCREEN: 24,
    Duty.VERIFY_LAST_DOSE: 4,
    Duty.DOSE_AROUND_COURT: 24,
    Duty.HAND_OVER: 4,
    Duty.RETURN_POURED_DOSES: 4,
    Duty.COUNT_BOTTLES_BY_TWO: 4,
    Duty.REVIEW_ORDERS: 24,
    Duty.BRIDGING_PRESCRIPTION: 1,
    Duty.NALOXONE: 1,
    Duty.CALL_COMMUNITY_CENTRE: 1,
}
PROPOSED_DAYS = (1, 3, 7, 14, 28)
"""All of these are proposed by Throughcare and have no source."""


@dataclass(frozen=True)
class Due:
    """A duty, and within what time after the movement it is due."""

    duty: Duty
    within: timedelta


@dataclass(frozen=True)
class Consequences:
    """Everything that follows."""

    orders: Orders = Orders.GO_ON
    messages: Messages = Messages.GO_ON
    bottles: Bottles = Bottles.STAY
    dosing: Dosing = Dosing.STAYS
    duties: tuple[Duty, ...] = ()
    sealed: bool = False
    """Whether the record is closed for an investigation."""


NOTHING = Consequences()
"""Everything goes on as it was."""


def dues(consequences: Consequences, law: Protocol) -> list[Due]:
    """What is to be done, and by when, as the country's protocol says. Raises BadProtocol."""
    return [Due(duty, within) for duty in consequences.duties for within in _within(duty, law)]


def _within(duty: Duty, law: Protocol) -> Iterator[timedelta]:
    if duty is Duty.FOLLOW_UP:
        yield from (timedelta(days=days) for days in law.whole_numbers(FOLLOW_UP_DAYS) or PROPOSED_DAYS)
    else:
        hours = law.whole_number(f"{DUTY_HOURS}.{duty}")
        yield timedelta(hours=PROPOSED_HOURS[duty] if hours is None else hours)
