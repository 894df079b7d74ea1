"""People followed from their first start of OAT to what ended it, or to the day on which follow-up closes."""

from collections.abc import Iterator
from datetime import date

from services.demo.country.truth.episodes import Episode, episodes
from services.demo.country.truth.known import Known, day_after
from services.demo.country.truth.members import Member, Span
from services.demo.country.truth.oat_starts import PROFILES, at_start

__all__ = ["PROFILES", "durations", "members"]


def members(known: Known, span: Span, profile: str) -> Iterator[Member]:
    """Everybody whose first episode began in the period."""
    return (one for one, _ in durations(known, span, profile))


def durations(known: Known, span: Span, profile: str) -> Iterator[tuple[Member, int]]:
    """The same, each with the days from the first, which is day 1, to what ended it or the day on which follow-up closes."""
    gap = PROFILES[profile]
    for person in known.people:
        for first in episodes(person, known, gap)[:1]:
            if span.first <= first.first <= span.last:
                status, last = _end(first, known, gap)
                days = max(0, (last - first.first).days + 1)
                yield at_start(known, person, first, None, status), days


def _end(one: Episode, known: Known, gap: int) -> tuple[str, date]:
    """How it ended, and the last day that counts: of a gap or death the first day without medicine.

    Open, if nothing had ended it when follow-up closed: so many days before the cut as make a gap.
    """
    closes = day_after(known.cut_day, -gap)
    ended = one.last if one.ended_by == "left_data" else day_after(one.last)
    return ("open", closes) if one.ended_by == "open" or ended > closes else (one.ended_by, ended)
