"""The order that a set and what was asked for make: not signed, not stored."""

from datetime import date

from clinical.oat.order import OatOrder, Step
from clinical.oat.orders.asked import Asked
from clinical.oat.orders.errors import CannotBePlanned
from clinical.oat.orders.order_set import OrderSet
from clinical.words import N_

DOES_NOT_FIT = N_("This medicine is not given in this way. Choose another medicine, or another order set.")
ENDS_FIRST = N_("The order ends before it begins.")
NO_DOSE = N_("Say how many mg: more than 0.")


def drafted(
    order_set: OrderSet, asked: Asked, patient: str, facility: str, prior: str | None = None
) -> OatOrder:
    """The order. Raises CannotBePlanned."""
    if not order_set.fits(asked.product):
        raise CannotBePlanned(DOES_NOT_FIT)
    if asked.mg <= 0:
        raise CannotBePlanned(NO_DOSE)
    steps = order_set.steps(asked)
    end = _end(asked, steps)
    if end is not None and end < asked.start:
        raise CannotBePlanned(ENDS_FIRST)
    return OatOrder(
        id="",
        patient=patient,
        product=asked.product,
        steps=steps,
        start=asked.start,
        end=end,
        interval_days=asked.product.interval_days,
        facility=facility,
        take_home=asked.take_home,
        induction_start=asked.start if order_set.is_induction else None,
        prior=prior,
    )


def _end(asked: Asked, steps: tuple[Step, ...]) -> date | None:
    """A course that ends by itself ends the order."""
    ends = [one for one in (asked.end, steps[-1].last) if one is not None]
    return min(ends, default=None)
