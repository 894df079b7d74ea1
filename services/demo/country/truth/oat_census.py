"""People on OAT on the last day: covered, or last covered at most 7 days before it and not gone since."""

from collections.abc import Iterator
from datetime import date

from services.demo.country.days import first_day, last_day
from services.demo.country.facts import Programme, Stay
from services.demo.country.truth.coverage import last_covered, last_giver, on_oat
from services.demo.country.truth.diagnosed import is_dead
from services.demo.country.truth.known import Known, Someone
from services.demo.country.truth.members import Member, Span, at_period_end

PROFILES = ("late_7", "covered")
LATE_DAYS = 7


def members(known: Known, span: Span, profile: str) -> Iterator[Member]:
    """Everybody on OAT."""
    for person in known.people:
        covered = on_oat(person)
        last = last_covered(covered, span.last)
        if last is None or is_dead(person, span.last):
            continue
        giver = last_giver(covered, span.last)
        late = max(0, (span.last - last.last).days)
        if late == 0:
            yield at_period_end(person, span.last, giver, "on_oat_covered")
        elif profile == "late_7" and late <= LATE_DAYS and not _has_left(person, last.last, span.last):
            yield at_period_end(person, span.last, giver, "on_oat_late")


def _has_left(person: Someone, covered: date, day: date) -> bool:
    """Whether they were deported, or their last open programme was closed, since the last covered day."""
    deported = [one.end.date() for one in person.of(Stay) if one.exit == "deported" and one.end]
    if any(covered <= one <= day for one in deported):
        return True
    listed = [one for one in person.of(Programme) if one.line == "oat" and first_day(one.start) <= day]
    if any(one.end is None or last_day(one.end) > day for one in listed):
        return False
    return any(
        one.end is not None
        and covered <= first_day(one.end)
        and not (one.exit == "transferred-out" and one.to)
        for one in listed
    )
