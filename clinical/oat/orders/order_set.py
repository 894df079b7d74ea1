"""An order set: a usual course of doses, filled in by a prescriber. Adding one is a file in ``sets/``."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from clinical.oat.order import Step
from clinical.oat.orders import sets as folder
from clinical.oat.orders.asked import Asked, Asks
from clinical.oat.product import Product


@dataclass(frozen=True)
class OrderSet:
    """One set.

    Attributes:
        code: by which a form names it.
        name: for a screen.
        place: where it stands in the list.
        steps: the doses of its days. Raises CannotBePlanned.
        fits: whether a product is given so.
        asks: what it asks beside product, days and dose.
        is_induction: whether it is written as an induction; whether it is one, the record tells (``begun_anew.py``).
    """

    code: str
    name: str
    place: int
    steps: Callable[[Asked], tuple[Step, ...]]
    fits: Callable[[Product], bool]
    asks: frozenset[Asks] = frozenset()
    is_induction: bool = False


@cache
def order_sets() -> Mapping[str, OrderSet]:
    """Every set by its code, in the order in which they are offered."""
    found = [import_module(f"{folder.__name__}.{one.name}").SET for one in iter_modules(folder.__path__)]
    return {one.code: one for one in sorted(found, key=lambda one: one.place)}
