"""People followed from their first start of OAT: still in the episode after so many days."""

from collections.abc import Iterator
from datetime import timedelta

from services.demo.country.truth.episodes import Episode, episodes
from services.demo.country.truth.known import Known
from services.demo.country.truth.members import Member, Span
from services.demo.country.truth.oat_starts import at_start

PROFILES = {
    "days_183": (183, 7),
    "days_365": (365, 7),
    "days_183_gap_28": (183, 28),
    "days_365_gap_28": (365, 28),
}


def members(known: Known, span: Span, profile: str) -> Iterator[Member]:
    """Everybody whose first episode began in the period."""
    days, gap = PROFILES[profile]
    for person in known.people:
        for first in episodes(person, known, gap)[:1]:
            if span.first <= first.first <= span.last:
                yield at_start(known, person, first, None, _status(first, known, days))


def _status(one: Episode, known: Known, days: int) -> str:
    if one.first + timedelta(days=days) > known.cut_day:
        return "follow_up_open"
    if (one.last - one.first).days + 1 >= days or one.ended_by == "open":
        return "retained"
    return "left_data" if one.ended_by == "left_data" else "not_retained"
