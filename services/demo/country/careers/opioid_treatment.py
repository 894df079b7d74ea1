"""Opioid agonist treatment across the gate: orders, doses given and missed, take-home, depots, holds, gaps, stops."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from random import Random

from services.demo.country.calendar import Calendar
from services.demo.country.careers.custody import LAST_EXITS
from services.demo.country.days import at, later
from services.demo.country.facts import Absence, Diagnosis, Dose, Fact, Hold, Order, Programme, Stay, Supply
from services.demo.country.places import LAKE
from services.demo.country.writing_down import after, perhaps_corrected, promptly, written

METHADONE, BUPRENORPHINE = "N07BC02", "N07BC01"


@dataclass(frozen=True)
class Regimen:
    """A way of giving it: medicine, days from dose to dose, doses on a day, and whether there is take-home for it."""

    name: str
    drug: str
    doses_mg: tuple[int, ...]
    interval_days: int = 1
    times: int = 1
    take_home: bool = False


REGIMENS = (
    (Regimen("methadone", METHADONE, (40, 60, 80, 100)), 0.38),
    (Regimen("methadone take-home", METHADONE, (60, 80, 100), take_home=True), 0.22),
    (Regimen("methadone split", METHADONE, (35, 50), times=2), 0.05),
    (Regimen("buprenorphine", BUPRENORPHINE, (8, 12, 16)), 0.13),
    (Regimen("buprenorphine take-home", BUPRENORPHINE, (8, 16), take_home=True), 0.08),
    (Regimen("weekly depot", BUPRENORPHINE, (16, 24, 32), interval_days=7), 0.06),
    (Regimen("monthly depot", BUPRENORPHINE, (64, 96, 128), interval_days=28), 0.08),
)

TAKE_HOME_DAYS = 6
PATIENT_REASONS = (("absent", 4), ("refused", 1))
INSTITUTION_REASONS = (("lockdown", 2), ("no-nurse", 2), ("no-stock", 1))
STOPS = (("completed", 1), ("stopped", 3), ("ltfu", 4), ("refused", 1), ("transferred-out", 1))


@dataclass(frozen=True)
class Course:
    """OAT from a day to a day (both included) without a planned break; ``stop`` None: still on it."""

    first: date
    last: date
    stop: str | None
    regimen: Regimen
    mg: int


@dataclass
class Life:
    """What of somebody's life bears on their doses."""

    patient: str
    centre: str
    stays: Sequence[Stay]
    absences: Sequence[Absence]
    calendar: Calendar
    rng: Random

    @cached_property
    def away(self) -> dict[date, str]:
        """Days of which the morning or evening round is spent in court or hospital, and which."""
        found = {}
        for one in self.absences:
            assert one.end is not None
            for n in range((one.end.date() - one.start.date()).days + 1):
                found[one.start.date() + timedelta(days=n)] = one.kind
        return found

    @cached_property
    def held(self) -> dict[date, Stay]:
        """The stay that somebody is in at nine in the morning, by day."""
        found = {}
        for stay in self.stays:
            first = stay.start.date() + timedelta(days=stay.start.hour >= 9)
            last = stay.end.date() if stay.end else self.calendar.end
            for n in range((last - first).days + 1):
                found[first + timedelta(days=n)] = stay
        return found

    @cached_property
    def last_day(self) -> date:
        """The last day of records, of life, or in the country."""
        ends = [one.end.date() for one in self.stays if one.end and one.exit in LAST_EXITS]
        return min([self.calendar.end, *(end - timedelta(days=1) for end in ends)])


def courses(life: Life, steady: bool) -> list[Course]:
    """When somebody is on OAT: steady people to the end, the others until they stop, some of them twice."""
    rng, calendar = life.rng, life.calendar
    span = (calendar.end - calendar.first).days
    first = calendar.first + timedelta(days=0 if rng.random() < 0.6 else rng.randint(1, max(2, span - 40)))
    found: list[Course] = []
    while first <= life.last_day:
        length = rng.randint(20, max(60, span // 2)) if not steady or rng.random() < 0.3 else span * 2
        last = min(life.last_day, first + timedelta(days=length))
        goes_on = last >= life.last_day
        stop = None if goes_on else rng.choices([s for s, _ in STOPS], [w for _, w in STOPS])[0]
        regimen = rng.choices([r for r, _ in REGIMENS], [w for _, w in REGIMENS])[0]
        found.append(Course(first, last, stop, regimen, rng.choice(regimen.doses_mg)))
        if goes_on or (not steady and rng.random() < 0.5):
            break
        first = last + timedelta(days=rng.randint(9, 120))
        if steady and first > life.last_day - timedelta(days=30):
            first = min(last + timedelta(days=9), life.last_day)
    return found


def treated(life: Life, found: Sequence[Course]) -> Iterator[Fact]:
    """Every fact of somebody's OAT."""
    if found:
        yield _dependence(life, found[0].first)
    for n, course in enumerate(found, start=1):
        yield from _Round(life, course, n).facts()


def _dependence(life: Life, day: date) -> Diagnosis:
    return Diagnosis(
        id=f"{life.patient}-dependence",
        patient=life.patient,
        recorded_at=written(life.rng, day),
        facility=life.centre,
        condition="opioid-dependence",
        on=day,
    )


class _Round:
    """The dose rounds of one course, day by day."""

    def __init__(self, life: Life, course: Course, number: int) -> None:
        self.life, self.course, self.number = life, course, number
        self.rng = life.rng
        self.order: Order | None = None
        self.orders = self.doses = self.supplies = self.holds = 0
        self.programme: Programme | None = None
        self.due = course.first
        self.pause_until: date | None = None
        self.home_until: date | None = None
        self.missed = 0

    def facts(self) -> Iterator[Fact]:
        day = self.course.first
        while day <= self.course.last:
            yield from self._day(day)
            day += timedelta(days=1)
        yield from self._end(day - timedelta(days=1))

    # --- where

    def _place(self, day: date) -> str:
        stay = self.life.held.get(day)
        return stay.prison if stay else self.life.centre

    def _silent(self, day: date) -> bool:
        return self._place(day) == LAKE and day >= self.life.calendar.silent_from

    def _context(self, day: date) -> str | None:
        stay = self.life.held.get(day)
        return stay.id if stay else self.programme.id if self.programme else None

    # --- days

    def _day(self, day: date) -> Iterator[Fact]:
        if self._silent(day):
            return
        yield from self._programme_begins(day)
        place = self._place(day)
        if self.order and self.order.facility != place:
            yield from self._moved(day)
        if self.pause_until and day <= self.pause_until:
            return
        if self.order is None:
            yield self._ordered(day, place)
        if day < self.due or (self.home_until and day <= self.home_until):
            return
        yield from self._due(day, place)

    def _programme_begins(self, day: date) -> Iterator[Fact]:
        if self.programme is None and day not in self.life.held:
            self.programme = Programme(
                id=f"{self.life.patient}-oat-{self.number}",
                patient=self.life.patient,
                recorded_at=promptly(self.rng, at(day, "08:00")),
                line="oat",
                centre=self.life.centre,
                start=day,
            )
            yield self.programme

    def _moved(self, day: date) -> Iterator[Fact]:
        """The order of the place that was left ends; now and then it takes days until the new place orders."""
        yield from self._order_ends(day - timedelta(days=1))
        self.order = self.home_until = None
        if self.rng.random() < 0.12:
            self.pause_until = day + timedelta(days=self.rng.choice((1, 1, 2, 4, 10)))

    def _ordered(self, day: date, place: str) -> Order:
        self.orders += 1
        self.order = Order(
            id=f"{self.life.patient}-oat-{self.number}-order-{self.orders}",
            patient=self.life.patient,
            recorded_at=promptly(self.rng, at(day, "08:00")),
            facility=place,
            drug=self.course.regimen.drug,
            mg=self.course.mg,
            interval_days=self.course.regimen.interval_days,
            times=self.course.regimen.times,
            start=day,
        )
        return self.order

    def _order_ends(self, day: date) -> Iterator[Fact]:
        assert self.order
        last = max(day, self.order.start)
        moment = after(self.order.recorded_at, written(self.rng, at(last, "16:00")))
        yield replace(self.order, recorded_at=moment, end=last)

    def _due(self, day: date, place: str) -> Iterator[Fact]:
        regimen = self.course.regimen
        chance = self.rng.random()
        kind = self.life.away.get(day)
        if kind and day in self.life.held:
            if chance < 0.7:
                yield from self._dose(day, place, "not-given", kind)
        elif chance < 0.03:
            yield from self._missed_by_person(day, place)
            return
        elif chance < 0.037 and day in self.life.held:
            reason = self.rng.choices(
                [r for r, _ in INSTITUTION_REASONS], [w for _, w in INSTITUTION_REASONS]
            )[0]
            yield from self._dose(day, place, "not-given", reason)
        elif chance < 0.045:
            self.due = day + timedelta(days=1)  # nothing was written down
            return
        elif chance < 0.0465:
            yield from self._held_back(day, place)
        else:
            yield from self._given(day, place)
            self.due = day + timedelta(days=regimen.interval_days)
            return
        self.due = day + timedelta(days=1)

    def _missed_by_person(self, day: date, place: str) -> Iterator[Fact]:
        reason = self.rng.choices([r for r, _ in PATIENT_REASONS], [w for _, w in PATIENT_REASONS])[0]
        yield from self._dose(day, place, "not-given", reason)
        self.due = day + timedelta(days=1)
        if self.rng.random() < 0.06 and day < self.course.last - timedelta(days=45):
            yield self._hold(day + timedelta(days=1), self.rng.choice((3, 5, 6, 9, 20)), "missed-doses")

    def _held_back(self, day: date, place: str) -> Iterator[Fact]:
        yield from self._dose(day, place, "not-given", "clinical")
        if day < self.course.last - timedelta(days=20):
            yield self._hold(day, self.rng.randint(1, 4), "clinical")

    def _hold(self, day: date, length: int, reason: str) -> Hold:
        self.holds += 1
        self.pause_until = day + timedelta(days=length - 1)
        return Hold(
            id=f"{self.life.patient}-oat-{self.number}-hold-{self.holds}",
            patient=self.life.patient,
            recorded_at=written(self.rng, at(self.pause_until, "12:00")),
            start=day,
            end=self.pause_until,
            reason=reason,
        )

    # --- what is given

    def _given(self, day: date, place: str) -> Iterator[Fact]:
        leaves = self.life.held.get(day) is not self.life.held.get(day + timedelta(days=1))
        for nth in range(1 if leaves else self.course.regimen.times):
            yield from self._dose(day, place, "given", None, evening=nth > 0)
        if self.course.regimen.take_home and day not in self.life.held:
            yield from self._take_home(day)

    def _dose(
        self, day: date, place: str, status: str, reason: str | None, evening: bool = False
    ) -> Iterator[Dose]:
        self.doses += 1
        assert self.order
        start = at(day, "18:00" if evening else "09:00")
        on = later(start, timedelta(minutes=self.rng.randint(0, 90)))
        dose = Dose(
            id=f"{self.life.patient}-oat-{self.number}-dose-{self.doses}",
            patient=self.life.patient,
            recorded_at=written(self.rng, on),
            facility=place,
            context=self._context(day),
            drug=self.course.regimen.drug,
            on=on,
            mg=self.course.mg if status == "given" else None,
            status=status,
            reason=reason,
            order=self.order.id,
            number=f"{self.life.patient}-{self.number}-{self.doses}",
        )
        if status == "given":
            yield from perhaps_corrected(self.rng, dose, on, mg=self.course.mg - 5)
        else:
            yield dose

    def _take_home(self, day: date) -> Iterator[Supply]:
        self.supplies += 1
        self.home_until = day + timedelta(days=TAKE_HOME_DAYS)
        on = at(day, "10:40")
        yield Supply(
            id=f"{self.life.patient}-oat-{self.number}-home-{self.supplies}",
            patient=self.life.patient,
            recorded_at=written(self.rng, on),
            facility=self.life.centre,
            line="oat",
            drug=self.course.regimen.drug,
            kind="dispensed",
            on=on,
            days=TAKE_HOME_DAYS,
        )

    # --- the end

    def _end(self, day: date) -> Iterator[Fact]:
        if self.course.stop is None and self.life.last_day >= self.life.calendar.end:
            return
        if self.order and not self._silent(day):
            yield from self._order_ends(day)
        if self.programme and self.course.stop and not self._silent(day):
            closed = self.course.last + timedelta(days=self.rng.choice((0, 1, 7, 30)))
            moment = after(self.programme.recorded_at, written(self.rng, at(closed, "15:00")))
            yield replace(self.programme, recorded_at=moment, end=self.course.last, exit=self.course.stop)
