"""Days and instants as they are known: an instant, a civil day, or no more than the year."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Podgorica")
"""The calendar of the demonstration country: that of the product's default setting."""


class Year(int):
    """A date of which no more than the year is known."""


When = datetime | date | Year


def at(day: date, clock: str) -> datetime:
    """The instant at which the country's clocks show a time on a day."""
    return datetime.combine(day, time.fromisoformat(clock), ZONE)


def later(moment: datetime, by: timedelta) -> datetime:
    """So much later in real time: an hour is an hour in the night of the clock change too."""
    return datetime.fromtimestamp(moment.timestamp() + by.total_seconds(), ZONE)


def is_before(one: datetime, other: datetime) -> bool:
    """Whether one instant is before another, whatever the clocks showed."""
    return one.timestamp() < other.timestamp()


def first_day(when: When) -> date:
    """The first civil day that it can have been."""
    if isinstance(when, Year):
        return date(when, 1, 1)
    return when.date() if isinstance(when, datetime) else when


def last_day(when: When) -> date:
    """The last civil day that it can have been."""
    return date(when, 12, 31) if isinstance(when, Year) else first_day(when)


def instant(when: When) -> datetime | None:
    """The instant, if it is known."""
    return when if isinstance(when, datetime) else None


def text(when: When) -> str:
    """As FHIR writes it."""
    if isinstance(when, Year):
        return f"{when:04d}"
    return when.isoformat()


def days(first: date, last: date) -> list[date]:
    """Every day from one to another, both included."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
