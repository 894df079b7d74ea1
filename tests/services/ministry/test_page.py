"""What the page says around its figures: who reports, and what was read."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from ministry_views import empty, view

from cascade.confidential_view import ConfidentialView
from services.ministry.page import CascadePage, Read, cascade_page
from services.ministry.reporting import records_end_on


def page() -> CascadePage:
    made = cascade_page(view(), computing=False, handling="confidential")
    assert made is not None
    return made


def test_who_is_silent_is_named_with_the_last_day_and_who_is_no_place_is_not_expected() -> None:
    reporting = page().reporting
    assert (reporting.reporting, reporting.expected) == (2, 4)
    assert [(place.name, place.last_report_on) for place in reporting.silent] == [
        ("DEMO Prison South", date(2026, 4, 6)),
        ("Facility w", None),
    ]


def test_a_facility_that_is_not_to_report_is_not_missed() -> None:
    found = view()
    found.facilities["expected_reporter"] = found.facilities["facility_key"] != "s"
    made = cascade_page(found, computing=False, handling="")
    assert made is not None
    assert [place.name for place in made.reporting.silent] == ["Facility w"]


def records_that_end_on(day: date | None, **more: object) -> ConfidentialView:
    found = replace(view(), **more)  # type: ignore[arg-type]
    found.facilities["last_report_on"] = day
    return found


@pytest.mark.parametrize(
    ("newest", "told"),
    [
        (date(2026, 10, 30), None),
        (date(2026, 8, 16), None),
        (date(2026, 8, 15), date(2026, 8, 15)),
        (None, None),
    ],
)
def test_where_the_records_end_long_before_the_period_that_is_told(
    newest: date | None, told: date | None
) -> None:
    assert records_end_on(records_that_end_on(newest)) == told


def test_of_records_that_ended_long_ago_it_is_told_though_their_own_last_quarter_is_shown() -> None:
    newest = date(2026, 9, 20)
    assert records_end_on(records_that_end_on(newest)) is None
    later = datetime(2027, 12, 1, tzinfo=UTC)
    assert records_end_on(records_that_end_on(newest, data_as_of=later)) == newest


def test_which_quarter_is_over_is_told_where_the_facilities_are() -> None:
    # In Tirana the first of January begins at 23:00 in UTC.
    newest = date(2026, 11, 1)
    before, after = (datetime(2026, 12, 31, hour, 59, tzinfo=UTC) for hour in (22, 23))
    assert records_end_on(records_that_end_on(newest, data_as_of=before)) is None
    assert records_end_on(records_that_end_on(newest, data_as_of=after)) == newest


def test_the_newest_record_of_any_facility_counts_also_of_no_known_place() -> None:
    found = records_that_end_on(date(2026, 6, 1))
    found.facilities.loc[found.facilities["facility_key"] == "unknown", "last_report_on"] = date(2026, 9, 1)
    assert records_end_on(found) is None


def test_the_community_is_facilities_with_names() -> None:
    assert [place.name for place in page().community] == ["DEMO OAT Centre"]


def test_every_measure_of_a_figure_is_defined_with_its_numerator_and_denominator() -> None:
    made = page()
    for section in made.sections:
        assert set(section.measures) <= set(made.definitions)
    figures = {title: (counted, among) for title, counted, among in made.definitions["on_art"].figures}
    assert figures["People on ART"] == ("on_art + without_diagnosis", "")
    assert figures["On ART without a diagnosis in the record"] == (
        "without_diagnosis",
        "on_art + without_diagnosis",
    )


def test_the_account_says_of_each_type_what_was_read_and_used() -> None:
    assert page().read == (Read("MedicationAdministration", 95, 90, {"unmapped": 5}),)


def test_without_a_whole_quarter_there_is_no_page() -> None:
    assert cascade_page(empty(), computing=False, handling="") is None
