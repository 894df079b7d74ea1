"""Calls to the medical service in one prison of the demo, from four weeks ago to tomorrow. Pure.

They are mixed badly on purpose: some people come to one room at six every day and nobody else does, so that the medical
lead's report has something to show.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import product
from zoneinfo import ZoneInfo

from services.demo.country.resources.codes import OURS, Json, concept, extension, ours, reference
from services.demo.country.resources.marks import resource

DAYS_BACK = 28
EARLY, MIXED, OTHERS, VISITING = 6, 3, 12, 4
"""How many are called: at six, all with something private; at eight together with others; once a week as well."""

ROOMS = (
    ("window", "DEMO Methadone window", "Medical room A"),
    ("clinic", "DEMO Clinic", "Medical room B"),
    ("visits", "DEMO HIV clinic", None),
)
"""Of each room its own name, which custody never sees, and what custody calls it."""

SESSION = timedelta(minutes=30)
STATEMENTS = ("yes", "escort", None, "yes", "no")


@dataclass(frozen=True)
class Round:
    """Some people are called to a room at an hour, every so many days."""

    people: Sequence[str]
    room: str
    at: time
    every: int


def rounds(held: Sequence[str], private: Collection[str]) -> tuple[Round, ...]:
    """Who is called where in the demo's prison."""
    hidden = [one for one in held if one in private]
    others = [one for one in held if one not in private][:OTHERS]
    return (
        Round(hidden[:EARLY], "window", time(6), 1),
        Round([*hidden[EARLY : EARLY + MIXED], *others], "clinic", time(8), 1),
        Round(others[:VISITING], "visits", time(10, 30), 7),
    )


def call_resources(
    facility: str, held: Sequence[str], private: Collection[str], now: datetime, zone: ZoneInfo
) -> Iterator[Json]:
    """Rooms, Appointments and statements of fitness, as the demo's clinic would have written them."""
    for name, own_name, custody_name in ROOMS:
        yield _room(facility, name, own_name, custody_name, now)
    called = rounds(held, private)
    for one in called:
        for person, day in product(one.people, range(-DAYS_BACK, 2)):
            on = now.date() + timedelta(days=day)
            if on.toordinal() % one.every == 0:
                yield _call(facility, one, person, datetime.combine(on, one.at, zone), now)
    people = dict.fromkeys(person for one in called for person in one.people)
    for nth, person in enumerate(people):
        if said := STATEMENTS[nth % len(STATEMENTS)]:
            yield _statement(facility, person, said, now.replace(hour=0, minute=0, second=0, microsecond=0))


def _room(facility: str, name: str, own_name: str, custody_name: str | None, now: datetime) -> Json:
    return resource(
        "Location",
        f"{facility}-{name}",
        now,
        "call-room",
        extension=[extension("custody-name", valueString=custody_name)] if custody_name else None,
        status="active",
        name=own_name,
        managingOrganization=reference("Organization", facility),
    )


def _call(facility: str, one: Round, person: str, at: datetime, now: datetime) -> Json:
    return resource(
        "Appointment",
        f"call-{person}-{at:%Y%m%d%H%M}"[:64],
        now,
        "custody-call",
        status=_status(at, now),
        start=at.isoformat(),
        end=(at + SESSION).isoformat(),
        participant=[
            {"actor": reference("Patient", person), "status": "accepted"},
            {"actor": reference("Location", f"{facility}-{one.room}"), "status": "accepted"},
        ],
    )


def _status(at: datetime, now: datetime) -> str:
    if at.date() < now.date():
        return "noshow" if at.toordinal() % 11 == 0 else "fulfilled"
    return "booked"


def _statement(facility: str, person: str, said: str, at: datetime) -> Json:
    on: date = at.date()
    return resource(
        "Observation",
        f"fit-{person}-{on:%Y%m%d}"[:64],
        at,
        "fit-for-transfer",
        status="final",
        code=ours("observation", "fit-for-transfer"),
        subject=reference("Patient", person),
        effectiveDateTime=at.isoformat(),
        performer=[reference("Organization", facility)],
        valueCodeableConcept=concept((f"{OURS}fit-for-transfer", said)),
    )
