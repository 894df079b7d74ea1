"""Days on which a dose was due, and what became of them.

Due is every day of a valid daily order, and of a depot the first day of its order or the day that one given before has run
out; and then, until the next is given, the same number of days later again and again. A day that a clinician held is not
due, nor one that take-home doses or a depot cover, nor the day of death or one after it. A day held because of missed
doses stays due.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

from services.demo.country.days import at, days, first_day
from services.demo.country.facts import Dose, Hold, Order
from services.demo.country.truth.coverage import doses, given, length, take_home
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
    """The due days up to a day, each with the facility of its order; of two orders that which began later."""
    depots = _depots(person)
    off = _not_due(person, depots)
    ends = min(last, person.death[1] - timedelta(days=1)) if person.death else last
    found: dict[date, str] = {}
    for order in sorted(person.of(Order), key=lambda one: (one.start, one.id)):
        for day in _of_order(order, depots, min(order.end or ends, ends)):
            if day not in off:
                found[day] = order.facility
    return found


def _of_order(order: Order, depots: dict[date, date], until: date) -> list[date]:
    if order.interval_days == 1:
        return days(order.start, until)
    found = []
    due = max([order.start, *(runs_out for day, runs_out in depots.items() if day < order.start)])
    for day in days(order.start, until):
        if day == due:
            found.append(day)
            due = day_after(day, order.interval_days)
        due = depots.get(day, due)
    return found


def _depots(person: Someone) -> dict[date, date]:
    """Of each day on which a depot was given the day on which it has run out."""
    found: dict[date, date] = {}
    for dose in given(person):
        if (covers := length(person, dose)) > 1:
            day = first_day(dose.on)
            found[day] = max(found.get(day, date.min), day_after(day, covers))
    return found


def _not_due(person: Someone, depots: dict[date, date]) -> set[date]:
    """Days that a clinician held, that take-home doses cover, or a depot given before."""
    held = [(one.start, one.end or person.cut_day) for one in person.of(Hold) if one.reason == "clinical"]
    off = {day for first, last in held for day in days(first, last)}
    off |= {day for one in take_home(person) for day in days(one.first, one.last)}
    return off | {
        day for first, out in depots.items() for day in days(day_after(first), out - timedelta(days=1))
    }


def _by_day(person: Someone) -> defaultdict[date, list[Dose]]:
    found: defaultdict[date, list[Dose]] = defaultdict(list)
    for dose in doses(person):
        found[first_day(dose.on)].append(dose)
    return found


def _status(doses: list[Dose]) -> str | None:
    """What became of a due day; None: a clinician withheld the dose.

    The person's reason counts only where the institution had none of its own.
    """
    if any(one.status != "not-given" for one in doses):
        return "given"
    reasons = {one.reason or "other" for one in doses}
    if "clinical" in reasons:
        return None
    if not reasons:
        return "not_recorded"
    if reasons <= set(OF_THE_PERSON):
        return "missed_patient"
    return "missed_other" if reasons <= {"other", *OF_THE_PERSON} else "missed_institution"
