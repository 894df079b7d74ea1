"""The rules that keep a reader from reading chance as a finding, at their edges."""

from datetime import UTC, date, datetime

import pytest

from cascade.periods import period_ending
from cascade.survival import kaplan_meier
from services.ministry.numbers import Count
from services.ministry.rules import LEAST_AT_RISK, drawable, is_provisional, records_are_old, share

AS_OF = datetime(2027, 6, 1, tzinfo=UTC)
ENDS = {3: 31, 6: 30, 9: 30, 12: 31}


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (Count(10, 19), None),
        (Count(10, 20), 0.5),
        (Count(0, 21), 0.0),
        (Count(0, 0), None),
        (Count(7), None),
        (None, None),
    ],
)
def test_a_share_needs_twenty_people_below_it(count: Count | None, expected: float | None) -> None:
    assert share(count) == expected


@pytest.mark.parametrize("month", ENDS)
def test_the_last_two_quarters_are_provisional_whichever_they_are(month: int) -> None:
    ends = [date(year, m, ENDS[m]) for year in (2025, 2026) for m in ENDS]
    period_end = date(2026, month, ENDS[month])
    shown = [end for end in ends if end <= period_end]
    late = [
        end
        for end in shown
        if is_provisional(period_ending(end, "quarter", data_as_of=AS_OF, zone="Europe/Tirane"), period_end)
    ]
    assert late == shown[-2:]


@pytest.mark.parametrize(
    ("period_end", "provisional"), [(date(2026, 3, 31), True), (date(2026, 6, 30), False)]
)
def test_a_year_is_provisional_while_its_last_quarter_is(period_end: date, provisional: bool) -> None:
    year = period_ending(date(2025, 12, 31), "year", data_as_of=AS_OF, zone="Europe/Tirane")
    assert is_provisional(year, period_end) is provisional


@pytest.mark.parametrize(("newest", "old"), [(date(2026, 8, 15), True), (date(2026, 8, 16), False)])
def test_records_are_old_when_they_end_more_than_45_days_before_the_quarter(newest: date, old: bool) -> None:
    assert records_are_old(newest, date(2026, 9, 30)) is old


def test_a_curve_ends_where_fewer_than_ten_are_at_risk() -> None:
    steps = kaplan_meier([(day, "gap") for day in range(1, 16)])
    assert [step.at_risk for step in drawable(steps)] == list(range(15, LEAST_AT_RISK - 1, -1))


def test_counts_of_disjoint_groups_add_up_in_both_parts() -> None:
    assert Count(3, 10) + Count(4, 20) == Count(7, 30)
    assert Count(3) + Count(4) == Count(7)
