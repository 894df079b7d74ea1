"""Take-home doses: handed over on a day, and taken from the day after, since the dose of the day is taken at the window."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from clinical.oat.product import Product, product_of
from clinical.oat.shapes import Json, decimal_in, id_in, known_day

MOST_DAYS = 366
"""Days of one supply beyond which no more is counted: a slip of the pen, as ``cascade`` has it."""


@dataclass(frozen=True)
class TakeHome:
    """So many days of doses handed over.

    Attributes:
        id: of the MedicationDispense.
        patient: the id of the Patient.
        product: what.
        handed_over_on: the civil day.
        days: how many.
    """

    id: str
    patient: str
    product: Product
    handed_over_on: date
    days: int


@dataclass(frozen=True)
class Span:
    """Civil days, both included."""

    first: date
    last: date


def spans_in_hand(handed_over: Iterable[TakeHome]) -> Iterator[Span]:
    """The days that each covers. Of one product they are used up one after the other."""
    free: dict[Product, date] = {}
    for one in sorted(handed_over, key=lambda one: (one.handed_over_on, one.id)):
        day_after = one.handed_over_on + timedelta(days=1)
        first = max(day_after, free.get(one.product, day_after))
        behind = first + timedelta(days=one.days)
        free[one.product] = behind
        if one.days:
            yield Span(first, behind - timedelta(days=1))


def take_home_of(dispense: Json, zone: ZoneInfo) -> TakeHome | None:
    """The take-home doses that a MedicationDispense is; None if it is none, was not handed over, or on a day not known.

    A supply that does not say how many days is of one, the least it can be.
    """
    product, patient = product_of(dispense), id_in(dispense.get("subject", {}), "Patient")
    said = dispense.get("whenHandedOver")
    day = None if said is None else known_day(said, zone)
    if product is None or patient is None or day is None or dispense.get("status") != "completed":
        return None
    days = decimal_in(dispense.get("daysSupply", {}))
    return TakeHome(
        id=dispense.get("id", ""),
        patient=patient,
        product=product,
        handed_over_on=day,
        days=1 if days is None else max(0, min(int(days), MOST_DAYS)),
    )
