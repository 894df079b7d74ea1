"""From what a dose may have been poured, by name and strength: two of one name never look alike."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from clinical.oat.product import Product
from clinical.oat.round.stock import Container
from clinical.register.product import StockProduct, Unit
from services.shared.formats import amount


@dataclass(frozen=True)
class PouredFrom:
    """One to choose. ``words``: its name and its strength, as they stand on it."""

    id: UUID
    words: str


def poured_from(containers: Iterable[Container], product: Product | None) -> tuple[PouredFrom, ...]:
    """Those that serve a product; cups are none, since each is confirmed by itself."""
    return tuple(
        PouredFrom(one.id, f"{one.name} · {_strength(one.product)}")
        for one in containers
        if not one.cups and product is not None and one.serves(product)
    )


def _strength(product: StockProduct) -> str:
    return f"{amount(product.strength)} {'mg/mL' if product.unit is Unit.ML else 'mg'}"
