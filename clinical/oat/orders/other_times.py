"""The steps of an order whose doses a prescriber moves to other times from a day to a day, with the usual times after it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time, timedelta

from clinical.oat.moved_times import Move
from clinical.oat.order import OatOrder, Part, Step

ONE_DAY = timedelta(days=1)


def steps_moved(order: OatOrder, move: Move) -> tuple[Step, ...]:
    """The same doses; on the days of the move at its times. What lies outside of the order is left out."""
    found = (piece for step in order.steps for piece in _pieces(step, order, move))
    return tuple(sorted(found, key=lambda step: (step.first, step.last or date.max)))


def _pieces(step: Step, order: OatOrder, move: Move) -> Iterator[Step]:
    first = max(step.first, order.start)
    last = min((one for one in (step.last, order.end) if one is not None), default=None)
    inside_from = max(first, move.first)
    inside_to = move.last if last is None else min(last, move.last)
    if inside_from > inside_to:
        yield step
        return
    if first < inside_from:
        yield replace(step, first=first, last=inside_from - ONE_DAY)
    yield Step(inside_from, inside_to, tuple(_at(step.parts, move.at)))
    if last is None or inside_to < last:
        yield replace(step, first=inside_to + ONE_DAY)


def _at(parts: tuple[Part, ...], times: tuple[time, ...]) -> Iterator[Part]:
    """A part beyond the times keeps its own."""
    for nth, part in enumerate(parts):
        yield replace(part, at=times[nth]) if nth < len(times) else part
