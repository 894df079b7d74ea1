"""Life with HIV: a test, a diagnosis, the programme, antiretrovirals by dispense, viral loads; across the gate."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random

from services.demo.country.calendar import Calendar
from services.demo.country.careers.custody import LAST_EXITS, prison_at
from services.demo.country.days import Year, at, last_day, later
from services.demo.country.facts import Diagnosis, Fact, HivTest, Programme, Stay, Supply, ViralLoad
from services.demo.country.places import HIV_CLINIC
from services.demo.country.writing_down import after, perhaps_corrected, written

TLD, BIC = "J05AR27", "J05AR20"


@dataclass
class Life:
    """What of somebody's life bears on their HIV care."""

    patient: str
    stays: Sequence[Stay]
    calendar: Calendar
    rng: Random

    def place(self, moment: datetime) -> str:
        """Where they are cared for: the prison that they are in, else the clinic."""
        stay = prison_at(self.stays, moment)
        return stay.prison if stay else HIV_CLINIC

    @property
    def last_day(self) -> date:
        """The last day of records, of life, or in the country."""
        ends = [one.end.date() for one in self.stays if one.end and one.exit in LAST_EXITS]
        return min([self.calendar.end, *ends])


def cared_for(life: Life, known_before: bool) -> Iterator[Fact]:
    """Everything of one life with HIV; ``known_before``: diagnosed before the first day of records."""
    diagnosed = _diagnosed_on(life, known_before)
    if not known_before:
        yield from _positive(life, last_day(diagnosed))
    yield from _diagnosis(life, diagnosed, known_before)
    if life.rng.random() < 0.1:
        return  # never came to the clinic
    start = life.calendar.first if known_before else last_day(diagnosed)
    start += timedelta(days=life.rng.choice((0, 1, 5, 9, 20, 60)))
    programme_from = last_day(diagnosed) if known_before else start
    yield _programme(life, min(programme_from, life.calendar.end), start)
    yield from _treatment(life, start)


def _diagnosed_on(life: Life, known_before: bool) -> date | Year:
    calendar, rng = life.calendar, life.rng
    if known_before:
        day = calendar.first - timedelta(days=rng.randint(200, 5000))
        return Year(day.year) if day.year < calendar.first.year and rng.random() < 0.2 else day
    return calendar.first + timedelta(days=rng.randint(20, (calendar.end - calendar.first).days - 20))


def _positive(life: Life, day: date) -> Iterator[Fact]:
    on = at(day, "10:00")
    test = HivTest(
        id=f"{life.patient}-positive-test",
        patient=life.patient,
        recorded_at=later(on, timedelta(hours=1)),
        facility=life.place(on),
        performed=on,
        outcome="positive",
        returned=later(on, timedelta(minutes=50)),
    )
    yield test


def _diagnosis(life: Life, day: date | Year, known_before: bool) -> Iterator[Diagnosis]:
    on = life.calendar.first if known_before else last_day(day)
    moment = at(on, "12:00")
    diagnosis = Diagnosis(
        id=f"{life.patient}-hiv",
        patient=life.patient,
        recorded_at=later(moment, timedelta(minutes=5)) if known_before else written(life.rng, moment),
        facility=life.place(moment),
        condition="hiv",
        on=day,
        certainty="confirmed" if known_before else "provisional",
    )
    yield diagnosis
    if not known_before:
        confirmed = after(diagnosis.recorded_at, written(life.rng, at(on + timedelta(days=3), "12:00")))
        yield replace(diagnosis, certainty="confirmed", recorded_at=confirmed)


def _programme(life: Life, day: date, start: date) -> Programme:
    return Programme(
        id=f"{life.patient}-hiv-programme",
        patient=life.patient,
        recorded_at=written(life.rng, max(day, start)),
        line="art",
        centre=HIV_CLINIC,
        start=day,
    )


def _treatment(life: Life, start: date) -> Iterator[Fact]:
    """Dispenses to the end or to a gap, each some days before or after the last one ends; loads twice a year."""
    rng = life.rng
    day, n, drug = start, 0, TLD if rng.random() < 0.8 else BIC
    long_supply = rng.random() < 0.6
    load_due = start + timedelta(days=rng.randint(150, 200))
    while day <= life.last_day:
        n += 1
        supply = _dispensed(life, n, day, 90 if long_supply else 30, drug)
        yield from perhaps_corrected(rng, supply, supply.on, days=30)
        if day >= load_due:
            load_due = day + timedelta(days=180)
            yield _load(life, n, day)
        assert supply.days
        gap = rng.choice((35, 60, 150)) if rng.random() < 0.04 else rng.randint(-6, 4)
        day += timedelta(days=supply.days + gap)
    yield from _at_release(life, drug, start)


def _dispensed(life: Life, n: int, day: date, length: int, drug: str) -> Supply:
    on = at(day, "11:15")
    return Supply(
        id=f"{life.patient}-art-{n}",
        patient=life.patient,
        recorded_at=written(life.rng, on),
        facility=life.place(on),
        line="art",
        drug=drug,
        kind="dispensed",
        on=on,
        days=length,
    )


def _at_release(life: Life, drug: str, start: date) -> Iterator[Supply]:
    """A fortnight in hand at most releases."""
    for stay in life.stays:
        if (
            stay.end
            and stay.exit in ("release-planned", "release-unplanned")
            and stay.end.date() > start
            and life.rng.random() < (0.9 if stay.exit == "release-planned" else 0.3)
        ):
            yield Supply(
                id=f"{stay.id}-release-supply",
                patient=life.patient,
                recorded_at=written(life.rng, stay.end),
                facility=stay.prison,
                line="art",
                drug=drug,
                kind="release-supply",
                on=later(stay.end, -timedelta(minutes=20)),
                days=14,
            )


def _load(life: Life, n: int, day: date) -> ViralLoad:
    collected = at(day, "09:40")
    resulted = later(collected, timedelta(days=life.rng.randint(3, 21)))
    low, seen = life.rng.random() < 0.7, life.rng.random() < 0.8
    return ViralLoad(
        id=f"{life.patient}-load-{n}",
        patient=life.patient,
        recorded_at=written(life.rng, resulted),
        facility=life.place(collected),
        collected=collected,
        resulted=resulted,
        value=40
        if low
        else life.rng.choice((55, 120, 340, 880))
        if seen
        else life.rng.choice((1500, 21000, 180000)),
        comparator="<" if low else None,
    )
