"""Tests whose result was returned in the period, and as what each counts, test by test."""

from collections.abc import Iterator
from datetime import date

from cascade.reference import World
from cascade.tables import HivTest, Period


def returned_in(world: World, period: Period) -> Iterator[HivTest]:
    """Each test whose result was surely returned in the period."""
    for test in world.hiv_test:
        if test.returned_lo is None or test.returned_hi is None:
            continue
        if period.first <= test.returned_lo and test.returned_hi <= period.last:
            yield test


def day_of(test: HivTest) -> date | None:
    """The day of the test; of one without any day, that of its result."""
    return test.performed_on or test.performed_hi or test.returned_hi


def counted_as(world: World, test: HivTest) -> str:
    """Its outcome, or the line of its own that it is on."""
    if test.self_test:
        return "self_test"
    if test.purpose == "verification":
        return "verification"
    if test.purpose == "known_positive" or _was_known(world, test):
        return "known_positive"
    return test.outcome if test.outcome in ("negative", "positive") else "inconclusive"


def _was_known(world: World, test: HivTest) -> bool:
    """Whether a confirmed diagnosis is surely of a day before the test."""
    return any(
        one.person_key == test.person_key
        and one.condition == "hiv"
        and one.certainty == "confirmed"
        and one.diagnosed_hi is not None
        and test.performed_lo is not None
        and one.diagnosed_hi < test.performed_lo
        for one in world.diagnosis
    )
