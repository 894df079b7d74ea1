"""What a book is about: a medicine by its ATC code, its form and its strength. Pure."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Unit(StrEnum):
    """In what a product is measured."""

    ML = "mL"
    PIECE = "piece"


class Form(StrEnum):
    """The form of the medicine."""

    ORAL_SOLUTION = "oral-solution"
    TABLET = "tablet"
    CAPSULE = "capsule"
    SUBLINGUAL_TABLET = "sublingual-tablet"
    SUBLINGUAL_FILM = "sublingual-film"
    SYRINGE = "prefilled-syringe"

    @property
    def unit(self) -> Unit:
        """A solution is measured, everything else is counted."""
        return Unit.ML if self is Form.ORAL_SOLUTION else Unit.PIECE


@dataclass(frozen=True)
class StockProduct:
    """A product as it stands in the safe.

    Attributes:
        atc: WHO's code of the medicine.
        form: how it is made.
        strength: mg in one mL, or in one piece; of a combination, of the opioid.
    """

    atc: str
    form: Form
    strength: Decimal

    @property
    def unit(self) -> Unit:
        """In what it is measured."""
        return self.form.unit
