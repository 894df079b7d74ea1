"""Which sheets for a day without a network have to be printed by now. Pure."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from clinical.protocols import Protocol

FROM = "oat.sheet-printed-from"
"""How long after a civil day began the sheets of the next are printed; not set: all day."""

DAY_BEGINS = time(6)
"""When the first round begins in fact: from then on the day's sheet is of no use any more. Proposed by Throughcare, no source."""


def day_of_sheets(at: datetime, zone: ZoneInfo, protocol: Protocol) -> date | None:
    """The civil day whose sheets lie ready now: in the evening tomorrow, in the night today; None: nobody waits for one yet.

    Raises BadProtocol.
    """
    local = at.astimezone(zone)
    if local.time() < DAY_BEGINS:
        return local.date()
    begins = datetime.combine(local.date(), time(), zone) + (protocol.duration(FROM) or timedelta())
    return local.date() + timedelta(days=1) if local >= begins else None


def missing(planned: Collection[str], printed: Collection[str]) -> list[str]:
    """The rounds of that day for which doses are planned and no sheet is printed, by their names."""
    return sorted(set(planned) - set(printed))
