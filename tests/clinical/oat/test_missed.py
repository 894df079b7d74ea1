"""Days in a row without a dose: as a loop over the days counts them, across facilities, unknown days included."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oat import (
    DAY,
    METHADONE,
    MONTHLY,
    ONE_DAY,
    SIX,
    SUBLINGUAL,
    WEEKLY,
    a_happened,
    a_law,
    an_order,
    on,
)

from clinical.oat.claim import Call, Claim, Outcome
from clinical.oat.happened import Happened, Kind, Reason, Whose
from clinical.oat.missed import Missed, last_covered_day, missed_days
from clinical.oat.order import OatOrder
from clinical.oat.record import TreatmentRecord
from clinical.oat.take_home import TakeHome
from clinical.protocols import NO_PROTOCOL, BadProtocol, Protocol

LAW = a_law()


def dose(n: int, **changes: object) -> Happened:
    return a_happened(at=SIX + n * ONE_DAY, **changes)


def count(
    *happened: Happened, closed: int = -1, order: OatOrder | None = None, law: Protocol = LAW, **other: object
) -> Missed:
    record = TreatmentRecord(orders=(order or an_order(),), happened=happened, **other)  # type: ignore[arg-type]
    return missed_days(record, order or an_order(), on(closed), law)


@pytest.mark.parametrize(("last", "days"), [(-1, 0), (-2, 1), (-3, 2), (-4, 3), (-6, 5), (0, 0), (5, 0)])
def test_days_count_from_the_last_dose_to_the_last_day_that_closed(last: int, days: int) -> None:
    expected = None if last > -1 else on(last)
    found = count(dose(last), dose(-9))
    assert (found.days, found.last_covered) == (days if expected else 8, expected or on(-9))


def test_a_dose_of_the_day_under_way_does_not_make_yesterday_covered() -> None:
    assert count(dose(0), dose(-3)).days == 2


@pytest.mark.parametrize("kind", [Kind.GIVEN, Kind.PARTIAL, Kind.RE_DOSE, Kind.MOUTH_CHECK_FAILED])
def test_what_was_taken_covers_its_day(kind: Kind) -> None:
    assert count(dose(-1, kind=kind), dose(-5)).days == 0


@pytest.mark.parametrize(
    "kind",
    [
        Kind.REFUSED,
        Kind.ABSENT,
        Kind.WITHHELD,
        Kind.NOT_AVAILABLE,
        Kind.SPILLED,
        Kind.VOMITED,
        Kind.ENTERED_IN_ERROR,
    ],
)
def test_what_was_not_taken_covers_none(kind: Kind) -> None:
    assert count(dose(-1, kind=kind), dose(-5)).days == 4


def test_a_dose_of_nothing_covers_none() -> None:
    assert count(dose(-1, mg=0), dose(-5)).days == 4


def test_days_run_across_facilities_and_other_systems() -> None:
    assert count(dose(-2, facility="centre"), dose(-3, facility=None, context="EpisodeOfCare/e")).days == 1


def test_a_dose_of_which_only_the_month_is_known_covers_no_day() -> None:
    assert count(dose(-1, day=None), dose(-5)).days == 4


def test_where_no_dose_is_known_days_count_from_the_beginning_of_the_order() -> None:
    found = count(order=an_order(start=on(-3)))
    assert (found.days, found.last_covered) == (3, None)
    assert count(order=an_order(start=DAY)).days == 0
    assert count(order=an_order(start=on(2))).days == 0


def test_a_gap_between_two_orders_counts() -> None:
    assert count(dose(-8), order=an_order(start=DAY)).days == 7


@pytest.mark.parametrize(("induction", "days"), [(0, 0), (-1, 1), (-3, 3), (-8, 7), (-20, 7)])
def test_what_was_missed_before_an_induction_is_behind_the_person(induction: int, days: int) -> None:
    order = an_order(start=on(-20), induction_start=on(induction))
    assert count(dose(-8), order=order).days == days


# --- take-home doses


def handed_over(n: int, days: int, id_: str = "d", product: object = METHADONE) -> TakeHome:
    return TakeHome(id_, "p", product, on(n), days)  # type: ignore[arg-type]


@pytest.mark.parametrize(("days", "missed"), [(0, 6), (1, 5), (5, 1), (6, 0), (9, 0)])
def test_take_home_doses_cover_the_days_after_they_were_handed_over(days: int, missed: int) -> None:
    assert count(dose(-7), take_home=(handed_over(-7, days),)).days == missed


def test_a_second_supply_begins_when_the_first_is_used_up() -> None:
    two = (handed_over(-7, 3), handed_over(-7, 2, "e"))
    assert count(dose(-7), take_home=two).days == 6 - 5
    assert count(dose(-7), take_home=(handed_over(-7, 3), handed_over(-5, 2, "e"))).days == 6 - 5
    assert count(dose(-7), take_home=(handed_over(-7, 1), handed_over(-4, 2, "e"))).days == 1
    assert count(dose(-7), take_home=(handed_over(-7, 3), handed_over(-7, 2, "e", SUBLINGUAL))).days == 3


# --- depots


def depot(n: int, product: object = WEEKLY, **changes: object) -> Happened:
    return dose(n, product=product, **changes)


@pytest.mark.parametrize(
    ("given", "missed"),
    [(-7, 0), (-8, 0), (-9, 0), (-10, 1), (-12, 3)],
)
def test_a_depot_is_missed_when_its_window_has_closed(given: int, missed: int) -> None:
    """Given on day -9 it is due on -2, may come until day 0, and is missed when that has closed."""
    order = an_order(24, product=WEEKLY)
    assert count(depot(given), order=order).days == missed
    assert count(depot(given - 1), order=order, closed=-2).days == missed


def test_a_depot_without_a_window_is_missed_the_day_on_which_it_was_due() -> None:
    order = an_order(24, product=WEEKLY)
    assert [count(depot(n), order=order, law=NO_PROTOCOL).days for n in (-7, -8)] == [0, 1]


def test_a_monthly_depot_has_its_own_window() -> None:
    order = an_order(96, product=MONTHLY)
    assert [count(depot(n, MONTHLY), order=order).days for n in (-35, -36)] == [0, 1]


def test_a_depot_lasts_as_its_record_says_else_as_its_order_says() -> None:
    assert count(depot(-12, covers_days=10)).days == 0
    assert count(depot(-12, covers_days=9)).days == 1
    order = an_order(24, product=WEEKLY, interval_days=10)
    assert count(depot(-12, order="order"), order=order).days == 12 - (10 + 2)
    assert count(depot(-12, order="another"), order=order).days == 12 - (7 + 2)


def test_a_depot_whose_record_says_that_it_is_over_the_same_day_has_no_window() -> None:
    assert [count(depot(n, covers_days=1)).days for n in (-1, -2)] == [0, 1]
    assert [count(depot(n, covers_days=2)).days for n in (-4, -5)] == [0, 1]


def test_a_depot_that_is_built_up_day_by_day_lasts_no_less_for_that() -> None:
    order = an_order(8, product=WEEKLY, interval_days=1)
    assert count(depot(-7, order="order"), order=order).days == 0


def test_a_dose_of_a_medicine_that_is_not_known_lasts_a_day() -> None:
    assert count(dose(-3, product=None)).days == 2
    assert count(dose(-3, product=None, covers_days=3)).days == 0


def test_alternate_days_are_covered_by_an_order_of_alternate_days() -> None:
    order = an_order(16, product=SUBLINGUAL, interval_days=2)
    assert [count(dose(n, order="order"), order=order).days for n in (-2, -3)] == [0, 1]


def test_a_window_that_is_not_in_days_is_refused() -> None:
    law = a_law(oat__window_after__buprenorphine_depot_weekly="36 h")
    with pytest.raises(BadProtocol):
        count(depot(-3), law=law)


# --- what was claimed


def claim(outcome: Outcome | None, n: int = -1) -> Claim:
    calls = (Call(SIX, outcome),) if outcome else ()
    return Claim("c", "p", SIX, METHADONE, 60, SIX + n * ONE_DAY, None, on(n), calls)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("outcome", "days"),
    [
        (Outcome.CONFIRMED, 0),
        (Outcome.CORRECTED, 0),
        (Outcome.NOT_REACHED, 4),
        (Outcome.NOT_KNOWN, 4),
        (None, 4),
    ],
)
def test_days_elsewhere_count_as_missed_until_somebody_confirms_a_dose(
    outcome: Outcome | None, days: int
) -> None:
    assert count(dose(-5), claims=(claim(outcome),)).days == days


# --- whose reason it was


def not_taken(n: int, kind: Kind, reason: Reason | None, hour: int = 0) -> Happened:
    return a_happened(kind, SIX + n * ONE_DAY + timedelta(hours=hour), reason=reason, mg=None)


REFUSED = (Kind.REFUSED, Reason.REFUSED)
LOCKDOWN = (Kind.NOT_AVAILABLE, Reason.LOCKDOWN)
WITHHELD = (Kind.WITHHELD, Reason.CLINICAL)
SPILLED = (Kind.SPILLED, Reason.SPILLED)


@pytest.mark.parametrize(
    ("said", "whose"),
    [
        ([REFUSED], Whose.PATIENT),
        ([(Kind.ABSENT, Reason.ABSENT)], Whose.PATIENT),
        ([LOCKDOWN], Whose.INSTITUTION),
        ([SPILLED], Whose.INSTITUTION),
        ([WITHHELD], Whose.CLINICIAN),
        ([REFUSED, LOCKDOWN], Whose.INSTITUTION),
        ([LOCKDOWN, REFUSED], Whose.INSTITUTION),
        ([REFUSED, WITHHELD, LOCKDOWN], Whose.CLINICIAN),
    ],
)
def test_whose_reason_it_was_is_told_apart_and_none_is_laid_at_the_persons_door_first(
    said: list[tuple[Kind, Reason]], whose: Whose
) -> None:
    found = count(dose(-2), *(not_taken(-1, *one, hour=n) for n, one in enumerate(said)))
    assert (found.days, dict(found.by), found.not_known) == (1, {whose: 1}, 0)


def test_both_reasons_count_for_tolerance_and_so_does_a_day_of_which_nobody_knows() -> None:
    found = count(dose(-5), not_taken(-4, *REFUSED), not_taken(-3, *LOCKDOWN))
    assert (found.days, found.by[Whose.PATIENT], found.by[Whose.INSTITUTION], found.not_known) == (4, 1, 1, 2)


def test_only_the_days_that_were_missed_have_a_reason() -> None:
    before, today = not_taken(-2, *REFUSED), not_taken(0, *REFUSED)
    found = count(dose(-2), before, today)
    assert (found.days, found.by.total()) == (1, 0)
    assert count(dose(-2), not_taken(-1, Kind.NOT_AVAILABLE, None)).not_known == 1
    wrong = a_happened(Kind.ENTERED_IN_ERROR, SIX - ONE_DAY, reason=Reason.REFUSED)
    assert count(dose(-2), wrong).not_known == 1
    undated = a_happened(Kind.REFUSED, SIX - ONE_DAY, reason=Reason.REFUSED, day=None)
    assert count(dose(-2), undated).not_known == 1


# --- as a loop over the days counts


@st.composite
def records(draw: st.DrawFn) -> TreatmentRecord:
    happened = []
    for n in range(draw(st.integers(0, 6))):
        product = draw(st.sampled_from([METHADONE, SUBLINGUAL, WEEKLY, MONTHLY]))
        happened.append(
            a_happened(
                draw(st.sampled_from(list(Kind))),
                SIX + draw(st.integers(-45, 3)) * ONE_DAY,
                id=f"h{n}",
                product=product,
                covers_days=draw(st.sampled_from([None, None, 1, 3, 9])),
            )
        )
    supplies = [
        handed_over(draw(st.integers(-20, 2)), draw(st.integers(0, 6)), f"s{n}")
        for n in range(draw(st.integers(0, 3)))
    ]
    start = on(draw(st.integers(-40, 2)))
    order = an_order(start=start, induction_start=draw(st.none() | st.just(on(draw(st.integers(-20, 2))))))
    return TreatmentRecord((order,), tuple(happened), tuple(supplies))


def counted_day_by_day(record: TreatmentRecord, closed: date) -> int:
    """Slowly: from the last closed day back until one is covered, begins an induction, or the order had not begun."""
    order = record.orders[0]
    at_home = days_at_home(record)
    known = any(is_covered(record, at_home, closed - timedelta(days=n)) for n in range(400))
    days, day = 0, closed
    while not is_covered(record, at_home, day):
        if order.induction_start and day < order.induction_start:
            break
        if not known and day < order.start:
            break
        days, day = days + 1, day - ONE_DAY
    return days


def is_covered(record: TreatmentRecord, at_home: set[date], day: date) -> bool:
    for one in record.happened:
        if one.kind in (Kind.GIVEN, Kind.PARTIAL, Kind.RE_DOSE, Kind.MOUTH_CHECK_FAILED):
            assert one.day
            assert one.product
            lasts = one.covers_days or {"N07BC02": 1}.get(one.product.atc, one.product.interval_days)
            window = {WEEKLY.code: 2, MONTHLY.code: 7}.get(one.product.code, 0) if lasts > 1 else 0
            if 0 <= (day - one.day).days < lasts + window:
                return True
    return day in at_home


def days_at_home(record: TreatmentRecord) -> set[date]:
    """One bottle after the other, each for the next day that has none."""
    found: set[date] = set()
    for one in sorted(record.take_home, key=lambda one: (one.handed_over_on, one.id)):
        day = one.handed_over_on + ONE_DAY
        for _ in range(one.days):
            while day in found:
                day += ONE_DAY
            found.add(day)
    return found


@given(records())
def test_the_count_agrees_with_a_loop_over_the_days(record: TreatmentRecord) -> None:
    found = missed_days(record, record.orders[0], on(-1), LAW)
    assert found.days == counted_day_by_day(record, on(-1))
    assert found.not_known >= 0


@given(records(), st.integers(0, 5))
def test_a_later_day_never_has_fewer_missed_days_unless_there_was_a_dose(
    record: TreatmentRecord, later: int
) -> None:
    before = missed_days(record, record.orders[0], on(-9), LAW)
    after = missed_days(record, record.orders[0], on(-9 + later), LAW)
    if after.last_covered == before.last_covered:
        assert after.days >= before.days


def test_the_last_covered_day_is_never_after_the_day_that_is_asked() -> None:
    record = TreatmentRecord(happened=(depot(-3),), take_home=(handed_over(-2, 9),))
    assert last_covered_day(record, on(-1), LAW) == on(-1)
    assert last_covered_day(record, on(-3), LAW) == on(-3)
    assert last_covered_day(record, on(-4), LAW) is None
    assert last_covered_day(TreatmentRecord(), on(-4), LAW) is None


def test_instants_are_told_by_their_civil_day() -> None:
    late = datetime.fromisoformat("2026-03-09T23:30:00+01:00")
    assert count(a_happened(at=late), dose(-5)).days == 0
