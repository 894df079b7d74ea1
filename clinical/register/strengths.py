"""Two strengths of one medicine are never out together, whichever round they are for: a millilitre of the one is not a millilitre of the other. Pure."""

from collections.abc import Iterable

from clinical.register.product import StockProduct


def is_other_strength(product: StockProduct, opened: Iterable[StockProduct]) -> bool:
    """Whether a product may not be opened beside what is out."""
    return any(
        (one.atc, one.form) == (product.atc, product.form) and one.strength != product.strength
        for one in opened
    )
