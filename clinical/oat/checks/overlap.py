"""Another order that is valid on days of this one: a change for a later day, or one that was forgotten."""

from collections.abc import Iterator

from clinical.oat.issue import Issue, Severity
from clinical.oat.order import OatOrder
from clinical.oat.proposal import Proposal
from clinical.oat.slot import leading
from clinical.protocols import Protocol
from clinical.words import N_, Sentence

CODE = "overlap"

COMES_BACK = N_("After this order ends on %(last)s, the one that began on %(other)s counts again. End it")
THIS_COUNTS = N_("From %(first)s on this order counts in place of the one that began on %(other)s")
OTHER_COUNTS = N_("From %(first)s on the order that began on %(other)s counts in place of this one")


def check(proposal: Proposal, _protocol: Protocol) -> Iterator[Issue]:
    """Never two doses: of two orders on one day the one that began later counts. What is told is which, and what comes after."""
    order = proposal.order
    for other in proposal.others:
        if _overlap(order, other):
            severity, says = _told(order, other)
            yield Issue(CODE, severity, says, (f"MedicationRequest/{other.id}",))


def _overlap(one: OatOrder, other: OatOrder) -> bool:
    return _begins_in_time(one, other) and _begins_in_time(other, one)


def _begins_in_time(one: OatOrder, other: OatOrder) -> bool:
    return other.end is None or one.start <= other.end


def _told(order: OatOrder, other: OatOrder) -> tuple[Severity, Sentence]:
    first = max(order.start, other.start)
    if leading((order, other)) is other:
        return Severity.MODERATE, Sentence(OTHER_COUNTS, {"first": first, "other": other.start})
    if order.end is not None and (other.end is None or other.end > order.end):
        return Severity.HIGH, Sentence(COMES_BACK, {"last": order.end, "other": other.start})
    return Severity.LOW, Sentence(THIS_COUNTS, {"first": first, "other": other.start})
