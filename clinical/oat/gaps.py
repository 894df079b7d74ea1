"""Civil days without a valid order: "no valid order on Saturday"."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from clinical.oat.order import OatOrder
from clinical.oat.take_home import Span


def gaps_of(orders: Iterable[OatOrder], first: date, last: date) -> Iterator[Span]:
    """The stretches between two days, both included, on which none of the orders says a dose.

    An order of a depot says one on each of its days. Each stretch is as long as it can be.
    """
    standing = tuple(orders)
    begin: date | None = None
    day = first
    while day <= last:
        if _has_dose(standing, day):
            if begin is not None:
                yield Span(begin, day - timedelta(days=1))
            begin = None
        elif begin is None:
            begin = day
        day += timedelta(days=1)
    if begin is not None:
        yield Span(begin, last)


def _has_dose(orders: Iterable[OatOrder], day: date) -> bool:
    return any(order.is_valid_on(day) and order.parts_on(day) for order in orders)
