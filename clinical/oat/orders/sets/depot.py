"""A depot: one dose a week or a month, as the product is made."""

from clinical.oat.order import Part, Step
from clinical.oat.orders.asked import Asked
from clinical.oat.orders.order_set import OrderSet
from clinical.oat.product import Product
from clinical.words import N_


def steps(asked: Asked) -> tuple[Step, ...]:
    """One step; the interval is the product's."""
    return (Step(asked.start, None, (Part(asked.mg, asked.at),)),)


def fits(product: Product) -> bool:
    """What lasts for more than a day."""
    return product.is_depot


SET = OrderSet("depot", N_("Depot: weekly or monthly"), 5, steps, fits)
