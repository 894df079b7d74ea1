"""Each dose of a centre with what was known right before it: no stop that the truth does not expect, and none missing.

The truth is told from the facts alone; the rules read the same facts as FHIR. No list of ours is opened for these doses, so
that they are not among those that ``test_stops_replayed.py`` asks for; nor are most of the cases made by hand.
"""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from expected_stops import DAY, expected, timed

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
from services.demo.country.places import FACILITIES
from services.demo.country.resources import dose as written_dose
from services.demo.country.resources import hold as written_hold
from services.demo.country.resources import order as written_order
from services.demo.country.resources import supply as written_supply
from services.demo.country.simulation import simulated
from services.demo.country.truth.coverage import doses
from services.demo.country.truth.known import Someone, known

END = date(2026, 6, 30)
LAW = protocol_of("demonstration")
PRISONS = {one.id for one in FACILITIES if one.setting == "prison"}
EVERY = 25
"""Of ordinary doses so many are left out for one that is asked; after a break, at a beginning, on one day none is."""


def asked(person: Someone) -> Iterator[tuple[Dose, list[Dose]]]:
    """Doses given at a known instant, each with those before it."""
    every = timed(person)
    for n, one in enumerate(every):
        before = every[:n]
        ordinary = before and first_day(before[-1].on) == first_day(one.on) - DAY
        if one.facility not in PRISONS and (not ordinary or n % EVERY == 0):
            yield one, before


def expects(person: Someone, dose: Dose, before: list[Dose]) -> set[str]:
    at = instant(dose.on)
    assert at
    return expected(person, at, before)


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
COUNTRIES = [(12, 14, 1), (60, 24, 1), (150, 24, 2), (60, 24, 3)]


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
            say, expect = stops(person, dose, everything), expects(person, dose, before)
            codes |= say
            if say != expect:
                wrong.append((dose.id, dose.on, say, expect))
    assert wrong == []
    assert counted > 300
    assert codes == {"missed-days", "no-order", "already-recorded", "too-soon"}
