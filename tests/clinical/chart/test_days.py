"""The days of a treatment: what was taken, and whose reason it was that nothing was."""

from datetime import timedelta
from decimal import Decimal

import pytest
from oat import DAY, DEMONSTRATION, FIRST, ONE_DAY, SIX, WEEKLY, a_happened, an_order, on

from clinical.chart.days import Mark, TreatmentDay, bins, treatment_days
from clinical.chart.mar import mar_of, month_after, month_before
from clinical.oat.happened import Happened, Kind, Reason
from clinical.oat.record import TreatmentRecord
from clinical.oat.take_home import TakeHome

YESTERDAY = on(-1)


def the_day(*happened: Happened, day=YESTERDAY, closed=YESTERDAY, **record) -> TreatmentDay:  # type: ignore[no-untyped-def]
    known = TreatmentRecord(**{"orders": (an_order(60),), "happened": happened, **record})
    (found,) = treatment_days(known, day, day, closed, DEMONSTRATION)
    return found


def before(kind: Kind, reason: Reason | None = None, **changes: object) -> Happened:
    """Something of yesterday."""
    return a_happened(
        kind, SIX - ONE_DAY, reason=reason, slot_day=YESTERDAY, part=1, order="order", **changes
    )


def test_what_was_taken_is_told_with_what_was_ordered() -> None:
    found = the_day(before(Kind.GIVEN))
    assert (found.mark, found.taken_mg, found.ordered_mg) == (Mark.TAKEN, Decimal(60), Decimal(60))


@pytest.mark.parametrize(("mg", "mark"), [("59.9", Mark.LESS), ("60", Mark.TAKEN), ("60.1", Mark.TAKEN)])
def test_less_than_ordered_is_told_apart(mg: str, mark: Mark) -> None:
    assert the_day(before(Kind.PARTIAL, mg=Decimal(mg))).mark is mark


@pytest.mark.parametrize(
    ("said", "mark"),
    [
        ([(Kind.REFUSED, Reason.REFUSED)], Mark.PATIENT),
        ([(Kind.NOT_AVAILABLE, Reason.LOCKDOWN)], Mark.INSTITUTION),
        ([(Kind.WITHHELD, Reason.CLINICAL)], Mark.CLINICIAN),
        ([(Kind.ABSENT, Reason.ABSENT), (Kind.NOT_AVAILABLE, Reason.COURT)], Mark.INSTITUTION),
        ([], Mark.NOT_KNOWN),
    ],
)
def test_a_missed_day_has_whose_reason_it_was(said: list[tuple[Kind, Reason]], mark: Mark) -> None:
    events = [before(kind, reason, id=f"{n}") for n, (kind, reason) in enumerate(said)]
    assert the_day(*events).mark is mark


def test_refused_at_six_and_taken_at_seven_is_taken() -> None:
    later = a_happened(at=SIX - ONE_DAY + timedelta(hours=1), slot_day=YESTERDAY, part=1, order="order")
    assert the_day(before(Kind.REFUSED, Reason.REFUSED), later).mark is Mark.TAKEN


def test_what_was_entered_in_error_never_happened() -> None:
    assert the_day(before(Kind.ENTERED_IN_ERROR)).mark is Mark.NOT_KNOWN


@pytest.mark.parametrize(("closed", "mark"), [(on(-2), Mark.OPEN), (YESTERDAY, Mark.NOT_KNOWN)])
def test_a_day_is_missed_only_once_it_has_closed(closed, mark: Mark) -> None:  # type: ignore[no-untyped-def]
    assert the_day(closed=closed).mark is mark


def test_a_day_without_an_order_is_not_missed() -> None:
    assert the_day(day=on(-31), orders=(an_order(60, start=FIRST),)).mark is Mark.NONE


def test_a_depot_and_a_take_home_dose_cover_their_days() -> None:
    given = a_happened(at=SIX - 7 * ONE_DAY, product=WEEKLY, covers_days=7, mg=Decimal(16))
    assert the_day(given, orders=(an_order(16, product=WEEKLY, start=on(-7)),)).mark is Mark.COVERED
    supply = TakeHome("s", "p", an_order().product, on(-2), 1)
    assert the_day(take_home=(supply,)).mark is Mark.COVERED
    assert the_day(take_home=(supply,), day=DAY, closed=DAY).mark is Mark.NOT_KNOWN


def test_many_days_are_drawn_as_few_and_none_is_lost() -> None:
    record = TreatmentRecord(orders=(an_order(60, start=on(-400), end=None),))
    days = treatment_days(record, on(-400), DAY, YESTERDAY, DEMONSTRATION)
    drawn = bins(days, 120)
    assert len(drawn) <= 120
    assert drawn[-1].last == DAY
    assert drawn[0].first == on(-400)
    assert sum(one.marks.total() for one in drawn) == 401
    assert [one.days for one in bins(days[:120], 120)] == [1] * 120
    assert bins(days[:121], 120)[-1].days == 7


def test_the_grid_of_a_month_has_each_day_with_all_that_happened() -> None:
    refused, given = (
        before(Kind.REFUSED, Reason.REFUSED),
        a_happened(
            at=SIX - ONE_DAY + timedelta(hours=1), id="given", slot_day=YESTERDAY, part=1, order="order"
        ),
    )
    foreign = a_happened(at=SIX - 2 * ONE_DAY, id="foreign", mg=None, slot_day=None)
    wrong = before(Kind.ENTERED_IN_ERROR, id="wrong")
    record = TreatmentRecord(orders=(an_order(60),), happened=(refused, given, foreign, wrong))
    days = {one.day: one for one in mar_of(record, DAY, DEMONSTRATION)}
    assert len(days) == 31
    (cell,) = days[YESTERDAY].cells
    assert days[YESTERDAY].others == ()
    assert [one.id for one in cell.happened] == [refused.id, "given"]
    assert [one.id for one in days[on(-2)].cells[0].happened] == ["foreign"]


def test_months_follow_one_another_over_the_year() -> None:
    january = DAY.replace(month=1)
    assert (month_before(january).isoformat(), month_after(january).isoformat()) == (
        "2025-12-01",
        "2026-02-01",
    )
    assert month_after(DAY.replace(month=12, day=31)).isoformat() == "2027-01-01"
