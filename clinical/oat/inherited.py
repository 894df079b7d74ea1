"""The induction that an order goes on with: whoever changes an order on its fourth day does not end the induction by that.

An order of the same agonist that it goes on from, or that was valid on the day before, hands its induction on.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from clinical.oat.order import WAS_VALID, OatOrder, OrderStatus, Signature
from clinical.oat.slot import leading

ONE_DAY = timedelta(days=1)


def inherited(order: OatOrder, orders: Iterable[OatOrder]) -> date | None:
    """The first day of the induction that an order belongs to, its own or of one before it; None: of none.

    Args:
        order: of which.
        orders: all of the person.
    """
    known = tuple(orders)
    gone_through, one = {order.id}, order
    while one.induction_start is None:
        before = _before(one, known)
        if before is None or before.id in gone_through or before.product.agonist is not order.product.agonist:
            return None
        gone_through.add(before.id)
        one = before
    return one.induction_start if one is order or one.induction_start <= order.start else None


def _before(order: OatOrder, orders: tuple[OatOrder, ...]) -> OatOrder | None:
    """The order that it goes on from; of a telephone order the one whose slot it takes."""
    named = (
        one for one in orders if one.id == order.prior and one.status is not OrderStatus.ENTERED_IN_ERROR
    )
    day = order.start if order.telephone else order.start - ONE_DAY
    return next(named, None) or leading(
        one
        for one in orders
        if one.id != order.id
        and one.status in WAS_VALID
        and one.signature is not Signature.UNSIGNED
        and one.is_valid_on(day)
    )
