"""Viral load tested."""

from collections.abc import Iterator

from cascade.reference import Member, World
from cascade.reference.placing import at_period_end
from cascade.reference.viral_load import expected
from cascade.tables import Period


def members(world: World, period: Period, profile: str) -> Iterator[Member]:
    """Each person of whom a viral load is expected."""
    for one in expected(world, period.last):
        status = "tested" if one.load else "not_tested"
        yield at_period_end(world, period, one.person_key, None, one.facility_key, status)
