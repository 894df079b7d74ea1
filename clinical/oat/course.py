"""The doses day by day as they were and will be ordered, across all orders of a person: a rise is one whoever wrote it how."""

from datetime import date
from decimal import Decimal

from clinical.oat.order import WAS_VALID, OatOrder, Signature
from clinical.oat.proposal import Proposal
from clinical.oat.slot import leading


def ordered_mg(proposal: Proposal, day: date) -> Decimal | None:
    """Of a whole day; None: nothing was ordered that can be compared with the order in mg."""
    order = proposal.order if day >= proposal.order.start else _before(proposal, day)
    return (order.mg_on(day) or None) if order and _is_comparable(order, proposal.order) else None


def _before(proposal: Proposal, day: date) -> OatOrder | None:
    return leading(
        one
        for one in proposal.record.orders
        if one.id != proposal.order.id
        and one.is_valid_on(day)
        and one.status in WAS_VALID
        and one.signature is Signature.SIGNED
    )


def _is_comparable(one: OatOrder, other: OatOrder) -> bool:
    return one.product.agonist is other.product.agonist and one.product.is_depot == other.product.is_depot
