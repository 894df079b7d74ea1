"""An order without a hard end, or a long one."""

from collections.abc import Iterator

from clinical.oat.issue import Issue, Severity
from clinical.oat.proposal import Proposal
from clinical.protocols import Protocol
from clinical.words import N_, Sentence

CODE = "end-date"
AT_MOST = "oat.order-at-most"


def check(proposal: Proposal, protocol: Protocol) -> Iterator[Issue]:
    """How long it may be not set: whatever it says. Raises BadProtocol."""
    order, at_most = proposal.order, protocol.days(AT_MOST)
    if order.end is None:
        yield Issue(CODE, Severity.HIGH, Sentence(N_("The order has no end")))
    elif order.end < order.start:
        yield Issue(CODE, Severity.HIGH, Sentence(N_("The order ends before it begins")))
    elif at_most is not None and (order.end - order.start).days + 1 > at_most:
        yield Issue(
            CODE,
            Severity.MODERATE,
            Sentence(
                N_("The order is longer than the protocol has it: %(days)s days at most"), {"days": at_most}
            ),
            by=(AT_MOST,),
        )
