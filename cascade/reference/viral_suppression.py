"""Viral suppression."""

from collections.abc import Iterator

from cascade.reference import Member, World
from cascade.reference.placing import at_period_end
from cascade.reference.viral_load import expected
from cascade.tables import Laboratory, Period


def members(world: World, period: Period, profile: str) -> Iterator[Member]:
    """Each person of whom a viral load is expected."""
    for one in expected(world, period.last):
        yield at_period_end(world, period, one.person_key, None, one.facility_key, _status(one.load, profile))


def _status(load: Laboratory | None, profile: str) -> str:
    """By what is true of the least and of the most that the result allows."""
    if load is None:
        return "not_tested"
    assert load.value_lo is not None
    assert load.value_hi is not None
    most = load.value_hi - 0.5 if load.value_hi_open else load.value_hi
    verdicts = {_is_suppressed(load.value_lo, profile), _is_suppressed(most, profile)}
    if len(verdicts) == 2:
        return "unknown"
    return "suppressed" if verdicts == {True} else "unsuppressed"


def _is_suppressed(copies: float, profile: str) -> bool:
    if profile == "at_most_1000":
        return copies <= 1000
    return copies < {"below_1000": 1000, "below_200": 200}[profile]
