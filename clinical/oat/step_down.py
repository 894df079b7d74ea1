"""In pregnancy no dose falls by itself: of a planned step down the dose before it stands, until a prescriber orders again.

What was signed while the pregnancy was known was weighed, and falls as it says. What had fallen already before anybody knew
stays where it is: nothing rises by itself either. When an order ends is not changed; without one a prescriber is called.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from clinical.oat.happened import Happened, Kind
from clinical.oat.order import OatOrder, Step

WHOLE = frozenset({Kind.GIVEN, Kind.MOUTH_CHECK_FAILED})


def held_up(orders: Iterable[OatOrder], happened: Iterable[Happened], day: date) -> tuple[OatOrder, ...]:
    """The orders of somebody who is pregnant, as they count on a civil day."""
    taken = tuple(one for one in happened if one.was_taken and one.slot_day)
    return tuple(_held_up(one, taken, day) for one in orders)


def _held_up(order: OatOrder, taken: tuple[Happened, ...], day: date) -> OatOrder:
    if order.weighed_in_pregnancy or order.interval_days > 1 or len(order.steps) < 2:
        return order
    of_it = [one for one in taken if one.order == order.id]
    before = [one for one in of_it if one.slot_day and one.slot_day <= day]
    if of_it and not before:
        return order  # what was given before that day is not known here
    last = max(before, key=lambda one: (one.occurred_at, one.id), default=None)
    at = _in_effect(order, last) if last else 0
    return replace(order, steps=(*order.steps[:at], *_not_falling(order.steps[at:])))


def _in_effect(order: OatOrder, dose: Happened) -> int:
    """The place of the step by which a dose was given: one that was held up stands before that of its day."""
    begun = [nth for nth, step in enumerate(order.steps) if dose.slot_day and step.first <= dose.slot_day]
    if dose.kind in WHOLE:
        found = [nth for nth in begun if _gives(order.steps[nth], dose)]
        return found[-1] if found else max(begun, default=0)
    return max(begun, default=0)


def _gives(step: Step, dose: Happened) -> bool:
    part = (dose.part or 1) - 1
    return part < len(step.parts) and step.parts[part].mg == dose.mg


def _not_falling(steps: tuple[Step, ...]) -> Iterator[Step]:
    stands = steps[0]
    for step in steps:
        if step.mg >= stands.mg:
            stands = step
        yield replace(step, parts=stands.parts)
