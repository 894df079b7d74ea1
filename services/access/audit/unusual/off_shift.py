"""Off shift: at an hour in which this account does not usually work."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from zoneinfo import ZoneInfo

from services.access.audit.unusual.rule import UnusualRule
from services.access.audit.unusual.seen import Group, Known, Seen, civil_day
from services.shared.languages import N_

SHIFT = range(6, 22)
"""Hours of the civil day in which somebody works of whom too little is known. Proposed."""

LOOK_BACK_DAYS = 28
"""So far back an account's hours are looked at: four weeks have every turn of a rota. Proposed."""

ENOUGH_DAYS = 10
"""On so many days an account must have worked for its own hours to count. Proposed."""

USUAL_FROM_DAYS = 3
"""On so many of them an hour, or the one before or after it, is a usual one. Proposed."""

HOURS = 24


def found(events: Sequence[Seen], known: Known, zone: ZoneInfo) -> Iterator[Group]:
    """What was done with records of patients off shift, a group for each civil day."""
    if not known.is_person:
        return
    off = [one for one in events if one.patients and not is_usual(one.at.astimezone(zone).hour, known)]
    for _, some in groupby(off, key=lambda one: civil_day(one.at, zone)):
        group = tuple(some)
        yield Group(group, group[-1].at)


def is_usual(hour: int, known: Known) -> bool:
    """Whether somebody of whom this is known usually works at this hour."""
    if known.days < ENOUGH_DAYS:
        return hour in SHIFT
    near = [(hour + step) % HOURS for step in (-1, 0, 1)]
    return any(known.days_by_hour.get(one, 0) >= USUAL_FROM_DAYS for one in near)


RULE = UnusualRule(
    "off-shift",
    N_("Off shift"),
    N_(
        "Records were used at an hour in which this account did not work on 3 days of the last 28; of whom too little is "
        "known, outside 06:00 to 22:00."
    ),
    found,
)
