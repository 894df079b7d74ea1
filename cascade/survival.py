"""Kaplan and Meier's estimate: the share still without the event after each day, when some are followed for less long.

E. L. Kaplan and P. Meier, Nonparametric estimation from incomplete observations, J Am Stat Assoc 1958;53:457-481.
Variance: M. Greenwood 1926. Interval: on the scale log(-log S), so that it never leaves 0 to 1 (J. D. Kalbfleisch and
R. L. Prentice, The Statistical Analysis of Failure Time Data, 1980).
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from math import exp, log, sqrt
from statistics import NormalDist

LEVEL = 0.95
EVENTS = ("gap", "death")
"""What ends OAT; every other way in which a row ends is censoring."""


@dataclass(frozen=True)
class Step:
    """One day on which somebody had the event or was censored."""

    day: int
    at_risk: int
    """Rows that lasted to this day; who is censored on it is among them."""
    events: int
    censored: int
    survival: float
    """The share without the event after this day."""
    lower: float | None
    upper: float | None
    """Bounds of the share; both None where the formula has none: before the first event, and at a share of 0."""


def kaplan_meier(
    rows: Iterable[tuple[int, str]], events: Collection[str] = EVENTS, level: float = LEVEL
) -> tuple[Step, ...]:
    """The survival table: a step for each day on which somebody had the event or was censored, in order.

    Events on a day come before censoring on it: who is censored on a day was still at risk on it.

    Args:
        rows: for each person the days followed, and how that ended.
        events: the endings that are the event; any other is censoring.
        level: of the interval, between 0 and 1.
    """
    listed = list(rows)
    ended = Counter(days for days, how in listed if how in events)
    censored = Counter(days for days, how in listed if how not in events)
    left, survival, variance = len(listed), 1.0, 0.0
    steps = []
    for day in sorted(ended | censored):
        dead = ended[day]
        survival *= (left - dead) / left
        # At a share of 0 the sum has no end; the interval has no bounds there, and no event follows.
        variance += dead / (left * (left - dead)) if left > dead else 0.0
        lower, upper = _bounds(survival, variance, level)
        steps.append(Step(day, left, dead, censored[day], survival, lower, upper))
        left -= dead + censored[day]
    return tuple(steps)


def survival_on(steps: Iterable[Step], day: int) -> float:
    """The share without the event after a day. After the last step it says no more than that step did."""
    return next((one.survival for one in reversed(list(steps)) if one.day <= day), 1.0)


def at_risk(rows: Iterable[tuple[int, str]], days: Iterable[int]) -> dict[int, int]:
    """How many lasted to each of these days, to be printed under a curve."""
    lasted = [followed for followed, _ in rows]
    return {day: sum(followed >= day for followed in lasted) for day in days}


def _bounds(survival: float, variance: float, level: float) -> tuple[float | None, float | None]:
    if not 0.0 < survival < 1.0:
        return None, None
    z = NormalDist().inv_cdf((1 + level) / 2)
    spread = exp(z * sqrt(variance) / abs(log(survival)))
    return survival**spread, survival ** (1 / spread)
