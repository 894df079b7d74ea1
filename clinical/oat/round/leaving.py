"""Who leaves on the day of a list, to court and the like, and who therefore has the dose first. Pure."""

from datetime import date
from zoneinfo import ZoneInfo

from clinical.oat.round.situation import Leaving, Presence

BEFORE = "before-departure"
"""The plan by which the dose is given before somebody leaves."""


def leaving_on(presence: Presence, day: date, zone: ZoneInfo) -> Leaving | None:
    """The planned absence that begins on a civil day; None: none does, or it has begun."""
    leaving = presence.leaving
    return leaving if leaving and leaving.at.astimezone(zone).date() == day else None


def has_dose_first(presence: Presence, day: date, zone: ZoneInfo) -> bool:
    """Whether the dose of a civil day is given before somebody leaves on it."""
    leaving = leaving_on(presence, day, zone)
    return leaving is not None and leaving.plan == BEFORE
