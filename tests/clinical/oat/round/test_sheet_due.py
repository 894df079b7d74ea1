"""From the evening on until the day begins, whether the sheet for a day without a network is printed."""

from datetime import date, datetime, timedelta

import pytest
from oat import ZONE, a_law

from clinical.oat.round.sheet_due import day_of_sheets, missing

TODAY, TOMORROW = date(2026, 3, 10), date(2026, 3, 11)


@pytest.mark.parametrize(
    ("at", "found"),
    [
        ("00:00", TODAY), ("05:59", TODAY), ("06:00", None), ("12:00", None), ("17:59", None), ("18:00", TOMORROW), ("23:59", TOMORROW),
    ],
)  # fmt: skip
def test_which_day_is_waited_for(at: str, found: date | None) -> None:
    moment = datetime.fromisoformat(f"2026-03-10T{at}:00").replace(tzinfo=ZONE)
    assert day_of_sheets(moment, ZONE, a_law(oat__sheet_printed_from="18 h")) == found


def test_where_nobody_set_the_hour_it_is_asked_all_day() -> None:
    noon = datetime(2026, 3, 10, 12, tzinfo=ZONE)
    assert day_of_sheets(noon, ZONE, a_law(oat__sheet_printed_from=None)) == TOMORROW
    assert day_of_sheets(noon - timedelta(hours=7), ZONE, a_law(oat__sheet_printed_from=None)) == TODAY


def test_a_sheet_is_missing_for_each_round_with_doses() -> None:
    assert missing({"morning", "afternoon"}, {"morning"}) == ["afternoon"]
    assert missing({"morning"}, {"morning", "afternoon"}) == []
