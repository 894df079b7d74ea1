"""What the page says about a result. Counts by facility and month; None was not reported."""

from datetime import UTC, date, datetime

import pandas as pd
import pytest
from services.ministry.download import people_given_oat_csv

from cascade.account import AccountLine, ReadAccount
from services.ministry.cube import MEASURE, Snapshot
from services.ministry.page import DashboardPage, Reading, Silent, cells_of, dashboard, reading

AUG, SEP, OCT = date(2026, 8, 1), date(2026, 9, 1), date(2026, 10, 1)
NO_ACCOUNT = ReadAccount(())


def snapshot(*rows: tuple[date | None, str, str | None, int]) -> Snapshot:
    columns = ["month", "facility_key", "facility_name", "people"]
    frame = pd.DataFrame(rows, columns=columns)
    frame["month"] = pd.to_datetime(frame["month"])
    frame.insert(0, "measure", MEASURE)
    frame["complete"] = frame["month"].notna()
    return Snapshot(frame, NO_ACCOUNT, AUG, OCT, datetime(2026, 11, 14, tzinfo=UTC), "1")


def page_of(*rows: tuple[date | None, str, str | None, int]) -> DashboardPage:
    page = dashboard(snapshot(*rows), computing=False, figure="/figure", csv="/csv")
    assert page is not None
    return page


THREE_PLACES = (
    *((AUG, "all", None, 9), (SEP, "all", None, 7), (OCT, "all", None, 8)),
    *((AUG, "s", "South", 4), (SEP, "s", "South", 0), (OCT, "s", "South", 3)),
    *((AUG, "n", "North", 5), (SEP, "n", "North", 6)),
    *((SEP, "unknown", None, 2), (OCT, "unknown", None, 5)),
)


def test_the_table_has_the_newest_month_first_and_tells_zero_from_no_report() -> None:
    page = page_of(*THREE_PLACES)
    assert [facility.name for facility in page.facilities] == [
        "All facilities",
        "North",
        "South",
        "Place not recorded",
    ]
    assert [(month.first_day, month.counts) for month in page.months] == [
        (OCT, (8, None, 3, 5)),
        (SEP, (7, 6, 0, 2)),
        (AUG, (9, 5, 4, None)),
    ]


def test_who_is_silent_is_named_with_the_last_month_that_was_reported() -> None:
    page = page_of(*THREE_PLACES)
    assert (page.reporting, page.expected) == (1, 2)
    assert page.silent == (Silent("North", SEP),)


def test_the_largest_place_is_named_only_where_there_is_more_than_one() -> None:
    page = page_of(*THREE_PLACES)
    assert page.largest is not None
    assert (page.largest.name, page.largest_people) == ("Place not recorded", 5)
    assert page_of((OCT, "all", None, 3), (OCT, "s", "South", 3)).largest is None


def test_people_whose_month_is_not_known_are_counted_once_and_are_in_no_month() -> None:
    page = page_of(*THREE_PLACES, (None, "all", None, 2), (None, "s", "South", 2))
    assert page.without_month == 2
    assert len(page.months) == 3


def test_a_facility_without_a_name_is_told_apart_by_the_start_of_its_key() -> None:
    page = page_of((OCT, "all", None, 3), (OCT, "abcdef0123", None, 1), (OCT, "fedcba9876", None, 2))
    assert [facility.name for facility in page.facilities[1:]] == ["Facility abcd", "Facility fedc"]


def test_two_facilities_of_one_name_stay_two() -> None:
    page = page_of((OCT, "all", None, 3), (OCT, "a", "Prison", 1), (OCT, "b", "Prison", 2))
    assert page.months[0].counts == (3, 1, 2)


def test_without_a_month_that_is_over_there_is_no_page() -> None:
    assert dashboard(snapshot(), computing=False, figure="", csv="") is None


def test_the_account_is_told_in_parts_that_add_up() -> None:
    lines = [
        ("MedicationAdministration", "used", 90),
        ("MedicationAdministration", "unmapped", 5),
        ("MedicationAdministration", "duplicate_event", 3),
        ("MedicationAdministration", "status_unknown", 2),
        ("Patient", "looked_up", 26),
    ]
    account = ReadAccount(tuple(AccountLine(type_, None, None, outcome, n) for type_, outcome, n in lines))
    assert reading(account) == Reading(read=90 + 5 + 3 + 2, counted=90, unmapped=5, left_out=3 + 2)


def csv_of(*rows: tuple[date | None, str, str | None, int], demo: bool) -> list[str]:
    return people_given_oat_csv(cells_of(snapshot(*rows).frame), demo=demo).splitlines()


def test_the_file_says_first_how_it_may_be_handled() -> None:
    assert csv_of(demo=True)[0] == (
        "\ufeff# DEMO: every person and number here is invented; CONFIDENTIAL: full counts, not for publication"
    )
    assert csv_of(demo=False)[0] == "\ufeff# CONFIDENTIAL: full counts, not for publication"


def test_the_file_has_a_line_for_every_month_and_facility() -> None:
    lines = csv_of((OCT, "all", None, 3), (OCT, "n", "Sjever, Đurići", 3), (None, "all", None, 1), demo=True)
    assert lines[1:] == [
        "month,facility,people",
        "2026-10,All facilities,3",
        '2026-10,"Sjever, Đurići",3',
        ",All facilities,1",
    ]


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx"])
def test_a_name_cannot_become_a_formula(name: str) -> None:
    assert f"2026-10,'{name},3" in csv_of((OCT, "n", name, 3), demo=True)
