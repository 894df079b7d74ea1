"""Times of doses that a prescriber moves for a group: in Ramadan to the night, in a lockdown to when the wing can be reached.

Moving is harmless in the middle and not at its edges: back from the evening to the morning leaves too few hours between two
doses. Those days are told before the prescriber signs.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from clinical.oat.gap import AFTER, WHOLE_DAY
from clinical.oat.product import Product
from clinical.oat.slot import Slot
from clinical.protocols import Protocol
from clinical.words import N_, Sentence


class WhyMoved(StrEnum):
    """Why the times of a group are moved. None is disciplinary."""

    RAMADAN = "ramadan"
    LOCKDOWN = "lockdown"
    STAFF = "staff"


WHY_WORDS = {
    WhyMoved.RAMADAN: N_("Ramadan"),
    WhyMoved.LOCKDOWN: N_("Lockdown"),
    WhyMoved.STAFF: N_("Staff are there at another time"),
}


@dataclass(frozen=True)
class Move:
    """Times of a group from a day to a day, both included.

    Attributes:
        prescriber: the id of the Practitioner who decided it.
        why: for what.
        first: the first civil day.
        last: the last.
        at: the time of each dose of a day, by its number from 1 on; a number beyond them keeps its time.
        patients: the ids of the group.
    """

    prescriber: str
    why: WhyMoved
    first: date
    last: date
    at: tuple[time, ...]
    patients: frozenset[str]

    def moves(self, slot: Slot) -> bool:
        """Whether it moves a slot."""
        is_of_group = slot.order.patient in self.patients
        return is_of_group and self.first <= slot.day <= self.last and slot.part <= len(self.at)


def due_time(slot: Slot, moves: Iterable[Move]) -> time | None:
    """The time of a slot: as the last move of several has it, else as the order has it; None: in the round."""
    found = slot.at
    for move in moves:
        if move.moves(slot):
            found = move.at[slot.part - 1]
    return found


def too_close(
    move: Move, usual: tuple[time, ...], product: Product, protocol: Protocol, zone: ZoneInfo
) -> Iterator[Sentence]:
    """The days on whose eve a dose is too near to the next, at the beginning and at the end of a move.

    Args:
        move: as planned.
        usual: the times of the doses of an ordinary day.
        product: which.
        protocol: of the country; how long has to pass not set: a whole day.
        zone: the facility's.

    Raises:
        BadProtocol: a time is not a duration.
    """
    needed = protocol.duration(f"{AFTER}.{product.code}")
    edges = ((move.first - timedelta(days=1), usual, move.at), (move.last, move.at, usual))
    for day, before, after in edges:
        next_day = day + timedelta(days=1)
        passed = _instant(next_day, min(after), zone) - _instant(day, max(before), zone)
        if passed < (WHOLE_DAY if needed is None else needed):
            text = N_("On %(day)s the dose comes too soon: %(hours)s hours after the one before")
            yield Sentence(text, {"day": next_day, "hours": int(passed / timedelta(hours=1))})


def _instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """In UTC, since hours between two instants of one zone leave the clock change out."""
    return datetime.combine(day, at, tzinfo=zone).astimezone(ZoneInfo("UTC"))
