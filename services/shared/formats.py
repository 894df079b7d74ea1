"""Dates and numbers as the language of the request writes them."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time
from babel.numbers import format_decimal, format_percent

from services.shared.languages import current_language


def month(first_day: date) -> str:
    """Such as "Oct 2026"."""
    return _month(first_day, "yMMM")


def full_month(first_day: date) -> str:
    """Such as "October 2026"."""
    return _month(first_day, "yMMMM")


def day(on: date) -> str:
    """Such as "14 November 2026"."""
    return format_date(on, "long", locale=current_language().locale)


def weekday(on: date) -> str:
    """Such as "Saturday 14 November"."""
    return format_skeleton("MMMMEEEEd", _noon(on), locale=current_language().locale)


def weekday_short(on: date) -> str:
    """Such as "Sat 14 Nov"."""
    return format_skeleton("MMMEd", _noon(on), locale=current_language().locale)


def short_day(on: date) -> str:
    """Such as "Nov 14"."""
    # Babel asks for a date and time here, and then looks at no zone.
    instant = datetime(on.year, on.month, on.day, 12)  # noqa: DTZ001
    return format_skeleton("MMMd", instant, locale=current_language().locale)


def clock_in(zone: ZoneInfo) -> Callable[[datetime], str]:
    """Writes the time of day of instants in the facility's zone, such as "06:10"."""

    def clock(at: datetime) -> str:
        return format_time(at.astimezone(zone), "short", locale=current_language().locale)

    return clock


def count(number: int) -> str:
    """A whole number, grouped."""
    return format_decimal(number, locale=current_language().locale)


def quarter(last_day: date) -> str:
    """Such as "Q3 2026"."""
    return _month(last_day, "yQQQ")


def rate(number: float) -> str:
    """A number with one decimal, such as "9.4"."""
    return format_decimal(round(number, 1), "#,##0.0", locale=current_language().locale)


def amount(number: Decimal) -> str:
    """An exact number as it is, to a thousandth, such as "6.5"."""
    return format_decimal(number, "#,##0.###", locale=current_language().locale)


def percent(share: float) -> str:
    """A share of 0 to 1 in whole percent, such as "88%"."""
    return format_percent(share, locale=current_language().locale)


def moments_in(zone: ZoneInfo) -> Callable[[datetime], str]:
    """Writes instants in the facility's zone, such as "14 Nov 2026, 06:10"."""

    def moment(at: datetime) -> str:
        return _moment(at, zone, current_language().locale)

    return moment


@lru_cache(maxsize=4096)
def _moment(at: datetime, zone: ZoneInfo, locale: Locale) -> str:
    """A list says the same instants each time that it is asked for, and to write one takes longer than to reckon it."""
    local = at.astimezone(zone)
    return f"{format_date(local, locale=locale)}, {format_time(local, 'short', locale=locale)}"


def fhir_dates_in(zone: ZoneInfo) -> Callable[[str], str]:
    """Writes dates of FHIR: instants in the facility's zone, days as days; what is less than a day stays as it is."""
    moment = moments_in(zone)

    def fhir_date(written: str) -> str:
        try:
            if "T" not in written:
                return day(date.fromisoformat(written))
            return moment(datetime.fromisoformat(written))
        except ValueError:
            return written

    return fhir_date


def filters(zone: str) -> dict[str, Callable[..., Any]]:
    """The formats as templates use them."""
    return {
        "month": month,
        "full_month": full_month,
        "day": day,
        "weekday": weekday,
        "weekday_short": weekday_short,
        "short_day": short_day,
        "clock": clock_in(ZoneInfo(zone)),
        "count": count,
        "amount": amount,
        "percent": percent,
        "rate": rate,
        "moment": moments_in(ZoneInfo(zone)),
        "fhir_date": fhir_dates_in(ZoneInfo(zone)),
    }


def _month(first_day: date, skeleton: str) -> str:
    return format_skeleton(skeleton, _noon(first_day.replace(day=1)), locale=current_language().locale)


def _noon(on: date) -> datetime:
    # Babel asks for a date and time here, and then looks at neither hour nor zone.
    return datetime(on.year, on.month, on.day, 12)  # noqa: DTZ001
