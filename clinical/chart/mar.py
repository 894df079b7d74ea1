"""The grid of a month: on each day each planned dose with all that happened with it, and what belongs to none."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from clinical.chart.days import Plan, events_by_day
from clinical.oat.happened import Happened
from clinical.oat.record import TreatmentRecord
from clinical.oat.round.round_list import happened_with
from clinical.oat.slot import Slot
from clinical.protocols import Protocol


@dataclass(frozen=True)
class Cell:
    """A planned dose, with what happened with it, the latest last."""

    slot: Slot
    happened: tuple[Happened, ...]


@dataclass(frozen=True)
class MarDay:
    """A civil day. ``others``: what belongs to no planned dose of the day."""

    day: date
    cells: tuple[Cell, ...]
    others: tuple[Happened, ...]


def mar_of(record: TreatmentRecord, month: date, protocol: Protocol) -> list[MarDay]:
    """The days of the month in which a day lies. Raises BadProtocol."""
    by_day, plan = events_by_day(record.happened), Plan(record, protocol)
    return [_day(day, plan.slots(day), by_day.get(day, ())) for day in days_of_month(month)]


def days_of_month(month: date) -> Iterator[date]:
    """Every day of the month in which a day lies."""
    day = month.replace(day=1)
    while day.month == month.month:
        yield day
        day += timedelta(days=1)


def month_before(month: date) -> date:
    """The first day of the month before."""
    return (month.replace(day=1) - timedelta(days=1)).replace(day=1)


def month_after(month: date) -> date:
    """The first day of the month after."""
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1)


def _day(day: date, slots: Sequence[Slot], events: Sequence[Happened]) -> MarDay:
    cells = tuple(Cell(slot, tuple(happened_with(slot, events, day))) for slot in slots)
    placed = {one.id for cell in cells for one in cell.happened}
    others = [one for one in events if one.id not in placed]
    return MarDay(day, cells, tuple(others))
