"""More in a day than the protocol's most."""

from collections.abc import Iterator
from decimal import Decimal

from clinical.oat.issue import Issue, Severity
from clinical.oat.product import Product
from clinical.oat.proposal import Proposal
from clinical.protocols import Protocol
from clinical.words import N_, Sentence

CODE = "ceiling"
CEILING = "oat.ceiling"


def most_of(product: Product, protocol: Protocol) -> Decimal | None:
    """The protocol's most, in mg a day; None: nobody has set it. Raises BadProtocol."""
    return protocol.decimal(f"{CEILING}.{product.code}")


def check(proposal: Proposal, protocol: Protocol) -> Iterator[Issue]:
    """Not set: any dose is weighed. Raises BadProtocol."""
    name = f"{CEILING}.{proposal.order.product.code}"
    ceiling = most_of(proposal.order.product, protocol)
    if ceiling is None:
        says = Sentence(N_("Nobody has set how much a dose may be"))
        yield Issue(CODE, Severity.MODERATE, says, not_set=(name,))
    elif proposal.highest_mg > ceiling:
        says = Sentence(N_("The dose is more than the protocol's most: %(mg)s mg"), {"mg": ceiling})
        yield Issue(CODE, Severity.HIGH, says, by=(name,))
