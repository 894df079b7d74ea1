"""Refused again and again: somebody tries out what there is."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from services.access.audit.unusual.bursts import bursts
from services.access.audit.unusual.rule import UnusualRule
from services.access.audit.unusual.seen import Group, Known, Seen
from services.shared.languages import N_

REFUSALS, WITHIN = 10, timedelta(minutes=10)
"""From so many on. Proposed."""


def found(events: Sequence[Seen], known: Known, zone: ZoneInfo) -> Iterator[Group]:
    """Refusals, which are also what was asked for and is not there, of people and of systems."""
    refused = [one for one in events if one.kind == "refusal"]
    for group in bursts(refused, WITHIN, lambda window: len(window) >= REFUSALS):
        yield Group(group, group[-1].at)


RULE = UnusualRule(
    "repeated-refusals",
    N_("Refused again and again"),
    N_("10 times or more within 10 minutes something was asked for that is not allowed or not there."),
    found,
)
