"""Which months a window has, and which of them had ended."""

from datetime import UTC, date, datetime

import pytest

from cascade.errors import UnknownZone, WrongWindow
from cascade.tables import Window

NOON = datetime(2025, 4, 10, 12, tzinfo=UTC)


def test_months_are_counted_back_from_the_last_across_years():
    window = Window(date(2025, 2, 28), 4, NOON, "UTC")
    assert window.first_days == (date(2024, 11, 1), date(2024, 12, 1), date(2025, 1, 1), date(2025, 2, 1))


@pytest.mark.parametrize(
    ("cut", "complete"),
    [
        (datetime(2025, 3, 31, 21, 59, 59, tzinfo=UTC), False),
        (datetime(2025, 3, 31, 22, 0, 0, tzinfo=UTC), True),
        (datetime(2025, 3, 31, 22, 0, 1, tzinfo=UTC), True),
    ],
)
def test_a_month_is_complete_when_its_last_day_has_ended_in_the_facilities_zone(cut, complete):
    assert (date(2025, 3, 1) in Window(date(2025, 3, 31), 1, cut, "Europe/Tirane").complete) is complete


@pytest.mark.parametrize("day", [date(2025, 3, 30), date(2025, 4, 1), date(2024, 2, 28)])
def test_a_period_that_does_not_end_with_a_month_is_refused(day):
    with pytest.raises(WrongWindow):
        Window(day, 1, NOON, "UTC")


@pytest.mark.parametrize("months", [0, -1, 1201])
def test_a_window_has_between_1_and_1200_months(months):
    with pytest.raises(WrongWindow):
        Window(date(2025, 3, 31), months, NOON, "UTC")


def test_a_data_cut_without_a_zone_is_refused():
    with pytest.raises(WrongWindow):
        Window(date(2025, 3, 31), 1, datetime(2025, 4, 10), "UTC")  # noqa: DTZ001


@pytest.mark.parametrize("zone", ["Tirana", "", "Europe", "../etc/passwd", "UTC'; DROP TABLE dose"])
def test_a_zone_that_is_not_an_iana_name_is_refused(zone):
    with pytest.raises(UnknownZone):
        Window(date(2025, 3, 31), 1, NOON, zone)
