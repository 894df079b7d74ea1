"""Retention in OAT."""

from collections.abc import Iterator
from datetime import timedelta

from cascade.reference import Member, World
from cascade.reference.placing import at_entry
from cascade.tables import OatEpisode, Period

PROFILES = {
    "days_183": (183, "gap_7"),
    "days_365": (365, "gap_7"),
    "days_183_gap_28": (183, "gap_28"),
    "days_365_gap_28": (365, "gap_28"),
}


def members(world: World, period: Period, profile: str) -> Iterator[Member]:
    """Each person whose first episode began in the period."""
    days, gap = PROFILES[profile]
    for one in world.oat_episode:
        if (one.profile, one.episode) == (gap, 1) and period.first <= one.first_on <= period.last:
            yield at_entry(
                world,
                one.person_key,
                None,
                one.first_on,
                one.facility_key,
                one.setting_at_start,
                one.legal_status,
                _status(one, period, days),
            )


def _status(episode: OatEpisode, period: Period, days: int) -> str:
    if (period.cut_day - episode.first_on).days < days:
        return "follow_up_open"
    lasted = (episode.last_covered_on - episode.first_on + timedelta(days=1)).days
    if lasted >= days or episode.ended_by == "open":
        return "retained"
    return "left_data" if episode.ended_by == "left_data" else "not_retained"
