"""People with confirmed HIV who are alive and in the country at the end of the period; who is lost to care is kept."""

from collections.abc import Iterator
from datetime import date

from services.demo.country.days import last_day
from services.demo.country.facts import Programme, Stay
from services.demo.country.truth.hiv_tests import confirmed
from services.demo.country.truth.known import Known, Someone
from services.demo.country.truth.members import Member, Span, at_period_end

PROFILES = ("lost_kept",)


def members(known: Known, span: Span, profile: str) -> Iterator[Member]:
    """Everybody diagnosed by the last day."""
    for person in known.people:
        found = [one for one in confirmed(person) if last_day(one.on) <= span.last]
        if found and not is_dead(person, span.last) and not has_emigrated(person, span.last):
            first = min(found, key=lambda one: (last_day(one.on), one.id))
            yield at_period_end(person, span.last, first.facility, "diagnosed")


def is_dead(person: Someone, day: date) -> bool:
    """Whether they surely died by the end of a day."""
    return person.death is not None and person.death[1] <= day


def has_emigrated(person: Someone, day: date) -> bool:
    """Whether they were deported or left the country by the end of a day, and did nothing here since."""
    gone = [one.end.date() for one in person.of(Stay) if one.exit == "deported" and one.end]
    gone += [last_day(one.end) for one in person.of(Programme) if one.exit == "emigrated" and one.end]
    gone = [one for one in gone if one <= day]
    back = [one.start.date() for one in person.of(Stay) if one.start.date() <= day]
    return bool(gone) and not any(one > max(gone) for one in back)
