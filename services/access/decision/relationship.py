"""The treatment relationship between a facility and a patient, by what happened and the facility's civil date.

It begins with a stay, an episode or an arrival that a clinician recorded. When those have ended it goes on until the
hand-over is acknowledged and what was to be followed up is closed, but no longer than ``AT_MOST``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from services.access.roles.rule import Relationship

AT_MOST = timedelta(days=60)
"""How long the relationship outlives care that nobody has closed. Proposed."""


@dataclass(frozen=True)
class Care:
    """A stay, an episode, or an arrival (which begins and ends on one day), with what came after.

    Attributes:
        began: the first day.
        ended: the last day; None while it goes on.
        acknowledged: the day on which the receiver acknowledged the hand-over; None if nobody did.
        follow_up: of each task that was to be followed up, the day on which it was closed; None while it is open.
    """

    began: date
    ended: date | None = None
    acknowledged: date | None = None
    follow_up: tuple[date | None, ...] = ()


def relationship(cares: Iterable[Care], on: date, at_most: timedelta = AT_MOST) -> Relationship:
    """What a facility has to do with a patient on a day, by all the care it gave; wrong entries are left out before."""
    begun = [care for care in cares if care.began <= on]
    if any(_is_open(care, on, at_most) for care in begun):
        return Relationship.OPEN
    return Relationship.CLOSED if begun else Relationship.NONE


def _is_open(care: Care, on: date, at_most: timedelta) -> bool:
    return care.ended is None or on <= _last_day(care.ended, care, at_most)


def _last_day(ended: date, care: Care, at_most: timedelta) -> date:
    """The day on which the last thing was done still belongs to it."""
    done = [care.acknowledged, *care.follow_up]
    days = [day for day in done if day is not None]
    closed = max(ended, *days) if len(days) == len(done) else ended + at_most
    return min(closed, ended + at_most)
