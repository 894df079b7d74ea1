"""A record opened in an emergency for which nobody has said why, though the shift is over."""

from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from services.access.audit.kinds import REASON_NOT_GIVEN
from services.access.audit.unusual.rule import UnusualRule
from services.access.audit.unusual.seen import Group, Known, Seen
from services.access.decision.break_glass import REASON_WITHIN
from services.shared.languages import N_


def found(events: Sequence[Seen], known: Known, zone: ZoneInfo) -> Iterator[Group]:
    """Each opening without a reason that is not followed by a reason for the same person in time, due when that is over."""
    of_break_glass = [one for one in events if one.kind == "break-glass"]
    for nth, opening in enumerate(of_break_glass):
        by = opening.at + REASON_WITHIN
        later = (one for one in of_break_glass[nth + 1 :] if one.at <= by)
        if _has_none(opening) and not any(
            one.patients & opening.patients and not _has_none(one) for one in later
        ):
            yield Group((opening,), by)


def _has_none(one: Seen) -> bool:
    return one.reason in (None, "", REASON_NOT_GIVEN)


RULE = UnusualRule(
    "break-glass-without-reason",
    N_("Emergency access without a reason"),
    N_("A record was opened in an emergency, and within 12 hours nobody said why."),
    found,
    resolves_itself=True,
)
