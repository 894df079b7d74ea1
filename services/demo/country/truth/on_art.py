"""People on ART on the last day: covered, or at most 28 (90) days past the end of coverage, not dead, not stopped, not gone."""

from collections.abc import Iterator
from datetime import date

from services.demo.country.days import first_day, last_day
from services.demo.country.facts import Programme, Stay, Supply
from services.demo.country.truth.coverage import Stretch, last_covered, last_giver
from services.demo.country.truth.coverage import on_art as covered_by
from services.demo.country.truth.diagnosed import is_dead
from services.demo.country.truth.hiv_tests import confirmed
from services.demo.country.truth.known import Known, Someone
from services.demo.country.truth.members import Member, Span, at_period_end

PROFILES = {"late_28": 28, "late_90": 90}
LATE_DAYS = 28
STOPS = ("stopped", "refused", "emigrated")


def members(known: Known, span: Span, profile: str) -> Iterator[Member]:
    """Everybody on ART; those without a confirmed diagnosis by the last day apart."""
    for person in known.people:
        if is_on_art(person, known, span.last, PROFILES[profile]):
            giver = last_giver(covered_by(person, known), span.last)
            told = any(last_day(one.on) <= span.last for one in confirmed(person))
            yield at_period_end(person, span.last, giver, "on_art" if told else "without_diagnosis")


def is_on_art(person: Someone, known: Known, day: date, late_days: int = LATE_DAYS) -> Stretch | None:
    """What covered them last, if they are on ART at the end of a day."""
    last = last_covered(covered_by(person, known), day)
    if last is None or is_dead(person, day):
        return None
    late = (day - last.last).days
    if late > late_days or _has_left(person, day, is_late=late > 0):
        return None
    return last


def _has_left(person: Someone, day: date, *, is_late: bool) -> bool:
    """Whether they were deported, or their programme closed, and they got no medicine on a later day.

    A transfer to nobody knows where counts only once nothing covers them. One within the data never counts, nor does a
    closed programme while another is open.
    """
    got = [last_day(one.on) for one in person.of(Supply) if one.line == "art" and last_day(one.on) <= day]
    since = max(got, default=date.min)
    deported = [one.end.date() for one in person.of(Stay) if one.exit == "deported" and one.end]
    if any(since <= one <= day for one in deported):
        return True
    listed = [one for one in person.of(Programme) if one.line == "art"]
    if any(last_day(one.start) <= day and (one.end is None or first_day(one.end) > day) for one in listed):
        return False
    return any(
        one.end is not None
        and since <= first_day(one.end)
        and last_day(one.end) <= day
        and (one.exit in STOPS or (one.exit == "transferred-out" and not one.to and is_late))
        for one in listed
    )
