"""A dose that falls step by step, as agreed with the person: to less, or to nothing."""

from clinical.oat.order import Step
from clinical.oat.orders.asked import Asked, Asks
from clinical.oat.orders.errors import CannotBePlanned
from clinical.oat.orders.order_set import OrderSet
from clinical.oat.orders.stairs import stairs
from clinical.oat.product import Product
from clinical.words import N_

NOT_DOWN = N_("Say from what dose down to what dose it falls. 0 ends it.")


def steps(asked: Asked) -> tuple[Step, ...]:
    """To 0: the last step ends before the day without a dose. Raises CannotBePlanned."""
    if asked.to_mg is None or asked.to_mg >= asked.mg:
        raise CannotBePlanned(NOT_DOWN)
    return stairs(asked, asked.to_mg)


def fits(product: Product) -> bool:
    """What is taken every day."""
    return not product.is_depot


SET = OrderSet("taper", N_("Taper: fall step by step, as agreed"), 3, steps, fits, frozenset({Asks.CHANGE}))
