"""A last dose elsewhere that nobody has confirmed: the claimed dose is not ordered."""

from collections.abc import Iterator

from clinical.oat.issue import Issue, Severity
from clinical.oat.proposal import Proposal
from clinical.oat.unverified import CAP, cap_of, is_unverified
from clinical.protocols import Protocol
from clinical.words import N_, Sentence

CODE = "unverified-dose"


def check(proposal: Proposal, protocol: Protocol) -> Iterator[Issue]:
    """Up to the protocol's capped first dose there is nothing to weigh. Raises BadProtocol."""
    product = proposal.order.product
    cap = cap_of(product, protocol)
    if not is_unverified(proposal.record, proposal.at) or cap.allows(proposal.first_mg):
        return
    if cap.mg is None:
        says = Sentence(
            N_("The last dose elsewhere is not verified, and nobody has set how much may be given")
        )
    else:
        says = Sentence(N_("The last dose elsewhere is not verified: %(mg)s mg at most"), {"mg": cap.mg})
    yield Issue(CODE, Severity.HIGH, says, by=(f"{CAP}.{product.code}",), not_set=cap.not_set)
