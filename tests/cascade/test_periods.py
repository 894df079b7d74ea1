"""Which days a period has, and which periods come before it."""

from datetime import UTC, date, datetime

import duckdb
import ibis
import pytest

from cascade.errors import UnknownZone, WrongWindow
from cascade.periods import ask, last_whole, named_period, over_each_asked, period_ending, periods_until
from cascade.tables import Period

NOON = datetime(2025, 4, 10, 12, tzinfo=UTC)
KNOWN = {"data_as_of": NOON, "zone": "Europe/Tirane"}


@pytest.mark.parametrize(
    ("every", "last", "first"),
    [
        ("month", date(2024, 2, 29), date(2024, 2, 1)),
        ("quarter", date(2025, 3, 31), date(2025, 1, 1)),
        ("quarter", date(2025, 12, 31), date(2025, 10, 1)),
        ("year", date(2025, 12, 31), date(2025, 1, 1)),
    ],
)
def test_a_period_is_one_of_the_calendar(every, last, first):
    period = period_ending(last, every, **KNOWN)
    assert (period.first, period.last) == (first, last)


@pytest.mark.parametrize(
    ("every", "day"),
    [
        ("month", date(2025, 3, 30)),
        ("month", date(2025, 4, 1)),
        ("month", date(2024, 2, 28)),
        ("quarter", date(2025, 2, 28)),
        ("year", date(2025, 9, 30)),
    ],
)
def test_a_day_on_which_none_ends_is_refused(every, day):
    with pytest.raises(WrongWindow, match=every):
        period_ending(day, every, **KNOWN)


def test_periods_are_counted_back_from_the_last_across_years():
    months = periods_until(date(2025, 2, 28), "month", 4, **KNOWN)
    assert [month.first for month in months] == [
        date(2024, 11, 1),
        date(2024, 12, 1),
        date(2025, 1, 1),
        date(2025, 2, 1),
    ]
    quarters = periods_until(date(2025, 3, 31), "quarter", 2, **KNOWN)
    assert [quarter.last for quarter in quarters] == [date(2024, 12, 31), date(2025, 3, 31)]


@pytest.mark.parametrize(
    ("every", "day", "last"),
    [
        ("month", date(2025, 3, 31), date(2025, 2, 28)),
        ("month", date(2025, 4, 1), date(2025, 3, 31)),
        ("quarter", date(2025, 3, 31), date(2024, 12, 31)),
        ("quarter", date(2025, 4, 1), date(2025, 3, 31)),
        ("year", date(2025, 12, 31), date(2024, 12, 31)),
        ("year", date(2026, 1, 1), date(2025, 12, 31)),
    ],
)
def test_the_last_whole_period_was_over_before_the_day(every, day, last):
    assert last_whole(every, day) == last


def test_a_period_ends_at_midnight_in_the_facilities_zone():
    period = period_ending(date(2025, 3, 31), "quarter", **KNOWN)
    assert period.end == datetime(2025, 3, 31, 22, tzinfo=UTC)


def test_an_expression_over_the_named_period_has_a_row_for_each_that_is_asked():
    quarters = periods_until(date(2025, 6, 30), "quarter", 2, **KNOWN)
    days = named_period()
    sql = over_each_asked(ibis.array([days.first, days.last, days.cut_day]).name("days").as_table())
    with duckdb.connect() as connection:
        ask(connection, quarters)
        found = connection.execute(f"{sql} ORDER BY ALL").fetchall()
    assert found == [(one.first, one.last, [one.first, one.last, one.cut_day]) for one in quarters]


def test_a_data_cut_without_a_zone_is_refused():
    with pytest.raises(WrongWindow):
        Period(date(2025, 1, 1), date(2025, 3, 31), datetime(2025, 4, 10), "UTC")  # noqa: DTZ001


def test_a_period_that_ends_before_it_begins_is_refused():
    with pytest.raises(WrongWindow):
        Period(date(2025, 3, 31), date(2025, 3, 30), NOON, "UTC")


@pytest.mark.parametrize("zone", ["Tirana", "", "Europe", "../etc/passwd", "UTC'; DROP TABLE dose"])
def test_a_zone_that_is_not_an_iana_name_is_refused(zone):
    with pytest.raises(UnknownZone):
        Period(date(2025, 1, 1), date(2025, 3, 31), NOON, zone)
