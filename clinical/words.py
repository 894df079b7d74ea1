"""Words for a screen. ``clinical`` knows no catalogue: it marks its sentences, and a page translates them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

Value = str | int | Decimal | date | datetime


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for it
    """Mark a sentence for the catalogue (``services/shared/catalogue.py``)."""
    return message


@dataclass(frozen=True)
class Sentence:
    """A marked sentence and what stands in it.

    Attributes:
        text: with a place such as ``%(days)s`` for each value.
        values: as they are; a page writes dates and numbers as its language does, and translates marked words.
    """

    text: str
    values: Mapping[str, Value] = field(default_factory=dict)

    def __str__(self) -> str:
        """In English, values as Python writes them."""
        return self.text % self.values
