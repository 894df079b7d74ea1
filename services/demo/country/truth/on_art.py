"""People on ART on the last day: covered, or at most 28 days past the end of coverage, not dead, not stopped, not gone."""

from collections.abc import Iterator
from datetime import date

from services.demo.country.days import last_day
from services.demo.country.facts import Programme
from services.demo.country.truth.coverage import Stretch, last_covered
from services.demo.country.truth.coverage import on_art as covered_by
from services.demo.country.truth.diagnosed import has_emigrated, is_dead
from services.demo.country.truth.known import Known, Someone
from services.demo.country.truth.members import Member, Span, at_period_end

PROFILES = ("late_28",)
LATE_DAYS = 28
STOPS = ("stopped", "refused", "emigrated", "died", "transferred-out")


def members(known: Known, span: Span, profile: str) -> Iterator[Member]:
    """Everybody on ART."""
    for person in known.people:
        if last := is_on_art(person, known, span.last):
            yield at_period_end(person, span.last, last.facility, "on_art")


def is_on_art(person: Someone, known: Known, day: date) -> Stretch | None:
    """What covered them last, if they are on ART at the end of a day."""
    last = last_covered(covered_by(person, known), day)
    if last is None or is_dead(person, day) or has_emigrated(person, day):
        return None
    late = (day - last.last).days
    if late > LATE_DAYS or (late > 0 and _has_stopped(person, last.last, day)):
        return None
    return last


def _has_stopped(person: Someone, covered: date, day: date) -> bool:
    """Whether their programme was closed between the last covered day and the day; a hand-over within the data is none."""
    return any(
        one.line == "art"
        and one.end is not None
        and one.exit in STOPS
        and not (one.exit == "transferred-out" and one.to)
        and covered <= last_day(one.end) <= day
        for one in person.of(Programme)
    )
