"""Each dose of the country with what was known right before it: no stop that the truth does not expect, and none missing.

The truth is told from the facts alone; the rules read the same facts as FHIR.
"""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from clinical.oat.attendance import Attendance
from clinical.oat.day_close import last_closed
from clinical.oat.happened import Happened
from clinical.oat.happened_resource import happened_of
from clinical.oat.hold import hold_of
from clinical.oat.order import OatOrder, OrderStatus
from clinical.oat.order_resource import order_of
from clinical.oat.record import TreatmentRecord
from clinical.oat.slot import Slot, slots_on
from clinical.oat.stops import stops_of
from clinical.oat.take_home import take_home_of
from clinical.protocols import protocol_of
from services.demo.country.days import ZONE, first_day, instant
from services.demo.country.facts import Dose, Hold, Order, Supply
from services.demo.country.resources import dose as written_dose
from services.demo.country.resources import hold as written_hold
from services.demo.country.resources import order as written_order
from services.demo.country.resources import supply as written_supply
from services.demo.country.simulation import simulated
from services.demo.country.truth.coverage import doses, given, length, on_oat
from services.demo.country.truth.known import Someone, known

DAY = timedelta(days=1)
END = date(2026, 6, 30)
LAW = protocol_of("demonstration")
EVERY = 25
"""Of ordinary doses so many are left out for one that is asked; after a break, at a beginning, on one day none is."""

LIMIT = {"N07BC02": 3, "N07BC01": 3}
"""Missed days from which on a prescriber decides; of a depot its first day after the window."""
DEPOT_LIMIT = 1
WINDOW = {7: 2, 28: 7}
ENOUGH = timedelta(hours=16)
BETWEEN_PARTS = timedelta(hours=6)


def asked(person: Someone) -> Iterator[tuple[Dose, list[Dose]]]:
    """Doses given at a known instant, each with those before it."""
    timed = sorted(
        (
            one
            for one in doses(person)
            if one.status != "not-given" and instant(one.on) and one.redose_of is None
        ),
        key=lambda one: instant(one.on),  # type: ignore[arg-type, return-value]
    )
    for n, one in enumerate(timed):
        before = timed[:n]
        ordinary = before and first_day(before[-1].on) == first_day(one.on) - DAY
        if not ordinary or n % EVERY == 0:
            yield one, before


# --- what the truth expects


def expected(person: Someone, dose: Dose, before: list[Dose]) -> set[str]:
    day, at = first_day(dose.on), instant(dose.on)
    assert at
    valid = [one for one in person.of(Order) if one.start <= day <= (one.end or day)]
    if not valid:
        return {"no-order"}
    order = max(valid, key=lambda one: (one.start, one.id))
    found = set()
    today = [one for one in given(person) if first_day(one.on) == day and is_before(one, at)]
    if len(today) >= order.times:
        found.add("already-recorded")
    elif not today and missed(person, order, day, at) >= (
        DEPOT_LIMIT if order.interval_days > 1 else LIMIT[order.drug]
    ):
        found.add("missed-days")
    if any(is_too_soon(person, one, order, at, day) for one in before):
        found.add("too-soon")
    return found


def is_before(one: Dose, at: datetime) -> bool:
    when = instant(one.on)
    return when is not None and when.timestamp() < at.timestamp()


def missed(person: Someone, order: Order, day: date, at: datetime) -> int:
    """Days since the last that a dose or supply covers, the window of a depot included; else since the order began."""
    windows = {first_day(one.on): WINDOW.get(length(person, one), 0) for one in given(person)}
    ends = [
        min(one.last + windows.get(one.first, 0) * DAY, day - DAY)
        for one in on_oat(person)
        if one.day < day and one.first < day
    ]
    since = max(ends, default=order.start - DAY)
    return max(0, (day - DAY - since).days)


def is_too_soon(person: Someone, dose: Dose, order: Order, at: datetime, day: date) -> bool:
    lasts = length(person, dose)
    if lasts > 1:
        return day < first_day(dose.on) + (lasts - WINDOW.get(lasts, 0)) * DAY
    when = instant(dose.on)
    assert when
    is_part = order.times > 1 and dose.order == order.id
    return at.timestamp() - when.timestamp() < (BETWEEN_PARTS if is_part else ENOUGH).total_seconds()


# --- what the rules say


def stops(person: Someone, dose: Dose, everything: TreatmentRecord) -> set[str]:
    at = instant(dose.on)
    assert at
    before = tuple(
        one
        for one in everything.happened
        if one.latest_at.timestamp() <= at.timestamp() and one.id != dose.id
    )
    record = replace(everything, happened=before)
    slot = slot_of(record, first_day(dose.on), before)
    found = stops_of(Attendance(record, at, ZONE, last_closed(at, ZONE, LAW), slot), LAW)
    # A dose that was given is not evidence that a clinician held it, and the country gives while it holds.
    return {one.code for one in found} - {"held"}


def slot_of(record: TreatmentRecord, day: date, before: tuple[Happened, ...]) -> Slot | None:
    """The first slot of the day that nothing was given for; the last if all were."""
    slots = slots_on(record.orders, day, record.runs_out(), 7)
    done = sum(one.was_taken and one.day == day for one in before)
    return slots[min(done, len(slots) - 1)] if slots else None


def record_of(person: Someone) -> TreatmentRecord:
    orders = [order_of(written_order(one), ZONE) for one in person.of(Order)]
    # As they stood at the time: what has ended since had not.
    live = tuple(as_it_stood(one) for one in orders if one)
    products = {one.id: one.product for one in live}
    happened = (happened_of(written_dose(one), ZONE, products) for one in doses(person))
    supplies = (take_home_of(written_supply(one), ZONE) for one in person.of(Supply) if one.line == "oat")
    holds = (hold_of(written_hold(one), ZONE) for one in person.of(Hold))
    return TreatmentRecord(
        live,
        tuple(one for one in happened if one),
        tuple(one for one in supplies if one),
        tuple(one for one in holds if one),
    )


def as_it_stood(order: OatOrder) -> OatOrder:
    return replace(order, status=OrderStatus.ACTIVE)


# With THROUGHCARE_EXAMPLES more people and other seeds, each of two years; else a small one.
COUNTRIES = [(20, 14, 1), (60, 24, 1), (150, 24, 2), (60, 24, 3)]


@pytest.mark.parametrize(
    ("people", "months", "seed"), COUNTRIES if "THROUGHCARE_EXAMPLES" in os.environ else COUNTRIES[:1]
)
def test_no_dose_of_the_country_has_a_stop_that_the_truth_does_not_expect(
    people: int, months: int, seed: int
) -> None:
    country = simulated(people, months, seed, END)
    counted, codes, wrong = 0, set[str](), []
    for person in known(country, country.calendar.drawn_at).people:
        everything = record_of(person)
        for dose, before in asked(person):
            counted += 1
            say, expect = stops(person, dose, everything), expected(person, dose, before)
            codes |= say
            if say != expect:
                wrong.append((dose.id, dose.on, say, expect))
    assert wrong == []
    assert counted > 500
    assert codes == {"missed-days", "no-order", "already-recorded", "too-soon"}
