"""Two years of the country, done again by the commands that pages and tablets use, each at its own time.

What happens in a prison is done there: who is received, moved, taken to court and released; orders are signed, renewed and
ended; holds are set and lifted; doses come as events of a tablet, with a prescriber's or nurse's release before them. What
a centre outside does comes by FHIR. Before each event of the round the card is asked what stops the dose, and it is neither
more nor less than the truth, told from the facts alone.

The two years are whole. They are thinned in this alone: a dose of an ordinary day, with one given the day before and the day
after, of one order and one stay, comes by FHIR, but for every 25th of them.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from expected_stops import DAY, LIMIT, elsewhere, expected, held, missed, timed
from fastapi import FastAPI
from prisons_at_work import Prisons, in_order

from clinical.oat.order import OatOrder, Part, Step
from clinical.oat.orders.stop_reason import StopReason
from clinical.oat.product import Product, products
from clinical.oat.release import Releaser
from clinical.protocols import protocol_of
from services.clinic.orders.acts import Act
from services.demo.country.days import at, first_day, instant, later
from services.demo.country.facts import Absence, Dose, Facility, Hold, Order, Programme, Stay, Supply
from services.demo.country.places import FACILITIES
from services.demo.country.resources import dose as written_dose
from services.demo.country.resources import facility as written_facility
from services.demo.country.resources import hold as written_hold
from services.demo.country.resources import order as written_order
from services.demo.country.resources import patient as written_patient
from services.demo.country.resources import programme as written_programme
from services.demo.country.resources import supply as written_supply
from services.demo.country.simulation import simulated
from services.demo.country.state import Country
from services.demo.country.truth.coverage import doses
from services.demo.country.truth.known import Someone, known

END = date(2026, 6, 30)
MONTHS = 24
EVERY = 25
ASKED_AGAIN = 4
"""After one of so many doses whoever got it stands at the window once more, half an hour later."""
PRISONS = tuple(one.id for one in FACILITIES if one.setting == "prison")
RENEWED_AFTER = 90
"""Days of an order, at most, as the protocol has it."""

WAYS_OUT = {"deported": "deportation"}
"""Movements that are called otherwise than the end of the stay."""
KINDS = {"absent": "absent", "refused": "refused", "clinical": "withheld"}
"""By the reason for which none was given; any other is the institution's."""
PRODUCTS = {
    ("N07BC02", 1): "methadone-oral-solution",
    ("N07BC01", 1): "buprenorphine-sublingual",
    ("N07BC01", 7): "buprenorphine-depot-weekly",
    ("N07BC01", 28): "buprenorphine-depot-monthly",
}

Moment = tuple[datetime, int, Callable[[], object]]


@dataclass
class Life:
    """What one person went through, done again. ``wrong``: what the card said otherwise than the truth, and when."""

    prisons: Prisons
    person: Someone
    stays: dict[str, str] = field(default_factory=dict)
    wrong: list[tuple[datetime, set[str], set[str]]] = field(default_factory=list)
    codes: set[str] = field(default_factory=set)
    """Every stop that there was."""
    given: int = 0
    released: bool = False
    """Whether the nurse let the last dose go ahead."""

    def goes_by(self) -> None:
        record = replace(self.person.records[0], died=None)
        self.prisons.send(written_patient(record))
        for act in in_order(self._moments()):
            act()
        self.prisons.arrive()

    def _moments(self) -> Iterator[Moment]:
        for stay in self.person.of(Stay):
            yield from self._stay(stay)
        for absence in self.person.of(Absence):
            yield from self._absence(absence)
        for order in self.person.of(Order):
            yield from self._ordered(order)
        for hold in self.person.of(Hold):
            yield from self._held(hold)
        for programme in self.person.of(Programme):
            if programme.line == "oat":
                yield from self._sent(written_programme, programme, programme.start, programme.end)
        for supply in self.person.of(Supply):
            if supply.line == "oat":
                yield self._at(supply.on), 5, lambda one=supply: self.prisons.send(written_supply(one))
        yield from self._doses()

    def _at(self, when: Any) -> datetime:
        return instant(when) or at(first_day(when), "08:00")

    # --- stays

    def _stay(self, stay: Stay) -> Iterator[Moment]:
        patient, prison = stay.patient, stay.prison
        yield (
            stay.start,
            1,
            lambda: self.prisons.moved(patient, prison, "reception", stay.start, entry=stay.entry),
        )
        if stay.entry == "transfer":
            yield stay.start, 2, lambda: self.prisons.takes_over(patient, prison, stay.start)
        if stay.end is not None and stay.exit:
            end, code = stay.end, WAYS_OUT.get(stay.exit, stay.exit)
            yield end, 0, lambda: self.prisons.moved(patient, prison, code, end, destination=stay.to or "")

    def _absence(self, one: Absence) -> Iterator[Moment]:
        assert one.end
        end, code = one.end, f"{one.kind}-return"
        yield one.start, 3, lambda: self.prisons.moved(one.patient, one.prison, one.kind, one.start)
        yield end, 3, lambda: self.prisons.moved(one.patient, one.prison, code, end)

    def _prison_on(self, day: date) -> str | None:
        """Where somebody is held at eight in the morning."""
        moment = at(day, "08:00").timestamp()
        return next(
            (
                one.prison
                for one in self.person.of(Stay)
                if one.start.timestamp() <= moment and (one.end is None or moment < one.end.timestamp())
            ),
            None,
        )

    # --- orders and holds

    def _ordered(self, order: Order) -> Iterator[Moment]:
        if order.facility not in PRISONS:
            yield from self._sent(written_order, order, order.start, order.end)
            return
        last = order.end or END
        starts = range(0, (last - order.start).days + 1, RENEWED_AFTER)
        for n in starts:
            signed = self._signed(order, order.start + n * DAY)
            moment = at(signed.start, "08:00")
            yield moment, 4, lambda o=signed, at=moment: self.prisons.signs(o, order.facility, at)
        if order.end:
            id_, moment = _part(order, order.end), at(order.end, "20:00")
            yield (
                moment,
                4,
                lambda: self.prisons.does(
                    order.patient, order.facility, Act.STOP, moment, what=id_, reason=StopReason.ELSEWHERE
                ),
            )

    def _signed(self, order: Order, start: date) -> OatOrder:
        doses = tuple(Part(Decimal(order.mg)) for _ in range(order.times))
        return OatOrder(
            _part(order, start),
            order.patient,
            self._product(order),
            (Step(start, None, doses),),
            start,
            start + (RENEWED_AFTER - 1) * DAY,
            order.interval_days,
            facility=order.facility,
            prior=_part(order, start - DAY) if start > order.start else None,
        )

    def _product(self, order: Order) -> Product:
        return products()[PRODUCTS[order.drug, order.interval_days]]

    def _held(self, hold: Hold) -> Iterator[Moment]:
        prison = self._prison_on(hold.start)
        if prison is None:
            yield from self._sent(written_hold, hold, hold.start, hold.end)
            return
        assert hold.end
        lifted_at = at(hold.end + DAY, "07:00")
        lifter = self._prison_on(hold.end + DAY) or prison
        flags: list[str] = []
        begins = at(hold.start, "08:30")
        yield (
            begins,
            4,
            lambda: flags.append(
                self.prisons.does(hold.patient, prison, Act.HOLD, begins, reason=hold.reason)
            ),
        )
        yield (
            lifted_at,
            4,
            lambda: self.prisons.does(hold.patient, lifter, Act.LIFT, lifted_at, what=flags[0]),
        )
        for n in range((hold.end - hold.start).days + 1):
            moment = at(hold.start + n * DAY, "08:40")
            if where := self._prison_on(moment.date()):
                yield moment, 6, lambda at=moment, where=where: self._asked(where, at)

    def _sent(self, written: Callable[[Any], Any], one: Any, start: Any, end: Any) -> Iterator[Moment]:
        """What is open is sent when it begins, and again when it is over."""
        yield self._at(start), 4, lambda: self.prisons.send(written(replace(one, end=None)))
        if end is not None:
            yield at(first_day(end), "20:00"), 4, lambda: self.prisons.send(written(one))

    # --- doses

    def _doses(self) -> Iterator[Moment]:
        every = sorted(doses(self.person), key=lambda one: self._at(one.on).timestamp())
        asked = 0
        for n, one in enumerate(every):
            moment = self._at(one.on)
            if one.facility not in PRISONS:
                yield moment, 5, lambda one=one: self.prisons.send(written_dose(one))
                continue
            ordinary = _is_ordinary(every, n)
            asked += ordinary
            if ordinary and asked % EVERY:
                yield moment, 5, lambda one=one: self.prisons.send(written_dose(self._as_known(one)))
            else:
                yield moment, 6, lambda one=one: self._at_the_window(one)
                once_more = later(moment, timedelta(minutes=30))
                yield once_more, 6, lambda one=one, at=once_more: self._once_more(one, at)

    def _as_known(self, one: Dose) -> Dose:
        """By the order as it was signed; the record gave the stay another number."""
        return replace(one, context=None, order=self._order_of(one))

    def _order_of(self, one: Dose) -> str | None:
        order = next((order for order in self.person.of(Order) if order.id == one.order), None)
        return _part(order, first_day(one.on)) if order and order.facility in PRISONS else one.order

    def _asked(self, facility: str, moment: datetime) -> Any:
        row = self.prisons.row(self.person.patients[0], facility, moment)
        before = [one for one in timed(self.person) if self._at(one.on).timestamp() < moment.timestamp()]
        says = {one.code for one in row.stops}
        truth = (
            expected(self.person, moment, before)
            | held(self.person, moment.date())
            | elsewhere(self.person, facility, moment)
        )
        if self._is_begun_anew(moment.date()):
            truth -= {"missed-days"}
        self.codes |= says
        if says != truth:
            self.wrong.append((moment, says, truth))
        return row

    def _is_begun_anew(self, day: date) -> bool:
        """Whether an order was signed since the last dose, after so many missed days that it may begin the treatment anew: whoever
        signed it was told of them, and what was missed before is behind the person. The facts know of no signature."""
        valid = (
            one
            for one in self.person.of(Order)
            if one.facility in PRISONS and one.start <= day <= (one.end or day)
        )
        signed = ((one, day - (day - one.start).days % RENEWED_AFTER * DAY) for one in valid)
        return any(
            missed(self.person, one, on) >= LIMIT[one.drug]
            and missed(self.person, one, day) >= (day - on).days
            for one, on in signed
        )

    def _at_the_window(self, one: Dose) -> None:
        moment, facility = self._at(one.on), one.facility or ""
        row = self._asked(facility, moment)
        is_given = one.status != "not-given"
        if is_given and any(stop.released_by is Releaser.PRESCRIBER for stop in row.stops):
            self.prisons.releases(row, facility, moment)
            again = self.prisons.row(one.patient, facility, later(moment, timedelta(seconds=20)))
            assert not any(stop.released_by is Releaser.PRESCRIBER for stop in again.stops), (
                one.id,
                again.stops,
            )
        slot, reason = row.slot, one.reason or ""
        kind = (
            ("partial" if one.status == "partial" else "given")
            if is_given
            else KINDS.get(reason, "not-available")
        )
        event = {
            "person": one.patient,
            "slot": {"order": slot.order.id, "day": f"{slot.day}", "part": slot.part} if slot else None,
            "order_version": slot.order.version if slot else None,
            "kind": kind,
            "mg": str(one.mg) if is_given else None,
            "reason": reason if kind == "not-available" else None,
            "why_here": "not-left-yet" if any(stop.released_by is Releaser.NURSE for stop in row.stops) and is_given else None,
            "identity_by": ["photo", "number"],
            "awake": True,
            "observed": True,
            "list_from": later(moment, -timedelta(minutes=10)).isoformat(),
        }  # fmt: skip
        outcome = self.prisons.records(event, facility, moment)
        assert outcome in ("stored", "flagged"), (one.id, outcome)
        self.given += is_given
        self.released = event["why_here"] is not None

    def _once_more(self, one: Dose, moment: datetime) -> None:
        """What a nurse has released stays released for its dose."""
        if one.status != "not-given" and self.given % ASKED_AGAIN == 0 and not self.released:
            self._asked(one.facility or "", moment)


def _part(order: Order, day: date) -> str:
    """The id of the order that was signed for a day of one that was renewed all the time."""
    return f"{order.id}-{(day - order.start).days // RENEWED_AFTER}"


def _is_ordinary(every: list[Dose], n: int) -> bool:
    around = every[max(0, n - 3) : n + 4]
    day = first_day(every[n].on)
    days = {first_day(one.on) for one in around}
    same = {(one.order, one.context, one.status) for one in around if abs(first_day(one.on) - day) <= DAY}
    return len(same) == 1 and every[n].status == "given" and {day - DAY, day + DAY} <= days


def went_through_most(country: Country, number: int) -> list[Someone]:
    """Those with most stays, absences, holds and regimens; nobody of the cases made by hand."""
    by_hand = {one for tag in country.tags for one in tag.humans}
    everybody = [one for one in known(country, country.calendar.drawn_at).people if one.id not in by_hand]
    return sorted(everybody, key=_much, reverse=True)[:number]


def _much(one: Someone) -> int:
    inside = [order for order in one.of(Order) if order.facility in PRISONS]
    regimens = {(order.drug, order.interval_days, order.times) for order in inside}
    return bool(inside) * (
        len(one.of(Stay)) + len(one.of(Absence)) + 2 * len(one.of(Hold)) + 3 * len(regimens)
    )


def _places(application: FastAPI, country: Country) -> Prisons:
    application.state.law = protocol_of("demonstration")
    prisons = Prisons(application, at(country.calendar.first - 90 * DAY, "08:00"), PRISONS)
    place: Facility
    for place in country.facilities:
        prisons.send(*written_facility(place, prisons.since))
    return prisons


# Of how many people on OAT, with which seed, how many are done again.
COUNTRIES = [(30, 1, 2), (60, 2, 20), (60, 3, 20), (150, 4, 30)]


@pytest.mark.usefixtures("served")
@pytest.mark.parametrize(
    ("people", "seed", "number"),
    COUNTRIES if "THROUGHCARE_EXAMPLES" in os.environ else COUNTRIES[:1],
)
def test_two_years_done_by_the_commands_have_no_stop_that_the_truth_does_not_expect(
    application: FastAPI, people: int, seed: int, number: int
) -> None:
    country = simulated(people, MONTHS, seed, END)
    prisons = _places(application, country)
    lives = [Life(prisons, one) for one in went_through_most(country, number)]
    for life in lives:
        life.goes_by()
    assert [(life.person.id, *one) for life in lives for one in life.wrong] == []
    codes = set().union(*(life.codes for life in lives))
    assert {"missed-days", "held", "elsewhere", "already-recorded", "too-soon"} <= codes
