"""What the page says around its figures: who reports, and what was read."""

from datetime import date

from ministry_views import empty, view

from services.ministry.page import CascadePage, Read, cascade_page


def page() -> CascadePage:
    made = cascade_page(view(), computing=False, handling="confidential", reader=None)
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
    made = cascade_page(found, computing=False, handling="", reader=None)
    assert made is not None
    assert [place.name for place in made.reporting.silent] == ["Facility w"]


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
    assert cascade_page(empty(), computing=False, handling="", reader=None) is None
