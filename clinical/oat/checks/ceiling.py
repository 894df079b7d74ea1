"""More in a day than the protocol's most."""

from collections.abc import Iterator

from clinical.oat.issue import Issue, Severity
from clinical.oat.proposal import Proposal
from clinical.protocols import Protocol
from clinical.words import N_, Sentence

CODE = "ceiling"
CEILING = "oat.ceiling"


def check(proposal: Proposal, protocol: Protocol) -> Iterator[Issue]:
    """Not set: any dose is weighed. Raises BadProtocol."""
    name = f"{CEILING}.{proposal.order.product.code}"
    ceiling = protocol.decimal(name)
    if ceiling is None:
        says = Sentence(N_("Nobody has set how much a dose may be"))
        yield Issue(CODE, Severity.MODERATE, says, not_set=(name,))
    elif proposal.highest_mg > ceiling:
        says = Sentence(N_("The dose is more than the protocol's most: %(mg)s mg"), {"mg": ceiling})
        yield Issue(CODE, Severity.HIGH, says, by=(name,))
