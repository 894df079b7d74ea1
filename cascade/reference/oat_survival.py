"""Time on OAT until a gap or death."""

from collections.abc import Iterator
from datetime import date, timedelta

from cascade.reference import Member, World
from cascade.reference.placing import at_entry
from cascade.tables import OatEpisode, Period

GAPS = {"gap_7": timedelta(days=7), "gap_28": timedelta(days=28)}


def members(world: World, period: Period, profile: str) -> Iterator[Member]:
    """Each person whose first episode began in the period."""
    for member, _ in durations(world, period, profile):
        yield member


def durations(world: World, period: Period, profile: str) -> Iterator[tuple[Member, int]]:
    """The same, with the days to the event or the censoring."""
    for one in world.oat_episode:
        if (one.profile, one.episode) == (profile, 1) and period.first <= one.first_on <= period.last:
            status, until = _ending(one, period.cut_day - GAPS[profile])
            days = max(0, (until - one.first_on).days + 1)
            member = at_entry(
                world,
                one.person_key,
                None,
                one.first_on,
                one.facility_key,
                one.setting_at_start,
                one.legal_status,
                status,
            )
            yield member, days


def _ending(episode: OatEpisode, closing: date) -> tuple[str, date]:
    """How and on which day it ended, as seen when follow-up closes."""
    if episode.ended_by == "left_data":
        ended_on = episode.last_covered_on
    else:
        ended_on = episode.last_covered_on + timedelta(days=1)
    if episode.ended_by == "open" or ended_on > closing:
        return "open", closing
    return episode.ended_by, ended_on
