"""Dates as stretches of time."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir_store.dates import EARLIEST, LATEST, date_bounds, period_bounds, surely_before

PODGORICA = ZoneInfo("Europe/Podgorica")  # UTC+1, in summer UTC+2


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        # A day, month or year is that of the facility: it begins an hour, in summer two, before that of UTC.
        ("2021-01-05", "2021-01-04T23:00", "2021-01-05T23:00"),
        ("2021-07-05", "2021-07-04T22:00", "2021-07-05T22:00"),
        ("2021-03-28", "2021-03-27T23:00", "2021-03-28T22:00"),  # 23 hours: the clocks go forward
        ("2021-10-31", "2021-10-30T22:00", "2021-10-31T23:00"),  # 25 hours
        ("2021-12", "2021-11-30T23:00", "2021-12-31T23:00"),
        ("2020-02", "2020-01-31T23:00", "2020-02-29T23:00"),
        ("2021", "2020-12-31T23:00", "2021-12-31T23:00"),
        # A time has its own zone, and lasts as long as its last digit.
        ("2021-01-05T10:00:00Z", "2021-01-05T10:00:00", "2021-01-05T10:00:01"),
        ("2021-01-05T10:00:00+02:00", "2021-01-05T08:00:00", "2021-01-05T08:00:01"),
        ("2021-01-05T10:00:00.1Z", "2021-01-05T10:00:00.1", "2021-01-05T10:00:00.2"),
        ("2021-01-05T10:00:00.120Z", "2021-01-05T10:00:00.120", "2021-01-05T10:00:00.121"),
        ("2021-01-05T10:00:00.123456Z", "2021-01-05T10:00:00.123456", "2021-01-05T10:00:00.123457"),
        ("2021-01-05T10:00:00.123456789Z", "2021-01-05T10:00:00.123456", "2021-01-05T10:00:00.123457"),
        # Second 60 is the first of the next minute.
        ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00", "2017-01-01T00:00:01"),
        ("2016-12-31T23:59:60.5Z", "2017-01-01T00:00:00.5", "2017-01-01T00:00:00.6"),
        # Search parameters may leave out seconds and zone.
        ("2021-01-05T10:00Z", "2021-01-05T10:00", "2021-01-05T10:01"),
        ("2021-01-05T10:00", "2021-01-05T09:00", "2021-01-05T09:01"),
        ("2021-01-05T10:00:00", "2021-01-05T09:00:00", "2021-01-05T09:00:01"),
    ],
)
def test_a_date_is_a_half_open_stretch_in_utc(text: str, low: str, high: str) -> None:
    assert date_bounds(text, PODGORICA) == (utc(low), utc(high))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "21",
        "2021-1",
        "2021-13",
        "2021-02-29",
        "2021-01-05T",
        "2021-01-05T10",
        "2021-01-05 10:00",
        "20210105",
        "2021-01-05T24:00",
        "2021-01-05T10:00:61Z",
        "2021-01-05T10:00:00+25:00",
        "2021-01-05T10:00+60:00",
        "2021-01-05Z",
        "0000",
        "٢٠٢١",
        "2021-01-05\n",
        "-2021",
    ],
)
def test_what_is_no_date_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        date_bounds(text, PODGORICA)


def test_the_ends_of_the_calendar_stand_for_what_lies_beyond() -> None:
    assert date_bounds("9999", PODGORICA) == (utc("9998-12-31T23:00"), LATEST)
    assert date_bounds("9999-12-31", PODGORICA)[1] == LATEST
    assert date_bounds("0001-01-01", PODGORICA)[0] == EARLIEST
    assert date_bounds("0001-01-01T00:00:00+14:00", PODGORICA) == (EARLIEST, EARLIEST)
    assert date_bounds("9999-12-31T23:59:59-12:00", PODGORICA) == (LATEST, LATEST)


@pytest.mark.parametrize(
    ("period", "bounds"),
    [
        ({"start": "2021-01-05", "end": "2021-01-05"}, ("2021-01-04T23:00", "2021-01-05T23:00")),
        ({"start": "2021-01-05T10:00:00Z"}, ("2021-01-05T10:00", None)),
        ({"end": "2021"}, (None, "2021-12-31T23:00")),
        ({}, (None, None)),
    ],
)
def test_a_period_runs_to_the_end_of_its_last_day_or_is_open(period: dict[str, Any], bounds: Any) -> None:
    assert period_bounds(period, PODGORICA) == tuple(bound and utc(bound) for bound in bounds)


Written = st.datetimes(min_value=datetime(2, 1, 1), max_value=datetime(9998, 12, 30)).flatmap(  # noqa: DTZ001
    lambda moment: st.sampled_from(
        [f"{moment.year:04}", f"{moment:%Y}".zfill(4) + f"{moment:-%m}", moment.date().isoformat()]
        + [
            f"{moment.isoformat(timespec=spec)}{zone}"
            for spec in ("seconds", "milliseconds")
            for zone in ("Z", "+14:00")
        ]
    )
)


@given(Written, Written)
def test_what_is_surely_before_ends_before_the_other_begins_in_every_zone(one: str, other: str) -> None:
    if surely_before(one, other):
        assert not surely_before(other, one)
        for zone in ("UTC", "Pacific/Kiritimati", "Europe/Podgorica"):
            assert date_bounds(one, ZoneInfo(zone))[1] <= date_bounds(other, ZoneInfo(zone))[0]


@given(Written)
def test_a_date_begins_before_it_ends(text: str) -> None:
    low, high = date_bounds(text, PODGORICA)
    assert low < high
    assert not surely_before(text, text)
