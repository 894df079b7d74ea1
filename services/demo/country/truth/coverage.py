"""Days on which somebody had medicine, and who gave the last of it.

A dose covers its day, a depot the days of its order or those that it says. Take-home doses begin the day after they are
handed over. Antiretrovirals begin the day they are handed over. What is fetched early is added to the end of what is in
hand of the same medicine. A statement covers its days, an open one every day to the cut.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from services.demo.country.days import first_day, instant, last_day
from services.demo.country.facts import Dose, Order, Supply
from services.demo.country.truth.known import Known, Someone, day_after, once_of_each

ASSUMED_DAYS = {"art": 30, "pep": 28, "prep": 30, "oat": 1}
"""Days of medicine in a supply that does not say how many. Proposed: one month of ART is the least that programmes hand out."""

DEPOT = "N07BC01"
"""Buprenorphine: the one medicine that is also given as a depot."""


@dataclass(frozen=True)
class Covered:
    """Days, both included, that one thing given covers; ``facility``: who gave it, ``day`` and, of a dose, ``moment``: when.

    A statement counts as given on the first day that is sure.
    """

    first: date
    last: date
    day: date
    facility: str | None
    moment: datetime | None = None


@dataclass(frozen=True)
class Stretch:
    """Days, both included, that are covered without a break."""

    first: date
    last: date


@once_of_each
def on_oat(person: Someone) -> list[Covered]:
    """What doses and take-home supply cover, in order."""
    found = [_dose(person, one) for one in given(person)]
    return sorted([*found, *take_home(person)], key=lambda one: (one.first, one.last))


def given(person: Someone) -> list[Dose]:
    """Doses of which the person received some, on a known day."""
    return [
        one for one in doses(person) if one.status != "not-given" and first_day(one.on) == last_day(one.on)
    ]


@once_of_each
def doses(person: Someone) -> list[Dose]:
    """Doses, each once: of several under one number that given, then that written down first."""
    once: dict[str, Dose] = {}
    for dose in sorted(
        person.of(Dose), key=lambda one: (one.status == "not-given", one.recorded_at.timestamp())
    ):
        once.setdefault(dose.number or dose.id, dose)
    return list(once.values())


def take_home(person: Someone) -> list[Covered]:
    """What take-home doses cover."""
    return _supplied(person, "oat", begins=1)


def on_art(person: Someone, known: Known) -> list[Covered]:
    """What antiretrovirals dispensed, watched and stated cover, in order."""
    stated = [
        Covered(last_day(one.on), one.until or known.cut_day, last_day(one.on), one.facility)
        for one in person.of(Supply)
        if (one.line, one.kind) == ("art", "stated")
    ]
    return sorted([*stated, *_supplied(person, "art", begins=0)], key=lambda one: (one.first, one.last))


def stretches(covered: Sequence[Covered]) -> list[Stretch]:
    """What is covered, joined where it overlaps or follows on the day after."""
    found: list[Stretch] = []
    for one in sorted(covered, key=lambda one: (one.first, one.last)):
        if found and one.first <= day_after(found[-1].last):
            found[-1] = Stretch(found[-1].first, max(found[-1].last, one.last))
        else:
            found.append(Stretch(one.first, one.last))
    return found


def last_covered(covered: Sequence[Covered], day: date) -> Stretch | None:
    """The stretch that covers the day or, if none does, the last one before it; never past the day."""
    begun = [one for one in stretches(covered) if one.first <= day]
    return Stretch(begun[-1].first, min(begun[-1].last, day)) if begun else None


def last_giver(covered: Sequence[Covered], day: date) -> str | None:
    """Who gave the last of the medicine up to a day, whoever gives some later; None: nobody knows who.

    Of what was given on one day the last by the hour, then by one who is known.
    """
    return max((one for one in covered if one.day <= day), key=_rank).facility


def _rank(one: Covered) -> tuple[date, float, bool]:
    moment = one.moment.timestamp() if one.moment else float("-inf")
    return one.day, moment, one.facility is not None


def length(person: Someone, dose: Dose) -> int:
    """Days that a dose covers: what it says, else of a depot those of its order, else one."""
    if dose.covers_days or dose.drug != DEPOT:
        return dose.covers_days or 1
    orders = [one for one in person.of(Order) if one.drug == DEPOT]
    day = first_day(dose.on)
    named = [one.interval_days for one in orders if one.id == dose.order]
    valid = [one.interval_days for one in orders if one.start <= day <= (one.end or day)]
    return min(named or valid or [1])


def _dose(person: Someone, dose: Dose) -> Covered:
    day = first_day(dose.on)
    return Covered(day, day_after(day, length(person, dose) - 1), day, dose.facility, instant(dose.on))


def _supplied(person: Someone, line: str, begins: int) -> list[Covered]:
    """Dispensed and watched medicine; of one medicine one supply after another."""
    found: list[Covered] = []
    in_hand: dict[str, date] = {}
    listed = [one for one in person.of(Supply) if one.line == line and one.kind != "stated"]
    for one in sorted(listed, key=lambda one: (first_day(one.on), one.id)):
        day = first_day(one.on)
        if one.kind == "administered":
            found.append(Covered(day, day, day, one.facility))
            continue
        first = day_after(day, begins)
        first = max(first, in_hand.get(one.drug, date.min) + timedelta(days=1))
        in_hand[one.drug] = day_after(first, (one.days or ASSUMED_DAYS[line]) - 1)
        found.append(Covered(first, in_hand[one.drug], day, one.facility))
    return found
