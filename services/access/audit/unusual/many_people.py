"""Many different people within minutes."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from services.access.audit.unusual.bursts import bursts
from services.access.audit.unusual.rule import UnusualRule
from services.access.audit.unusual.seen import Group, Known, Seen
from services.shared.languages import N_

PEOPLE, WITHIN = 30, timedelta(minutes=10)
"""From so many different people on. Proposed: a round gives a dose every 30 seconds or so, which is 20 people."""

OPENING = frozenset({"read", "search", "break-glass"})


def found(events: Sequence[Seen], known: Known, zone: ZoneInfo) -> Iterator[Group]:
    """Records that were opened one by one. A list that shows many people at once is how a round begins, and no finding."""
    if not known.is_person:
        return
    opened = [one for one in events if one.kind in OPENING and len(one.patients) == 1]
    for group in bursts(opened, WITHIN, _too_many):
        yield Group(group, group[-1].at)


def _too_many(window: Sequence[Seen]) -> bool:
    return len({patient for one in window for patient in one.patients}) >= PEOPLE


RULE = UnusualRule(
    "many-people",
    N_("Many people within minutes"),
    N_("Records of 30 different people or more were opened one by one within 10 minutes."),
    found,
)
