"""People tested for HIV who got a result."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

from cascade.reference import Member, World
from cascade.reference.placing import at_event
from cascade.reference.returned_tests import counted_as, day_of, returned_in
from cascade.tables import HivTest, Period

NEVER = datetime.max.replace(tzinfo=UTC)


def members(world: World, period: Period, profile: str) -> Iterator[Member]:
    """Each person with a result returned in the period, once."""
    tests = list(returned_in(world, period))
    for person_key in sorted({test.person_key for test in tests}):
        mine = {test.record_key: counted_as(world, test) for test in tests if test.person_key == person_key}
        status = _best(set(mine.values()))
        line = ("negative", "inconclusive") if status in ("negative", "inconclusive") else (status,)
        first = min((test for test in tests if mine.get(test.record_key) in line), key=_when)
        yield at_event(
            world,
            person_key,
            first.record_key,
            first.performed_at,
            day_of(first),
            first.facility_key,
            status,
        )


def _best(statuses: set[str]) -> str:
    in_turn = ("positive", "negative", "inconclusive", "known_positive", "verification", "self_test")
    return next(one for one in in_turn if one in statuses)


def _when(test: HivTest) -> tuple[date, datetime, str]:
    return day_of(test) or date.max, test.performed_at or NEVER, test.record_key
