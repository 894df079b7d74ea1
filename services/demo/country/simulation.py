"""The whole country from a seed: people with their lives, then the cases made by hand."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from services.demo.country.calendar import Calendar
from services.demo.country.careers import custody, hiv_care, opioid_treatment, testing
from services.demo.country.careers.people import a_human, a_record
from services.demo.country.cases import add_cases
from services.demo.country.days import at, later
from services.demo.country.facts import Absence, Fact, Human, PatientRecord, Size, Stay
from services.demo.country.places import CENTRES, FACILITIES, LAKE, PRISONS, WITH_THREE, WITHOUT_HIV, sizes
from services.demo.country.state import Country
from services.demo.country.writing_down import after, written

LEAVERS_SHARE = 0.4
"""People who stop OAT, for each who stays on it."""
OTHER_PRISONERS_SHARE = 1.5
HIV_SHARE = 1 / 12
HELD_WITH_HIV = 3

Progress = Callable[[int, int], None]


def simulated(
    people: int, months: int, seed: int, end: date, progress: Progress = lambda done, of: None
) -> Country:
    """The country with ``people`` on OAT on its last day.

    Args:
        people: on OAT on the last day; everybody else is in proportion.
        months: of records, at least 12.
        seed: the same seed gives the same country.
        end: the last day of records, the last of a month.
        progress: told how many people are made, and of how many.
    """
    calendar = Calendar(end, months)
    country = Country(calendar, FACILITIES, sizes=sizes(calendar, people))
    kinds = _kinds(people)
    for n, kind in enumerate(kinds, start=1):
        rng = Random(f"{seed} {n}")  # noqa: S311 - the same seed is to give the same country
        human = a_human(f"{n:05d}", calendar, rng)
        country.add(human, _life(kind, human, calendar, rng))
        progress(n, len(kinds))
    add_cases(country)
    country.sizes += census(country)
    return country


def _kinds(people: int) -> Sequence[str]:
    counts = {
        "held with hiv": HELD_WITH_HIV,
        "hiv": max(6, round(people * HIV_SHARE) - HELD_WITH_HIV),
        "steady": people,
        "leaver": round(people * LEAVERS_SHARE),
        "prisoner": round(people * OTHER_PRISONERS_SHARE),
    }
    return [kind for kind, count in counts.items() for _ in range(count)]


def _life(kind: str, human: Human, calendar: Calendar, rng: Random) -> Iterator[Fact]:
    record = a_record(human, calendar, rng)
    stays = custody.career(_plan(kind, record.id, calendar, rng), calendar, rng)
    away = list(custody.absences(stays, calendar, rng))
    yield from identity(record, stays, rng)
    for stay in stays:
        yield from custody.recorded(stay, rng)
    yield from away
    yield from custody.screenings(stays, rng)
    yield from _care(kind, record.id, stays, away, calendar, rng)


def _care(
    kind: str, patient: str, stays: list[Stay], away: list[Absence], calendar: Calendar, rng: Random
) -> Iterator[Fact]:
    centre = LAKE if kind == "leaver" and rng.random() < 0.15 else rng.choice(CENTRES)
    if "hiv" in kind:
        known_before = kind != "hiv" or rng.random() < 0.7
        yield from hiv_care.cared_for(hiv_care.Life(patient, stays, calendar, rng), known_before)
    else:
        yield from testing.at_reception(patient, stays, rng)
        if kind != "prisoner":
            yield from testing.at_centre(patient, centre, stays, calendar, rng)
    if kind in ("steady", "leaver") or (kind == "hiv" and rng.random() < 0.3):
        life = opioid_treatment.Life(patient, centre, stays, away, calendar, rng)
        yield from opioid_treatment.treated(life, opioid_treatment.courses(life, kind == "steady"))


def _plan(kind: str, patient: str, calendar: Calendar, rng: Random) -> custody.Plan:
    span = (calendar.end - calendar.first).days
    times = {"prisoner": (1, 3), "held with hiv": (1, 1), "hiv": (0, 1)}.get(kind, (0, 2))
    inside = {"prisoner": 0.5, "held with hiv": 1.0, "hiv": 0.0, "steady": 0.25}.get(kind, 0.1)
    ends_inside = rng.random() < inside
    latest = span - 160 if ends_inside else span - 60
    return custody.Plan(
        patient,
        _prisons(kind),
        first=calendar.first + timedelta(days=rng.randint(0, max(1, latest))),
        until=calendar.end - timedelta(days=20),
        times=max(1, rng.randint(*times)) if ends_inside else rng.randint(*times),
        ends_inside=ends_inside,
        may_die=kind in ("leaver", "prisoner"),
    )


def _prisons(kind: str) -> tuple[str, ...]:
    if kind == "held with hiv":
        return (WITH_THREE,)
    return tuple(one for one in PRISONS if one != WITHOUT_HIV) if kind == "hiv" else PRISONS


def identity(record: PatientRecord, stays: Sequence[Stay], rng: Random) -> Iterator[PatientRecord]:
    """The record of a person, and its second version if they died in custody."""
    yield record
    for stay in stays:
        if stay.exit == "death" and stay.end:
            died = later(stay.end, -timedelta(minutes=30))
            moment = after(record.recorded_at, written(rng, stay.end))
            yield replace(record, died=died, recorded_at=moment)


def census(country: Country) -> list[Size]:
    """How many people each prison holds at the end of each quarter, as it would count them itself."""
    latest = {fact.id: fact for fact in country.recorded()}
    stays = [fact for fact in latest.values() if isinstance(fact, Stay) and not fact.void]
    return [
        Size(
            f"demo-census-{place.id.removeprefix('demo-')}-{end.isoformat()}",
            "custody-census",
            end,
            len(
                {
                    country.human_of[one.patient]
                    for one in stays
                    if one.prison == place.id and _is_in(one, end)
                }
            ),
            at(end + timedelta(days=1), "08:00"),
            facility=place.id,
        )
        for place in country.facilities
        if place.setting == "prison"
        for end in country.calendar.quarter_ends
        if end < country.calendar.end
    ]


def _is_in(stay: Stay, day: date) -> bool:
    midnight = at(day + timedelta(days=1), "00:00")
    return stay.start < midnight and (stay.end is None or midnight <= stay.end)
