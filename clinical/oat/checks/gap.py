"""Days without a valid order, from today to the end of the last order."""

from collections.abc import Iterator

from clinical.oat.gaps import gaps_of
from clinical.oat.issue import Issue, Severity
from clinical.oat.proposal import Proposal
from clinical.oat.take_home import Span
from clinical.protocols import Protocol
from clinical.words import N_, Sentence

CODE = "gap"


def check(proposal: Proposal, _protocol: Protocol) -> Iterator[Issue]:
    """Where no order has an end, the days up to the last beginning are looked at. Before the first there is no gap."""
    orders = (proposal.order, *proposal.others)
    first = max(proposal.day, min(one.start for one in orders))
    last = max(one.start if one.end is None else one.end for one in orders)
    for gap in gaps_of(orders, first, last):
        yield Issue(
            CODE,
            Severity.MODERATE,
            _says(gap),
            tuple(f"MedicationRequest/{one.id}" for one in proposal.others),
        )


def _says(gap: Span) -> Sentence:
    if gap.first == gap.last:
        return Sentence(N_("No valid order on %(first)s"), {"first": gap.first})
    return Sentence(N_("No valid order from %(first)s to %(last)s"), {"first": gap.first, "last": gap.last})
