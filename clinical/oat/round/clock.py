"""When it happened, where the clock of the tablet is wrong. Pure; what the tablet said is kept beside it.

At the last contact the tablet wrote down both clocks. By their difference the time is put right. A clock that was changed
since is told by what cannot be: nothing happened before the list was fetched, and nothing after it arrived here.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from clinical.oat.happened import Entry
from clinical.oat.round.dose_event import Contact, DoseEvent

TOLERATED = timedelta(minutes=2)
"""How far apart the clocks may be before the time is put right. Proposed by Throughcare, no source."""


@dataclass(frozen=True)
class Occurred:
    """When it happened.

    Attributes:
        at: in UTC, as near as it is known.
        corrected: whether the clock of the tablet was wrong.
        surely_by: where the clock cannot be trusted at all, the instant by which it had happened.
    """

    at: datetime
    corrected: bool = False
    surely_by: datetime | None = None


def occurred(event: DoseEvent, received_at: datetime) -> Occurred:
    """When an event happened that arrived at an instant by the server's clock."""
    earliest = None if event.entry is Entry.PAPER else event.list_from
    return put_right(event.occurred_at, event.clock, received_at, earliest)


def put_right(
    said_at: datetime, clock: Contact | None, received_at: datetime, earliest: datetime | None = None
) -> Occurred:
    """When something happened of which a tablet said the time, by both clocks at its last contact.

    Args:
        earliest: before which it cannot have happened.
    """
    said = said_at.astimezone(UTC)
    off = timedelta() if clock is None else clock.server_at - clock.device_at
    at = said + off if abs(off) > TOLERATED else said
    if at > received_at + TOLERATED or (earliest is not None and at < earliest - TOLERATED):
        # Between the list and its arrival; nobody knows more.
        return Occurred(min(earliest or received_at, received_at).astimezone(UTC), True, received_at)
    return Occurred(min(at, received_at), at != said)
