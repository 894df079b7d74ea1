"""New diagnoses of HIV."""

from collections.abc import Iterator
from datetime import date

from cascade.reference import Member, World
from cascade.reference.first_diagnosis import diagnosed_people, first_diagnosis
from cascade.reference.placing import at_event
from cascade.tables import Diagnosis, Period


def members(world: World, period: Period, profile: str) -> Iterator[Member]:
    """Each person first diagnosed in the period."""
    for person_key in diagnosed_people(world):
        one = first_diagnosis(world, person_key)
        assert one
        assert one.diagnosed_lo
        assert one.diagnosed_hi
        where = "unknown_place" if one.place == "unknown" else one.place
        middle = _middle(one.diagnosed_lo, one.diagnosed_hi)
        if period.first <= one.diagnosed_lo and one.diagnosed_hi <= period.last:
            yield _member(world, one, one.diagnosed_hi, where)
        elif profile == "imputed" and period.first <= middle <= period.last:
            yield _member(world, one, middle, f"{where}_imputed")


def _middle(first: date, last: date) -> date:
    """The day in the middle; of two such the earlier."""
    return first + (last - first) // 2


def _member(world: World, one: Diagnosis, day: date, status: str) -> Member:
    return at_event(world, one.person_key, one.record_key, None, day, one.facility_key, status)
