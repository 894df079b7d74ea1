"""People with confirmed HIV who are alive and in the country at the end of the period."""

from collections.abc import Iterator
from datetime import date, timedelta

from services.demo.country.days import When, first_day, last_day
from services.demo.country.facts import HivTest, Programme, Supply, ViralLoad
from services.demo.country.truth.coverage import on_art, stretches
from services.demo.country.truth.hiv_tests import confirmed
from services.demo.country.truth.known import Known, Someone
from services.demo.country.truth.left_country import has_left
from services.demo.country.truth.members import Member, Span, at_period_end

PROFILES = ("lost_kept", "lost_removed")
CARE_DAYS = 365


def members(known: Known, span: Span, profile: str) -> Iterator[Member]:
    """Everybody diagnosed by the last day; without those of whom no care is known for a year, if they are removed."""
    for person in known.people:
        for first in confirmed(person)[:1]:
            if last_day(first.on) > span.last or is_dead(person, span.last) or has_left(person, span.last):
                continue
            if profile == "lost_kept" or _is_in_care(person, known, span.last):
                yield at_period_end(person, span.last, first.facility, "diagnosed")


def is_dead(person: Someone, day: date) -> bool:
    """Whether they surely died by the end of a day."""
    return person.death is not None and person.death[1] <= day


def _is_in_care(person: Someone, known: Known, day: date) -> bool:
    since = day - timedelta(days=CARE_DAYS)
    return any(first <= day and last > since for first, last in _care(person, known))


def _care(person: Someone, known: Known) -> Iterator[tuple[date, date]]:
    """The first and the last day of each act of HIV care."""
    yield from ((one.first, one.last) for one in stretches(on_art(person, known)))
    acts: list[When] = [one.on for one in confirmed(person)]
    acts += [one.on for one in person.of(Supply) if one.line == "art" and one.kind != "stated"]
    acts += [one.performed for one in person.of(HivTest) if one.purpose in ("verification", "known-positive")]
    acts += [one.collected for one in person.of(ViralLoad)]
    acts += [one.start for one in person.of(Programme) if one.line == "art"]
    yield from ((first_day(when), last_day(when)) for when in acts)
