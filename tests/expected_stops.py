"""What the truth of the demonstration country expects to stop a dose, told from its facts alone."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from services.demo.country.days import first_day, instant
from services.demo.country.facts import Absence, Dose, Hold, Order, Stay
from services.demo.country.truth.coverage import doses, given, length, on_oat
from services.demo.country.truth.known import Someone

DAY = timedelta(days=1)

LIMIT = {"N07BC02": 3, "N07BC01": 3}
"""Missed days from which on a prescriber decides; of a depot its first day after the window."""
DEPOT_LIMIT = 1
WINDOW = {7: 2, 28: 7}
ENOUGH = timedelta(hours=16)
BETWEEN_PARTS = timedelta(hours=6)


def timed(person: Someone) -> list[Dose]:
    """Doses given at a known instant, in their order."""
    found = (
        one
        for one in doses(person)
        if one.status != "not-given" and instant(one.on) and one.redose_of is None
    )
    return sorted(found, key=lambda one: instant(one.on))  # type: ignore[arg-type, return-value]


def expected(person: Someone, at: datetime, before: Iterable[Dose]) -> set[str]:
    """The codes of what stops a dose at an instant by orders, and by doses of which ``before`` were given.

    Holds, and where the person is, are expected apart.
    """
    day = at.date()
    valid = [one for one in person.of(Order) if one.start <= day <= (one.end or day)]
    if not valid:
        return {"no-order"}
    order = max(valid, key=lambda one: (one.start, one.id))
    found = set()
    today = [one for one in given(person) if first_day(one.on) == day and is_before(one, at)]
    if len(today) >= order.times:
        found.add("already-recorded")
    elif not today and missed(person, order, day) >= (
        DEPOT_LIMIT if order.interval_days > 1 else LIMIT[order.drug]
    ):
        found.add("missed-days")
    if any(is_too_soon(person, one, order, at, day) for one in before):
        found.add("too-soon")
    return found


def held(person: Someone, day: date) -> set[str]:
    """Whether a hold stops it."""
    return {"held" for one in person.of(Hold) if one.start <= day <= (one.end or day)}


def elsewhere(person: Someone, facility: str, at: datetime) -> set[str]:
    """Whether the person, who stands at the window of a facility, is not in it, or is absent from it."""
    here = any(one.prison == facility and lasts(one, at) for one in person.of(Stay))
    away = any(lasts(one, at) for one in person.of(Absence))
    return set() if here and not away else {"elsewhere"}


def lasts(one: Stay | Absence, at: datetime) -> bool:
    """Whether a stay or an absence has begun and is not over."""
    return one.start.timestamp() <= at.timestamp() and (
        one.end is None or at.timestamp() < one.end.timestamp()
    )


def is_before(one: Dose, at: datetime) -> bool:
    """Whether a dose was earlier than an instant; of one whose hour nobody knows it is not."""
    when = instant(one.on)
    return when is not None and when.timestamp() < at.timestamp()


def missed(person: Someone, order: Order, day: date) -> int:
    """Days since the last that a dose or supply covers, the window of a depot included; else since the order began."""
    windows = {first_day(one.on): WINDOW.get(length(person, one), 0) for one in given(person)}
    ends = [
        min(one.last + windows.get(one.first, 0) * DAY, day - DAY)
        for one in on_oat(person)
        if one.day < day and one.first < day
    ]
    since = max(ends, default=order.start - DAY)
    return max(0, (day - DAY - since).days)


def is_too_soon(person: Someone, dose: Dose, order: Order, at: datetime, day: date) -> bool:
    """Whether not enough time has passed since a dose."""
    lasting = length(person, dose)
    if lasting > 1:
        return day < first_day(dose.on) + (lasting - WINDOW.get(lasting, 0)) * DAY
    when = instant(dose.on)
    assert when
    is_part = order.times > 1 and dose.order == order.id
    return at.timestamp() - when.timestamp() < (BETWEEN_PARTS if is_part else ENOUGH).total_seconds()
