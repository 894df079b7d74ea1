"""Amounts: exact, in the unit in which a product is measured (mL or pieces), with at most three decimals. Pure.

What is measured stands in the book; the mg of it are the amount times the strength, and written nowhere.
"""

from decimal import Decimal, InvalidOperation

from clinical.register.errors import AmountRefused, NotMeasurable
from clinical.register.product import StockProduct

SMALLEST = Decimal("0.001")
"""As the tables keep it."""

TOO_MUCH = Decimal(100_000_000)
NOTHING = Decimal()


def amount_in(typed: str) -> Decimal:
    """An amount as somebody typed it, with a point or a comma; nothing at all counts too. Raises AmountRefused."""
    try:
        found = Decimal(typed.strip().replace(",", "."))
    except InvalidOperation:
        raise AmountRefused from None
    return counted(found)


def counted(found: Decimal) -> Decimal:
    """An amount that was counted, which may be nothing. Raises AmountRefused."""
    if not found.is_finite() or not NOTHING <= found < TOO_MUCH or found != found.quantize(SMALLEST):
        raise AmountRefused
    return found


def moved(found: Decimal) -> Decimal:
    """An amount that something is done with. Raises AmountRefused."""
    if counted(found) == NOTHING:
        raise AmountRefused
    return found


def mg_in(amount: Decimal, product: StockProduct) -> Decimal:
    """What is in an amount."""
    return amount * product.strength


def amount_for(mg: Decimal, product: StockProduct) -> Decimal:
    """How much of a product holds so many mg. Raises NotMeasurable: nothing is rounded."""
    amount = (mg / product.strength).quantize(SMALLEST)
    if amount * product.strength != mg:
        raise NotMeasurable
    return amount
