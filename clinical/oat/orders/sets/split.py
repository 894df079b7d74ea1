"""Two doses a day, such as in pregnancy or beside an inducer."""

from clinical.oat.order import Part, Step
from clinical.oat.orders.asked import Asked, Asks
from clinical.oat.orders.errors import CannotBePlanned
from clinical.oat.orders.order_set import OrderSet
from clinical.oat.product import Product
from clinical.words import N_

NO_SECOND = N_("Say how much the second dose of the day is.")
NOT_LATER = N_("The second dose of the day comes later than the first.")


def steps(asked: Asked) -> tuple[Step, ...]:
    """One step of two parts. Raises CannotBePlanned."""
    if not asked.second_mg:
        raise CannotBePlanned(NO_SECOND)
    if asked.at and asked.second_at and asked.second_at <= asked.at:
        raise CannotBePlanned(NOT_LATER)
    parts = (Part(asked.mg, asked.at), Part(asked.second_mg, asked.second_at))
    return (Step(asked.start, None, parts),)


def fits(product: Product) -> bool:
    """What is taken every day."""
    return not product.is_depot


SET = OrderSet("split", N_("Split dose: twice a day"), 4, steps, fits, frozenset({Asks.SECOND}))
