"""What a prescriber asks for when an order is made from a set."""

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from enum import StrEnum

from clinical.oat.order import Weekday
from clinical.oat.product import Product


class Asks(StrEnum):
    """What a set asks beside product, days and dose."""

    SECOND = "second"
    """A second dose of the day."""
    CHANGE = "change"
    """By how much the dose changes, after how many days again, and up or down to what."""


@dataclass(frozen=True)
class Asked:
    """One order as it is asked for.

    Attributes:
        product: what.
        start: the first civil day.
        end: the last; None: nobody said.
        mg: the dose, of a split dose the first of the day.
        at: the time of it; None: in the round.
        second_mg: of a split dose the second of the day.
        second_at: the time of that.
        change_mg: by how much the dose changes at once.
        every_days: after how many days again.
        to_mg: up or down to what.
        take_home: the days of the week that are taken at home.
        days_before_depot: by the protocol, how many days under the tongue come before a first depot; None: nobody set it.
    """

    product: Product
    start: date
    end: date | None
    mg: Decimal
    at: time | None = None
    second_mg: Decimal | None = None
    second_at: time | None = None
    change_mg: Decimal | None = None
    every_days: int | None = None
    to_mg: Decimal | None = None
    take_home: frozenset[Weekday] = frozenset()
    days_before_depot: int | None = None
