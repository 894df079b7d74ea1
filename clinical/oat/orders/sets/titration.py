"""Induction: a low first dose that rises step by step."""

from clinical.oat.order import Step
from clinical.oat.orders.asked import Asked, Asks
from clinical.oat.orders.errors import CannotBePlanned
from clinical.oat.orders.order_set import OrderSet
from clinical.oat.orders.stairs import stairs
from clinical.oat.product import Product
from clinical.words import N_

NOT_UP = N_("Say from what dose up to what dose it rises.")


def steps(asked: Asked) -> tuple[Step, ...]:
    """The last step lasts to the end of the order. Raises CannotBePlanned."""
    if asked.to_mg is None or asked.to_mg <= asked.mg:
        raise CannotBePlanned(NOT_UP)
    return stairs(asked, asked.to_mg)


def fits(product: Product) -> bool:
    """What is taken every day."""
    return not product.is_depot


SET = OrderSet(
    "titration",
    N_("Induction: begin low and rise"),
    2,
    steps,
    fits,
    frozenset({Asks.CHANGE}),
    is_induction=True,
)
