"""Days on which a dose was due, and what became of them.

Due is every day of a valid daily order, and of a depot the first day of its order and the day that the last one given runs
out. A day that a clinician held is not due, nor one that take-home doses cover, nor one after death. A day held because of
missed doses stays due.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

from services.demo.country.days import at, days, first_day
from services.demo.country.facts import Dose, Hold, Order
from services.demo.country.truth.coverage import take_home
from services.demo.country.truth.known import Known, Someone, day_after
from services.demo.country.truth.members import Member, Span, at_event
from services.demo.country.truth.where import where

PROFILES = ("due_days",)
OF_THE_PERSON = ("refused", "absent")


def members(known: Known, span: Span, profile: str) -> Iterator[Member]:
    """Each due day that was over at the cut."""
    last = min(span.last, known.cut_day - timedelta(days=1))
    for person in known.people:
        due = due_days(person, last)
        happened = _by_day(person)
        for day in sorted(one for one in due if one >= span.first):
            status = _status(happened[day])
            if status:
                noon = at(day, "12:00")
                place = where(person, noon)
                facility = place.facility if place and place.setting == "prison" else due[day]
                yield at_event(known, person, day.isoformat(), noon, day, facility, status)


def due_days(person: Someone, last: date) -> dict[date, str]:
    """The due days up to a day, each with the facility of its order; of two orders that written first."""
    off = _not_due(person)
    ends = min(last, person.death[1] - timedelta(days=1)) if person.death else last
    found: dict[date, str] = {}
    for order in sorted(person.of(Order), key=lambda one: (one.start, one.id)):
        for day in _of_order(person, order, ends):
            if day not in off:
                found.setdefault(day, order.facility)
    return found


def _of_order(person: Someone, order: Order, ends: date) -> list[date]:
    until = min(order.end or ends, ends)
    if order.interval_days == 1:
        return days(order.start, until)
    given = [
        first_day(one.on) for one in person.of(Dose) if one.order == order.id and one.status != "not-given"
    ]
    due = [order.start, *(day_after(day, order.interval_days) for day in given)]
    return [day for day in due if day <= until]


def _not_due(person: Someone) -> set[date]:
    """Days that a clinician held, or that take-home doses cover."""
    held = [(one.start, one.end or date.max) for one in person.of(Hold) if one.reason == "clinical"]
    off = {day for first, last in held for day in days(first, min(last, day_after(first, 400)))}
    return off | {day for one in take_home(person) for day in days(one.first, one.last)}


def _by_day(person: Someone) -> defaultdict[date, list[Dose]]:
    found: defaultdict[date, list[Dose]] = defaultdict(list)
    for dose in sorted(person.of(Dose), key=lambda one: one.id):
        found[first_day(dose.on)].append(dose)
    return found


def _status(doses: list[Dose]) -> str | None:
    """What became of a due day; None: a clinician withheld the dose."""
    if any(one.status != "not-given" for one in doses):
        return "given"
    reasons = [one.reason for one in doses]
    if "clinical" in reasons:
        return None
    if any(reason in OF_THE_PERSON for reason in reasons):
        return "missed_patient"
    return "missed_institution" if reasons else "not_recorded"
