"""Slots: the planned doses of a civil day. A slot is an order, a day and the number of the dose on that day.

Two orders never give two full slots on one day: of those that are valid the one that began later counts, as in the
cascade. Only a telephone order takes the place of one slot and leaves the others of that day.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from types import MappingProxyType

from clinical.oat.order import OatOrder, Signature

NO_DEPOTS: Mapping[date, date] = MappingProxyType({})


@dataclass(frozen=True)
class Slot:
    """One planned dose.

    Attributes:
        order: as it was when the slot was made; its id and version are in it.
        day: the civil day; of a depot the day on which it falls due.
        part: the number of the dose on that day, from 1 on.
        mg: planned.
        at: the time of the civil day; None: in the round.
        take_home: whether it is taken at home.
    """

    order: OatOrder
    day: date
    part: int
    mg: Decimal
    at: time | None = None
    take_home: bool = False

    @property
    def key(self) -> tuple[str, date, int]:
        """By what a slot is told: order, day, number."""
        return self.order.id, self.day, self.part


def slots_on(
    orders: Iterable[OatOrder], day: date, runs_out: Mapping[date, date] = NO_DEPOTS, days_early: int = 0
) -> tuple[Slot, ...]:
    """The slots of one person on a civil day, dose number 1 first.

    Args:
        orders: of the person, in any order. What never was an order gives none, an unsigned one only where no other does.
        day: the civil day.
        runs_out: of each day on which a depot was given, the day on which it has run out.
        days_early: how many days before it falls due a depot may be given (``window.py``).
    """
    valid = [one for one in orders if one.is_valid_on(day)]
    standing = leading(one for one in valid if one.signature is not Signature.TELEPHONE)
    by_part = {slot.part: slot for slot in _of_order(standing, day, runs_out, days_early)}
    for order in sorted(valid, key=_rank):
        by_part |= {slot.part: slot for slot in _spoken(order, day)}
    return tuple(by_part[part] for part in sorted(by_part))


def leading(orders: Iterable[OatOrder]) -> OatOrder | None:
    """Of orders that are valid on one day, the one that counts: signed before unsigned, then which began later."""
    return max(orders, key=_rank, default=None)


def _rank(order: OatOrder) -> tuple[bool, date, str]:
    return order.signature is not Signature.UNSIGNED, order.start, order.id


def _spoken(order: OatOrder, day: date) -> Iterator[Slot]:
    """The one slot of a telephone order."""
    if order.telephone and order.telephone.day == day:
        for part in order.parts_on(day)[:1]:
            yield Slot(order, day, order.telephone.part, part.mg, part.at)


def _of_order(
    order: OatOrder | None, day: date, runs_out: Mapping[date, date], days_early: int
) -> Iterator[Slot]:
    if order is None:
        return
    due_on = day if order.interval_days == 1 else open_on(order, day, runs_out, days_early)
    if due_on is not None:
        for number, part in enumerate(order.parts_on(due_on), start=1):
            yield Slot(order, due_on, number, part.mg, part.at, order.is_take_home(due_on))


def open_on(order: OatOrder, day: date, runs_out: Mapping[date, date], days_early: int) -> date | None:
    """The day on which the depot fell or falls due that may be given on ``day``; None: none may.

    One that was given on an earlier day is done; one that is given on ``day`` still stands in the day's list.
    """
    before = {given: out for given, out in runs_out.items() if given < day}
    due_on = max(due_days(order, day + timedelta(days=days_early), before), default=None)
    return None if due_on is None or any(due_on <= given for given in before) else due_on


def due_days(order: OatOrder, last: date, runs_out: Mapping[date, date]) -> Iterator[date]:
    """The days up to ``last`` on which a dose of the order falls due.

    A depot falls due on the order's first day, or when one given before has run out; and then, until the next is given, by
    the interval, again and again: who does not come stays due. So the cascade counts it.
    """
    due = max([order.start, *(out for given, out in runs_out.items() if given < order.start)])
    for day in order.days(order.start, last):
        if day == due:
            yield day
            due = day + timedelta(days=order.interval_days)
        due = runs_out.get(day, due)
