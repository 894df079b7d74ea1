"""When each facility first and last sent word of anything."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from services.demo.country.days import When, first_day, last_day
from services.demo.country.facts import (
    Absence,
    Diagnosis,
    Dose,
    Fact,
    HivTest,
    Offer,
    Order,
    Programme,
    Stay,
    Supply,
    ViralLoad,
)
from services.demo.country.truth.known import Known


def reports(known: Known) -> dict[str, tuple[date, date]]:
    """Of each facility the first and the last civil day of an event, up to the cut."""
    days: defaultdict[str, list[date]] = defaultdict(list)
    for person in known.people:
        for fact in person.facts:
            for facility, when in _events(fact):
                if facility and when and first_day(when) == last_day(when) <= known.cut_day:
                    days[facility].append(first_day(when))
    return {facility: (min(listed), max(listed)) for facility, listed in days.items()}


def _events(fact: Fact) -> Iterator[tuple[str | None, When | None]]:
    match fact:
        case Stay() | Absence():
            yield from ((fact.prison, when) for when in (fact.start, fact.end))
        case Programme():
            yield from ((fact.centre, when) for when in (fact.start, fact.end))
        case HivTest():
            yield from ((fact.facility, when) for when in (fact.performed, fact.returned))
        case ViralLoad():
            yield from ((fact.facility, when) for when in (fact.collected, fact.resulted))
        case Offer() | Dose():
            yield fact.facility, fact.on
        case Supply():
            yield fact.facility, fact.on if fact.kind != "stated" else None
        case Diagnosis():
            yield fact.facility, None if fact.abroad else fact.on
        case Order():
            yield fact.facility, fact.start
