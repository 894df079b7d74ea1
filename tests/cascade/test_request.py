"""What may be asked, and what is refused before anything is read."""

from datetime import UTC, date, datetime, timedelta

import pytest

from cascade import measures
from cascade.errors import (
    PeriodNotOver,
    UnknownDimension,
    UnknownMeasure,
    UnknownProfile,
    UnknownZone,
    WrongWindow,
)
from cascade.request import BY, Request

END = datetime(2025, 3, 31, 22, tzinfo=UTC)
"""24:00 on 31 March in Tirana."""


def request(**asked):
    known = {"period_end": date(2025, 3, 31), "data_as_of": END, "zone": "Europe/Tirane"}
    return Request(**(known | asked))


def test_without_names_every_measure_is_counted_in_every_reading_for_the_country():
    asked = request()
    assert asked.counted_measures == measures.names()
    assert {one.series.by for one in asked.counted} == {()}
    for name in measures.names():
        assert asked.profiles_of(name) == tuple(measures.measure(name).profiles)


def test_each_dimension_is_a_cut_of_its_own_beside_the_country():
    asked = request(measures=("hiv_tests",), by=("sex", "facility", "sex"))
    assert [one.series.by for one in asked.counted] == [(), ("sex",), ("facility_key",)]


def test_measures_keep_their_order_and_come_once():
    asked = request(measures=("oat_census", "hiv_tests", "oat_census"))
    assert asked.counted_measures == ("oat_census", "hiv_tests")


def test_with_every_measure_those_without_the_reading_are_left_out():
    asked = request(profiles=("gap_28",))
    having = [name for name in measures.names() if "gap_28" in measures.measure(name).profiles]
    assert asked.counted_measures == tuple(having)
    assert {asked.profiles_of(name) for name in having} == {("gap_28",)}


@pytest.mark.parametrize(
    ("asked", "refusal", "says"),
    [
        ({"measures": ("prisoners",)}, UnknownMeasure, "oat_census"),
        ({"profiles": ("made_up",)}, UnknownProfile, "late_7"),
        ({"measures": ("oat_census",), "profiles": ("made_up",)}, UnknownProfile, "covered, late_7"),
        (
            {"measures": ("oat_census", "hiv_tests"), "profiles": ("late_7",)},
            UnknownProfile,
            "hiv_tests has none",
        ),
        ({"by": ("religion",)}, UnknownDimension, ", ".join(BY)),
        ({"every": "week"}, WrongWindow, "month, quarter, year"),
        ({"periods": 0}, WrongWindow, "Between 1 and"),
        ({"periods": 241}, WrongWindow, "Between 1 and"),
        ({"period_end": date(1899, 12, 31)}, WrongWindow, "1900"),
        ({"period_end": date(2025, 3, 30)}, WrongWindow, "No quarter ends"),
        ({"period_end": date(2025, 6, 30)}, PeriodNotOver, "not over at the data cut"),
        ({"data_as_of": datetime(2025, 4, 10)}, WrongWindow, "with a zone"),  # noqa: DTZ001
        ({"zone": "Tirana"}, UnknownZone, "IANA"),
    ],
)
def test_what_cannot_be_right_is_refused(asked, refusal, says):
    with pytest.raises(refusal, match=says):
        request(**asked)


@pytest.mark.parametrize(("seconds", "over"), [(-1, False), (0, True), (1, True)])
def test_a_period_is_counted_once_its_last_day_has_ended_in_the_facilities_zone(seconds, over):
    cut = END + timedelta(seconds=seconds)
    if over:
        assert request(data_as_of=cut).counted_periods[-1].last == date(2025, 3, 31)
    else:
        with pytest.raises(PeriodNotOver):
            request(data_as_of=cut)


@pytest.mark.parametrize("period_end", [date(1900, 3, 31), date(1900, 12, 31)])
def test_the_most_periods_before_the_first_year_are_still_days_of_the_calendar(period_end):
    every = "year" if period_end.month == 12 else "quarter"
    asked = request(period_end=period_end, every=every, periods=240)
    assert len(asked.counted_periods) == 240
