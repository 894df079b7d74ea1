"""When a civil day closes: from then on what is still open is missed."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from clinical.protocols import Protocol

CLOSES = "oat.day-closes"
"""How long after the day began; more than 24 h reaches into the next."""

END_OF_DAY = timedelta(hours=24)

WAITS = "oat.day-waits"
"""So long after its end a day is not closed while a tablet holds a wing of an open round of it: it may have doses that were
not sent yet. Not set: 12 hours."""

LONGEST = timedelta(hours=12)


def last_closed(at: datetime, zone: ZoneInfo, protocol: Protocol) -> date:
    """The last civil day that has closed at an instant. Not set: each closes when it ends. Raises BadProtocol.

    It is told by the clock on the wall, so that the night of the clock change closes its day at the usual hour.
    """
    closes = protocol.duration(CLOSES)
    wall = at.astimezone(zone).replace(tzinfo=None)
    return (wall - (END_OF_DAY if closes is None else closes)).date()


def has_waited(day: date, at: datetime, zone: ZoneInfo, protocol: Protocol) -> bool:
    """Whether a day that has closed waits no longer for what tablets may still have of it. Raises BadProtocol."""
    waits = protocol.duration(WAITS) or LONGEST
    return last_closed(at - waits, zone, protocol) >= day
