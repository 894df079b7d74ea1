"""People diagnosed with HIV on the last day of the period."""

from collections.abc import Iterator
from datetime import date

from cascade.reference import Member, World
from cascade.reference.first_diagnosis import diagnosed_people, first_diagnosis
from cascade.reference.left_country import Days, has_left
from cascade.reference.placing import at_period_end
from cascade.tables import Period


def members(world: World, period: Period, profile: str) -> Iterator[Member]:
    """Each person diagnosed by the last day."""
    for person_key in diagnosed_people(world):
        first = first_diagnosis(world, person_key)
        assert first
        assert first.diagnosed_hi
        if first.diagnosed_hi > period.last or _is_dead(world, person_key, period.last):
            continue
        if has_left(world, person_key, period.last):
            continue
        if profile == "lost_removed" and not _is_in_care(world, person_key, period.last):
            continue
        yield at_period_end(world, period, person_key, None, first.facility_key, "diagnosed")


def _is_dead(world: World, person_key: str, day: date) -> bool:
    return any(
        one.person_key == person_key and one.died_hi is not None and one.died_hi <= day
        for one in world.person
    )


def _is_in_care(world: World, person_key: str, day: date) -> bool:
    """Whether any care may be of the last 365 days."""
    return any(first <= day and (day - last).days <= 364 for first, last in _care(world, person_key))


def _care(world: World, person_key: str) -> Iterator[Days]:
    """First and last possible day of each act of HIV care."""
    dated = [
        (one.person_key, one.diagnosed_lo, one.diagnosed_hi)
        for one in world.diagnosis
        if (one.condition, one.certainty) == ("hiv", "confirmed")
    ]
    dated += [(one.person_key, one.from_on, one.to_on) for one in world.coverage if one.line == "art"]
    dated += [
        (one.person_key, one.supplied_lo, one.supplied_hi)
        for one in world.supply
        if one.line == "art" and one.kind != "stated"
    ]
    dated += [
        (one.person_key, one.performed_lo, one.performed_hi)
        for one in world.hiv_test
        if one.purpose in ("verification", "known_positive")
    ]
    dated += [(one.person_key, one.collected_lo, one.collected_hi) for one in world.laboratory]
    dated += [(one.person_key, one.start_lo, one.start_hi) for one in world.treatment if one.line == "art"]
    yield from ((first, last) for whose, first, last in dated if whose == person_key and first and last)
