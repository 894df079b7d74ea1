"""When a thing that happened is written down: mostly at once, one time in ten late, now and then corrected."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, TypeVar

from services.demo.country.calendar import Calendar
from services.demo.country.days import When, at, instant, is_before, last_day, later
from services.demo.country.facts import Fact

LATE_SHARE = 0.1
MOST_LATE_DAYS = 90
CORRECTED_SHARE = 0.005

AnyFact = TypeVar("AnyFact", bound=Fact)


def written(rng: Random, when: When) -> datetime:
    """Within two hours of the event or, one time in ten, 1 to 90 days later."""
    moment = instant(when) or at(last_day(when), "17:00")
    late = rng.random() < LATE_SHARE
    delay = timedelta(days=rng.randint(1, MOST_LATE_DAYS)) if late else timedelta()
    return later(moment, delay + timedelta(seconds=rng.randint(60, 7200)))


def promptly(rng: Random, when: datetime) -> datetime:
    """Within half an hour: what other records point at is there before them."""
    return later(when, timedelta(seconds=rng.randint(30, 1800)))


def after(earlier: datetime, moment: datetime) -> datetime:
    """The moment, but never before an earlier version was written."""
    return (
        later(earlier, timedelta(seconds=1))
        if is_before(moment, later(earlier, timedelta(seconds=1)))
        else moment
    )


def quarter_closed(day: date) -> date:
    """The first day after the quarter of a day."""
    month = (day.month - 1) // 3 * 3 + 4
    return date(day.year + month // 13, (month - 1) % 12 + 1, 1)


def perhaps_corrected(rng: Random, fact: AnyFact, on: When, **changes: Any) -> list[AnyFact]:
    """The fact, and sometimes a second version of it, written after the quarter of the event was closed."""
    if rng.random() >= CORRECTED_SHARE:
        return [fact]
    closed = quarter_closed(last_day(on))
    moment = at(closed + timedelta(days=rng.randint(5, 40)), "10:15")
    return [fact, replace(fact, recorded_at=after(fact.recorded_at, moment), **changes)]


def within(calendar: Calendar, day: date) -> bool:
    """Whether a day is one of which there are records."""
    return calendar.first <= day <= calendar.end
