"""Linkage to ART after a new diagnosis."""

from collections.abc import Iterator
from datetime import date, timedelta

from cascade.reference import Member, World
from cascade.reference.first_diagnosis import diagnosed_people, first_diagnosis
from cascade.reference.left_country import departures
from cascade.reference.placing import at_event
from cascade.tables import Diagnosis, Period


def members(world: World, period: Period, profile: str) -> Iterator[Member]:
    """Each person newly diagnosed in the period, not abroad."""
    for person_key in diagnosed_people(world):
        one = first_diagnosis(world, person_key)
        assert one
        assert one.diagnosed_lo
        assert one.diagnosed_hi
        if one.place == "abroad" or not (
            period.first <= one.diagnosed_lo and one.diagnosed_hi <= period.last
        ):
            continue
        status = _status(world, period, one, one.diagnosed_lo, one.diagnosed_hi)
        yield at_event(world, person_key, one.record_key, None, one.diagnosed_hi, one.facility_key, status)


def _status(world: World, period: Period, one: Diagnosis, first: date, last: date) -> str:
    day_90 = last + timedelta(days=90)
    if day_90 >= period.cut_day:
        return "window_open"
    if any(day < first for day in _art_from(world, one.person_key)):
        return "art_before"
    if first != last:
        return "day_unknown"
    waited = [(day - last).days for day in _art_from(world, one.person_key)]
    for within in (7, 30, 90):
        if any(days <= within for days in waited):
            return f"within_{within}"
    return _instead(world, one.person_key, last, day_90)


def _instead(world: World, person_key: str, day_0: date, day_90: date) -> str:
    """What became of a person without ART."""
    for one in world.person:
        if one.person_key == person_key and one.died_hi is not None and one.died_hi <= day_90:
            return "died_first"
    if any(day_0 <= first and last <= day_90 for first, last in departures(world, person_key)):
        return "left_first"
    return "not_linked"


def _art_from(world: World, person_key: str) -> list[date]:
    return [one.from_on for one in world.coverage if (one.person_key, one.line) == (person_key, "art")]
