"""The days under the tongue before a first depot: a dose that stays or rises, and an order that ends when the depot is due.

The depot is an order of its own: its first day is the day after.
"""

from datetime import timedelta

from clinical.oat.order import Part, Step
from clinical.oat.orders.asked import Asked, Asks
from clinical.oat.orders.errors import CannotBePlanned
from clinical.oat.orders.order_set import OrderSet
from clinical.oat.orders.stairs import stairs
from clinical.oat.product import Agonist, Product
from clinical.words import N_

DAYS = "oat.days-before-depot"
"""How many days under the tongue come before it."""

NOT_SET = N_("Nobody has set how many days under the tongue come before a depot. Choose another order set.")
FALLS = N_("Before a depot the dose stays or rises. Say up to what dose, or leave it empty.")
TOO_SLOW = N_("The dose would not be reached before the depot. Rise by more at once, or after fewer days.")


def steps(asked: Asked) -> tuple[Step, ...]:
    """The last step ends the order. Raises CannotBePlanned."""
    if not asked.days_before_depot:
        raise CannotBePlanned(NOT_SET)
    last = asked.start + timedelta(days=asked.days_before_depot - 1)
    if asked.to_mg is None or asked.to_mg == asked.mg:
        return (Step(asked.start, last, (Part(asked.mg, asked.at),)),)
    if asked.to_mg < asked.mg:
        raise CannotBePlanned(FALLS)
    *before, reached = stairs(asked, asked.to_mg)
    if reached.first > last:
        raise CannotBePlanned(TOO_SLOW)
    return (*before, Step(reached.first, last, reached.parts))


def fits(product: Product) -> bool:
    """Buprenorphine under the tongue."""
    return product.agonist is Agonist.BUPRENORPHINE and not product.is_depot


SET = OrderSet(
    "before-depot",
    N_("Before a first depot: days under the tongue, then order the depot"),
    6,
    steps,
    fits,
    frozenset({Asks.CHANGE}),
    is_induction=True,
)
