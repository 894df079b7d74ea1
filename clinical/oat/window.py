"""How many days before and after it falls due a depot may be given: parameters by product.

Not set: none, so that it is due on its day and missed on the next.
"""

from dataclasses import dataclass

from clinical.oat.product import Product
from clinical.protocols import Protocol

BEFORE = "oat.window-before"
AFTER = "oat.window-after"


@dataclass(frozen=True)
class Window:
    """Days before and after the day on which it falls due."""

    before: int
    after: int
    not_set: tuple[str, ...] = ()


def window_of(product: Product, protocol: Protocol) -> Window:
    """The window of a product; what is taken every day has none. Raises BadProtocol."""
    if not product.is_depot:
        return Window(0, 0)
    before, after = f"{BEFORE}.{product.code}", f"{AFTER}.{product.code}"
    return Window(protocol.days(before) or 0, protocol.days(after) or 0, protocol.not_set(before, after))
