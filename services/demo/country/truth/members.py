"""One row of a measure as it has to be, and where its person is placed."""

from dataclasses import dataclass
from datetime import date

from services.demo.country.days import When, instant
from services.demo.country.truth.known import Known, Someone
from services.demo.country.truth.where import at_end_of, where


@dataclass(frozen=True)
class Member:
    """Who is counted as what; ``event`` is the id of a fact, a day, an episode's number, or None."""

    person: str
    patients: tuple[str, ...]
    event: str | None
    day: date | None
    status: str
    setting: str
    facility: str
    legal_status: str
    sex: str
    age: int | None


@dataclass(frozen=True)
class Span:
    """The civil days of a period, both included."""

    first: date
    last: date


def at_event(
    known: Known, person: Someone, event: str, when: When, day: date, facility: str | None, status: str
) -> Member:
    """Placed where the person was at the instant; where none is known, or nobody knows, where it was recorded."""
    moment = instant(when)
    place = where(person, moment) if moment else None
    recorded = known.facilities[facility].setting if facility else "unknown"
    return member(
        person,
        event,
        day,
        status,
        place.setting if place else recorded,
        facility,
        place.legal_status if place else None,
    )


def at_period_end(person: Someone, last: date, facility: str | None, status: str) -> Member:
    """Placed where the person is at 24:00 on the last day; whom nothing holds is in the community."""
    place = at_end_of(person, last)
    if place is None:
        return member(person, None, last, status, "community", facility, None)
    return member(person, None, last, status, place.setting, place.facility, place.legal_status)


def member(
    person: Someone,
    event: str | None,
    day: date | None,
    status: str,
    setting: str,
    facility: str | None,
    legal_status: str | None,
) -> Member:
    """A member with sex and age."""
    return Member(
        person=person.id,
        patients=person.patients,
        event=event,
        day=day,
        status=status,
        setting=setting,
        facility=facility or "unknown",
        legal_status=legal_status or "unknown",
        sex=person.sex,
        age=person.age(day),
    )
