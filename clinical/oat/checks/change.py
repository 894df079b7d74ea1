"""A change of the dose that is larger than the protocol's threshold, up or down."""

from collections.abc import Iterator
from decimal import Decimal

from clinical.oat.issue import Issue, Severity
from clinical.oat.proposal import Proposal
from clinical.protocols import Protocol
from clinical.words import N_, Sentence

CODE = "change"
UP = "oat.change-up"
DOWN = "oat.change-down"

SAYS = {
    UP: N_("The dose rises by %(mg)s mg at once, from %(before)s mg to %(after)s mg"),
    DOWN: N_("The dose falls by %(mg)s mg at once, from %(before)s mg to %(after)s mg"),
}


def check(proposal: Proposal, protocol: Protocol) -> Iterator[Issue]:
    """A threshold that is not set: any change is weighed. Between two agonists mg cannot be compared. Raises BadProtocol."""
    before, product = proposal.previous_mg, proposal.order.product
    if before is None or proposal.last_agonist not in (None, product.agonist):
        return
    change = proposal.first_mg - before
    way = DOWN if change < 0 else UP
    name = f"{way}.{product.code}"
    threshold = protocol.decimal(name)
    if abs(change) > (threshold or Decimal()):
        values = {"mg": abs(change), "before": before, "after": proposal.first_mg}
        yield Issue(
            CODE,
            Severity.MODERATE,
            Sentence(SAYS[way], values),
            by=(name,),
            not_set=protocol.not_set(name),
        )
