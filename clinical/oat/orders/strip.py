"""The days to come, one by one: how much, by which order, and where there is none or more than one."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from clinical.oat.gaps import gaps_of
from clinical.oat.hold import holds_on
from clinical.oat.order import OatOrder, OrderStatus, Signature
from clinical.oat.proposal import LIVE
from clinical.oat.record import TreatmentRecord
from clinical.oat.slot import due_days, leading
from clinical.oat.take_home import Span

DAYS = 14
"""Proposed by Throughcare, no source: two weeks are what a release and a fortnight's staff plan ask for."""


@dataclass(frozen=True)
class StripDay:
    """One day.

    Attributes:
        day: the civil day.
        mg: of the whole day; None: no order says one.
        doses: how many.
        order: the id of the order that counts; None: none is valid.
        product: the name of its product; empty: none.
        changes: whether the dose is another than on the day before.
        covered: whether a depot lasts, so that none falls due.
        overlap: whether another order is valid too, and does not count.
        held: whether a hold or a suspended order stops the dose.
        take_home: whether it is taken at home.
    """

    day: date
    mg: Decimal | None = None
    doses: int = 0
    order: str | None = None
    product: str = ""
    changes: bool = False
    covered: bool = False
    overlap: bool = False
    held: bool = False
    take_home: bool = False


@dataclass(frozen=True)
class Strip:
    """The days, and what is told of them in words."""

    days: tuple[StripDay, ...]
    gaps: tuple[Span, ...]
    overlaps: tuple[Span, ...]


def standing(record: TreatmentRecord) -> tuple[OatOrder, ...]:
    """The signed orders that give doses from now on; a telephone order is for its one slot."""
    return tuple(
        one for one in record.orders if one.status in LIVE and one.signature is not Signature.UNSIGNED
    )


def strip_of(record: TreatmentRecord, first: date, days: int = DAYS) -> Strip:
    """The picture from a day on."""
    orders = standing(record)
    last = first + timedelta(days=days - 1)
    shown = tuple(_day(record, orders, first + timedelta(days=nth)) for nth in range(days))
    return Strip(
        shown,
        tuple(gaps_of(orders, first, last)),
        tuple(_spans(one.day for one in shown if one.overlap)),
    )


def _day(record: TreatmentRecord, orders: Iterable[OatOrder], day: date) -> StripDay:
    valid = [one for one in orders if one.is_valid_on(day)]
    order = leading(one for one in valid if one.signature is Signature.SIGNED) or leading(valid)
    if order is None:
        return StripDay(day, held=bool(holds_on(record.holds, day)))
    is_due = order.interval_days == 1 or day in due_days(order, day, record.runs_out())
    mg = order.mg_on(day) if is_due else None
    before = order.mg_on(day - timedelta(days=1))
    return StripDay(
        day,
        mg or None,
        len(order.parts_on(day)) if is_due else 0,
        order.id,
        order.product.name,
        changes=is_due and order.interval_days == 1 and mg != before and day > order.start,
        covered=not is_due,
        overlap=sum(one.signature is Signature.SIGNED for one in valid) > 1,
        held=bool(holds_on(record.holds, day)) or order.status is OrderStatus.ON_HOLD,
        take_home=order.is_take_home(day),
    )


def _spans(days: Iterable[date]) -> Iterator[Span]:
    """Days in a row as one."""
    first = last = None
    for day in days:
        if last is not None and first is not None and day - last > timedelta(days=1):
            yield Span(first, last)
            first = day
        first, last = first or day, day
    if first is not None and last is not None:
        yield Span(first, last)
