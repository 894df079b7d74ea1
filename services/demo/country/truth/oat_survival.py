"""People followed from their first start of OAT to what ended it, or to the day on which follow-up closes."""

from collections.abc import Iterator

from services.demo.country.truth.episodes import Episode, episodes
from services.demo.country.truth.known import Known, day_after
from services.demo.country.truth.members import Member, Span
from services.demo.country.truth.oat_starts import PROFILES, at_start

__all__ = ["PROFILES", "members"]


def members(known: Known, span: Span, profile: str) -> Iterator[Member]:
    """Everybody whose first episode began in the period."""
    gap = PROFILES[profile]
    for person in known.people:
        for first in episodes(person, known, gap)[:1]:
            if span.first <= first.first <= span.last:
                yield at_start(known, person, first, None, _status(first, known, gap))


def _status(one: Episode, known: Known, gap: int) -> str:
    """Open, if nothing had ended it when follow-up closed: so many days before the cut as make a gap."""
    closes = day_after(known.cut_day, -gap)
    ended = one.last if one.ended_by == "left_data" else day_after(one.last)
    return "open" if one.ended_by == "open" or ended > closes else one.ended_by
