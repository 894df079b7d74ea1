"""Outside the own facility: people with whom none of the account's facilities has anything to do.

Grants name facilities and no wings, so a wing is not asked.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from zoneinfo import ZoneInfo

from services.access.audit.unusual.rule import UnusualRule
from services.access.audit.unusual.seen import Group, Known, Seen, civil_day
from services.access.roles.rule import Purpose
from services.shared.languages import N_

LOOKING = frozenset({"read", "export"})
"""A search finds by name also who comes anew, and what is written begins a treatment."""


def found(events: Sequence[Seen], known: Known, zone: ZoneInfo) -> Iterator[Group]:
    """Records of people who are treated elsewhere, a group for each civil day.

    What was opened in an emergency is reviewed as such, and what is written begins a treatment.
    """
    if not known.is_person:
        return
    outside = [
        replace(one, patients=one.patients & known.treated_elsewhere)
        for one in events
        if one.kind in LOOKING
        and one.purpose != Purpose.EMERGENCY.value
        and one.patients & known.treated_elsewhere
    ]
    for _, some in groupby(outside, key=lambda one: civil_day(one.at, zone)):
        group = tuple(some)
        yield Group(group, group[-1].at)


RULE = UnusualRule(
    "outside-facility",
    N_("People of another facility"),
    N_(
        "Records were read of people who have had no stay and no treatment in the last 60 days at any facility for which "
        "this account has a role."
    ),
    found,
)
