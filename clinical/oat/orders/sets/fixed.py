"""The same dose every day."""

from clinical.oat.order import Part, Step
from clinical.oat.orders.asked import Asked
from clinical.oat.orders.order_set import OrderSet
from clinical.oat.product import Product
from clinical.words import N_


def steps(asked: Asked) -> tuple[Step, ...]:
    """One step."""
    return (Step(asked.start, None, (Part(asked.mg, asked.at),)),)


def fits(product: Product) -> bool:
    """What is taken every day."""
    return not product.is_depot


SET = OrderSet("fixed", N_("The same dose every day"), 1, steps, fits)
