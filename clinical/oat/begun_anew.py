"""Whether an order begins treatment: for the first time, after a break, or with another opioid agonist."""

from clinical.oat.induction import is_in_induction
from clinical.oat.missed import missed_days
from clinical.oat.missed_table import Level, Meaning, meaning_of
from clinical.oat.proposal import Proposal
from clinical.protocols import Protocol

ANEW = frozenset({Level.RE_INDUCTION, Level.AUTO_SUSPENDED})


def is_begun_anew(proposal: Proposal, protocol: Protocol) -> bool:
    """Whether its first dose is a first dose. Where no dose is known, it is. Raises BadProtocol."""
    if proposal.last_agonist is not proposal.order.product.agonist:
        return True
    return (
        proposal.order.induction_start == proposal.order.start
        or break_before(proposal, protocol).level in ANEW
    )


def break_before(proposal: Proposal, protocol: Protocol) -> Meaning:
    """What the days missed up to now mean for it, as the protocol's table says. Raises BadProtocol."""
    missed = missed_days(proposal.record, proposal.order, proposal.closed, protocol)
    in_induction = is_in_induction(proposal.order, proposal.order.start, protocol)
    return meaning_of(missed.days, proposal.order.product, protocol, in_induction=in_induction)
