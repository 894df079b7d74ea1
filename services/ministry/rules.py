"""What the page must not show, so that nobody is misled: the rules of every figure, in one place.

The limits are proposed. They keep a reader from reading chance as a finding; they protect nobody, for the page shows
full counts to those who may see them.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from cascade.survival import Step
from cascade.tables import Period
from services.ministry.numbers import Count

LEAST_DENOMINATOR = 20
"""Of fewer people one more or less is five percentage points and more: only the counts are shown. Proposed."""

LEAST_AT_RISK = 10
"""A curve is drawn while at least so many are followed; beyond, single people draw it. Proposed."""

PROVISIONAL_QUARTERS = 2
"""Records of so many last quarters still come in. Proposed: a quarter of a year for paper, and one for corrections."""


MOST_DAYS_WITHOUT_RECORDS = 45
"""Records that end longer before a quarter does lack half of it, and its figures mislead. Proposed."""


def share(count: Count | None) -> float | None:
    """The numerator over the denominator; None where that would say more than the counts can."""
    if count is None or count.of is None or count.of < LEAST_DENOMINATOR:
        return None
    return count.n / count.of


def is_provisional(period: Period, period_end: date) -> bool:
    """Whether some of the period's records are expected to come in yet.

    Args:
        period: a quarter or year.
        period_end: the last day of the last quarter shown.
    """
    return _quarter(period.last) > _quarter(period_end) - PROVISIONAL_QUARTERS


def records_are_old(newest: date, period_end: date) -> bool:
    """Whether the records end so long before a period does that the reader has to be told.

    Args:
        newest: the day of the newest record.
        period_end: the last day of the last quarter that was over at the data cut.
    """
    return newest < period_end - timedelta(days=MOST_DAYS_WITHOUT_RECORDS)


def _quarter(day: date) -> int:
    """The number of the day's quarter, counted from a year 0."""
    return day.year * 4 + (day.month - 1) // 3


def drawable(steps: Iterable[Step]) -> tuple[Step, ...]:
    """The part of a curve at which enough people are at risk."""
    return tuple(step for step in steps if step.at_risk >= LEAST_AT_RISK)
