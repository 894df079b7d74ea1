"""Whether an order begins treatment: for the first time, after a break, or with another opioid agonist.

The record tells it, and not the name of the order set alone: a dose of maintenance that rises step by step begins no
induction, and the same dose every day for somebody who was never treated does. Else an order goes on with the induction of
the one before it.
"""

from dataclasses import replace
from decimal import Decimal

from clinical.oat.induction import is_in_induction
from clinical.oat.missed import missed_days
from clinical.oat.missed_table import Level, Meaning, meaning_of
from clinical.oat.order import OatOrder
from clinical.oat.proposal import Proposal
from clinical.protocols import Protocol

ANEW = frozenset({Level.RE_INDUCTION, Level.AUTO_SUSPENDED})


def is_begun_anew(proposal: Proposal, protocol: Protocol) -> bool:
    """Whether its first dose is a first dose. Where no dose is known, it is. Raises BadProtocol."""
    if proposal.last_agonist is not proposal.order.product.agonist:
        return True
    return is_asked_anew(proposal, protocol) or break_before(proposal, protocol).level in ANEW


def inducted(proposal: Proposal, protocol: Protocol) -> OatOrder:
    """The order with the induction that it begins or goes on with; without one if that is over. Raises BadProtocol."""
    if is_begun_anew(proposal, protocol):
        return replace(proposal.order, induction_start=proposal.order.start)
    return going_on(proposal, protocol)


def is_asked_anew(proposal: Proposal, protocol: Protocol) -> bool:
    """Whether the order was written as an induction and is one: of whom no more is known, from a lower dose, or after a break.

    Raises BadProtocol.
    """
    order = proposal.order
    if order.induction_start != order.start:
        return False
    before = _dose_before(proposal)
    if before is None or proposal.first_mg < before:
        return True
    return _meaning(proposal, going_on(proposal, protocol), protocol).level in ANEW


def going_on(proposal: Proposal, protocol: Protocol) -> OatOrder:
    """The order as one that goes on from another, in whose induction it still may be. Raises BadProtocol."""
    order = proposal.order
    as_other = replace(order, induction_start=None) if order.induction_start == order.start else order
    found = proposal.record.inducted(as_other)
    return found if is_in_induction(found, order.start, protocol) else as_other


def weighed_for_a_break(proposal: Proposal, protocol: Protocol) -> OatOrder:
    """The order whose missed days are counted: where it begins an induction, what was missed before is behind the person.

    Raises BadProtocol.
    """
    is_anew = is_asked_anew(proposal, protocol)
    return proposal.order if is_anew else going_on(proposal, protocol)


def break_before(proposal: Proposal, protocol: Protocol) -> Meaning:
    """What the days missed up to now mean for it, as the protocol's table says. Raises BadProtocol."""
    return _meaning(proposal, weighed_for_a_break(proposal, protocol), protocol)


def _meaning(proposal: Proposal, order: OatOrder, protocol: Protocol) -> Meaning:
    missed = missed_days(proposal.record, order, proposal.closed, protocol)
    in_induction = is_in_induction(order, order.start, protocol)
    return meaning_of(missed.days, order.product, protocol, in_induction=in_induction)


def _dose_before(proposal: Proposal) -> Decimal | None:
    """What the new dose can be compared with in mg: what was ordered for the day before, else what was taken last."""
    last, product = proposal.last_dose, proposal.order.product
    if last is None or last.product is None or last.product.agonist is not product.agonist:
        return None
    if product.is_depot or last.product.is_depot:
        return None
    return proposal.previous_mg or last.mg
