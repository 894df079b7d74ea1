"""HIV tests with the result returned."""

from collections.abc import Iterator

from cascade.reference import Member, World
from cascade.reference.placing import at_event
from cascade.reference.returned_tests import counted_as, day_of, returned_in
from cascade.tables import Period


def members(world: World, period: Period, profile: str) -> Iterator[Member]:
    """Each test whose result was returned in the period."""
    for test in returned_in(world, period):
        yield at_event(
            world,
            test.person_key,
            test.record_key,
            test.performed_at,
            day_of(test),
            test.facility_key,
            counted_as(world, test),
        )
