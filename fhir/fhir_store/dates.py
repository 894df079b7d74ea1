"""FHIR dates as stretches of time: ``2021-05`` is all of that month, ``2021-05-03T10:00:00Z`` that one second.

A stretch is half-open, from its first moment to the first one behind it, in UTC. A day without a zone is a day in
the zone that is passed in. Second 60 of a minute is the first second of the next. http://hl7.org/fhir/R4/search.html#date
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

EARLIEST = datetime.min.replace(tzinfo=UTC)
LATEST = datetime.max.replace(tzinfo=UTC)
"""What stands for moments that Python cannot tell, such as the end of the year 9999."""

Stretch = tuple[datetime, datetime]

WIDEST_OFFSET = timedelta(hours=14)
"""Of any place from UTC."""

_WRITTEN = re.compile(
    r"\d{4}(?:-\d\d(?:-\d\d(?P<time>T\d\d:\d\d(?P<seconds>:\d\d(?:\.(?P<fraction>\d+))?)?"
    r"(?P<zone>Z|[+-]\d\d:\d\d)?)?)?)?",
    re.ASCII,
)
_FINEST = timedelta(microseconds=1)
_MINUTE = timedelta(minutes=1)
_SECOND = timedelta(seconds=1)


def date_bounds(text: str, zone: ZoneInfo) -> Stretch:
    """The stretch that a date, dateTime or instant is. Seconds and zone may be missing. Raises ValueError."""
    written = _WRITTEN.fullmatch(text)
    if written is None:
        raise ValueError("not a FHIR date")
    return _bounds_of_time(text, written, zone) if written["time"] else _bounds_of_day(text, zone)


def period_bounds(period: Mapping[str, Any], zone: ZoneInfo) -> tuple[datetime | None, datetime | None]:
    """The first moment of a Period and the first behind it; None where it is open. Raises ValueError."""
    start, end = period.get("start"), period.get("end")
    return start and date_bounds(start, zone)[0], end and date_bounds(end, zone)[1]


def surely_before(one: str, other: str) -> bool:
    """Whether all of one date comes before all of the other, wherever it was that had no zone."""
    if len(one) == len(other) and one[19:] == other[19:]:
        return one < other
    unsure = timedelta() if _has_zone(one) == _has_zone(other) else WIDEST_OFFSET
    utc = ZoneInfo("UTC")
    return date_bounds(one, utc)[1] <= date_bounds(other, utc)[0] - unsure


def _has_zone(text: str) -> bool:
    return "T" in text


def _bounds_of_time(text: str, written: re.Match[str], zone: ZoneInfo) -> Stretch:
    leap = text[16:19] == ":60"
    moment = datetime.fromisoformat(f"{text[:17]}59{text[19:]}" if leap else text)
    try:
        low = (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
        if leap:
            low += _SECOND
        return low, low + _width(written)
    except OverflowError:
        return (EARLIEST, EARLIEST) if moment.year == 1 else (LATEST, LATEST)


def _width(written: re.Match[str]) -> timedelta:
    if written["seconds"] is None:
        return _MINUTE
    if written["fraction"] is None:
        return _SECOND
    return max(_SECOND * 10.0 ** -len(written["fraction"]), _FINEST)


# The same few days come again and again.
@lru_cache(maxsize=4096)
def _bounds_of_day(text: str, zone: ZoneInfo) -> Stretch:
    year, month, day = int(text[:4]), int(text[5:7] or 1), int(text[8:10] or 1)
    first = date(year, month, day)
    return _midnight(first, zone), _midnight(_following(first, len(text)), zone)


def _following(first: date, precision: int) -> date | None:
    """The first day behind a year (4 characters), month (7) or day (10)."""
    try:
        if precision == len("YYYY"):
            return first.replace(year=first.year + 1)
        if precision == len("YYYY-MM"):
            return (first + timedelta(days=31)).replace(day=1)
        return first + timedelta(days=1)
    except (OverflowError, ValueError):
        return None


def _midnight(day: date | None, zone: ZoneInfo) -> datetime:
    if day is None:
        return LATEST
    try:
        return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
    except OverflowError:
        return EARLIEST if day.year == 1 else LATEST
