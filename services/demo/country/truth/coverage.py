"""Days on which somebody had medicine.

A dose covers its day, a depot the days of its order or those that it says. Take-home doses begin the day after they are
handed over. Antiretrovirals begin the day they are handed over. What is fetched early is added to the end of what is in
hand. A statement covers its days, an open one every day to the cut.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from services.demo.country.days import first_day, last_day
from services.demo.country.facts import Dose, Order, Supply
from services.demo.country.truth.known import Known, Someone, day_after

ASSUMED_DAYS = 30
"""Days of ART in a supply that does not say how many. Proposed: one month is the least that programmes hand out."""


@dataclass(frozen=True)
class Covered:
    """Days, both included, that one thing given covers; ``facility``: who gave it."""

    first: date
    last: date
    facility: str | None


def on_oat(person: Someone) -> list[Covered]:
    """What doses and take-home supply cover, in order."""
    orders = {one.id: one for one in person.of(Order)}
    found = [_dose(one, orders) for one in person.of(Dose) if one.status != "not-given" and _is_exact(one)]
    return sorted([*found, *take_home(person)], key=lambda one: (one.first, one.last))


def take_home(person: Someone) -> list[Covered]:
    """What take-home doses cover."""
    return _supplied(person, "oat", begins=1)


def on_art(person: Someone, known: Known) -> list[Covered]:
    """What antiretrovirals dispensed, watched and stated cover, in order."""
    stated = [
        Covered(first_day(one.on), one.until or known.cut_day, one.facility)
        for one in person.of(Supply)
        if (one.line, one.kind) == ("art", "stated")
    ]
    return sorted([*stated, *_supplied(person, "art", begins=0)], key=lambda one: (one.first, one.last))


def last_covered(covered: list[Covered], day: date) -> Covered | None:
    """What covers the day or, if nothing does, what covered the last day before it."""
    begun = [one for one in covered if one.first <= day]
    return max(begun, key=lambda one: (min(one.last, day), one.first)) if begun else None


def _is_exact(dose: Dose) -> bool:
    return first_day(dose.on) == last_day(dose.on)


def _dose(dose: Dose, orders: dict[str, Order]) -> Covered:
    order = orders.get(dose.order or "")
    length = dose.covers_days or (order.interval_days if order else 1)
    day = first_day(dose.on)
    return Covered(day, day_after(day, length - 1), dose.facility)


def _supplied(person: Someone, line: str, begins: int) -> list[Covered]:
    """Dispensed and watched medicine, one after another."""
    found: list[Covered] = []
    in_hand = date.min
    listed = [one for one in person.of(Supply) if one.line == line and one.kind != "stated"]
    for one in sorted(listed, key=lambda one: (first_day(one.on), one.id)):
        length = 1 if one.kind == "administered" else one.days or ASSUMED_DAYS
        first = day_after(first_day(one.on), begins)
        if one.kind != "administered":
            first = max(first, in_hand + timedelta(days=1))
            in_hand = day_after(first, length - 1)
        found.append(Covered(first, day_after(first, length - 1), one.facility))
    return found
