"""Doses that change by the same amount after the same number of days, up or down."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from clinical.oat.order import Part, Step
from clinical.oat.orders.asked import Asked
from clinical.oat.orders.errors import CannotBePlanned
from clinical.words import N_

MOST_STEPS = 100
"""More is a slip of the pen. Proposed by Throughcare, no source."""

NO_CHANGE = N_("Say by how much the dose changes, and after how many days again.")
TOO_LONG = N_("That is too many steps. Change by more at once, or make two orders.")


def stairs(asked: Asked, to_mg: Decimal) -> tuple[Step, ...]:
    """The steps from the first dose to the last, which lasts to the end of the order. Raises CannotBePlanned.

    Down to 0 the last step with a dose is as long as the others, and nothing follows it.
    """
    if not asked.change_mg or not asked.every_days:
        raise CannotBePlanned(NO_CHANGE)
    doses = list(_doses(asked.mg, to_mg, asked.change_mg))
    long = timedelta(days=asked.every_days)
    found = [
        Step(first, first + long - timedelta(days=1), (Part(mg, asked.at),))
        for nth, mg in enumerate(doses)
        for first in [asked.start + nth * long]
    ]
    if to_mg > 0:
        found[-1] = replace(found[-1], last=None)
    return tuple(found)


def _doses(mg: Decimal, to_mg: Decimal, change: Decimal) -> Iterator[Decimal]:
    """The last step may be smaller than the others."""
    for _ in range(MOST_STEPS):
        if mg > 0:
            yield mg
        if mg == to_mg:
            return
        mg = min(mg + change, to_mg) if mg < to_mg else max(mg - change, to_mg)
    raise CannotBePlanned(TOO_LONG)
