"""HIV tests with the result returned."""

from collections.abc import Iterator

from cascade.reference import Member, World
from cascade.reference.placing import at_event
from cascade.tables import HivTest, Period


def members(world: World, period: Period, profile: str) -> Iterator[Member]:
    """Each test whose result was returned in the period."""
    for test in world.hiv_test:
        if test.returned_lo is None or test.returned_hi is None:
            continue
        if period.first <= test.returned_lo and test.returned_hi <= period.last:
            day = test.performed_on or test.performed_hi or test.returned_hi
            yield at_event(
                world,
                test.person_key,
                test.record_key,
                test.performed_at,
                day,
                test.facility_key,
                _status(world, test),
            )


def _status(world: World, test: HivTest) -> str:
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
