"""Dates and times that may be known to the year, the day or the second, and how they compare.

http://hl7.org/fhirpath/N1/#datetime-equality: where one of two is known less finely and they agree so far, which
comes first is not known. So it is where only one has a zone and the zones of the world could turn the order.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from fhir_store.fhirpath.errors import BadExpression, UnsupportedExpression

_WRITTEN = re.compile(
    r"(?:(\d{4})(?:-(\d\d)(?:-(\d\d))?)?)?(?P<t>T?)"
    r"(?:(\d\d)(?::(\d\d)(?::(\d\d(?:\.\d+)?))?)?)?(?P<zone>Z|[+-]\d\d:\d\d)?",
    re.ASCII,
)
_TO_MINUTES = 5
_DAY = timedelta(days=1)
_MONTH = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Moment:
    """``fields`` are year, month, day, hour, minute, second as far as they are known; of a Time, from the hour on."""

    kind: str
    fields: tuple[Decimal, ...]
    offset: timedelta | None


def moment_of(text: str) -> Moment:
    """Read ``2020``, ``2020-01-02T10:00Z``, ``2020T`` or ``T10:30``. Raises BadExpression."""
    written = _WRITTEN.fullmatch(text)
    if written is None:
        raise BadExpression("A date or a time cannot be read.")
    groups = written.group(1, 2, 3, 5, 6, 7)
    fields = tuple(Decimal(field) for field in groups if field is not None)
    if written[1] is None:
        return Moment("Time", fields, None)
    _day(fields)
    return Moment("DateTime" if written["t"] else "Date", fields, _offset(written["zone"]))


def order(one: Moment, other: Moment) -> int | None:
    """Below 0 if one comes first, 0 if they are the same, above if it comes last; None if that is not known."""
    if (one.offset is None) != (other.offset is None):
        return _order_within_a_day(one, other)
    if one.offset != other.offset:
        one, other = _in_utc(one), _in_utc(other)
    for mine, yours in zip(one.fields, other.fields, strict=False):
        if mine != yours:
            return -1 if mine < yours else 1
    return 0 if len(one.fields) == len(other.fields) else None


def _order_within_a_day(one: Moment, other: Moment) -> int | None:
    if _day(other.fields) - _last_day(one) > _DAY:
        return -1
    return 1 if _day(one.fields) - _last_day(other) > _DAY else None


def _last_day(moment: Moment) -> date:
    known = len(moment.fields)
    first = _day(moment.fields)
    if known > len("YM"):
        return first
    # Some days too late at most, which only makes more unknown.
    return first.replace(month=12, day=31) if known == len("Y") else min(first, date.max - _MONTH) + _MONTH


def _in_utc(moment: Moment) -> Moment:
    if len(moment.fields) < _TO_MINUTES:
        raise UnsupportedExpression("Hours in different zones are compared only if they have minutes.")
    assert moment.offset is not None
    year, month, day, hour, minute = (int(field) for field in moment.fields[:_TO_MINUTES])
    try:
        shifted = datetime(year, month, day, hour, minute) - moment.offset  # noqa: DTZ001 - the zone is beside it
    except (ValueError, OverflowError):
        raise BadExpression("A date or a time cannot be read.") from None
    fields = (shifted.year, shifted.month, shifted.day, shifted.hour, shifted.minute)
    return Moment(moment.kind, (*map(Decimal, fields), *moment.fields[_TO_MINUTES:]), timedelta())


def _offset(zone: str | None) -> timedelta | None:
    if zone is None or zone == "Z":
        return None if zone is None else timedelta()
    ahead = timedelta(hours=int(zone[1:3]), minutes=int(zone[4:6]))
    return -ahead if zone[0] == "-" else ahead


def _day(fields: tuple[Decimal, ...]) -> date:
    """The first day that is meant. Raises BadExpression."""
    year, month, day = (int(field) for field in [*fields, Decimal(1), Decimal(1)][:3])
    try:
        return date(year, month, day)
    except ValueError:
        raise BadExpression("A date or a time cannot be read.") from None
