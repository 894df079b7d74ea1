"""What nobody can release: recorded already, too soon, not awake. At and beside each limit."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from oat import (
    DAY,
    HOUR,
    METHADONE,
    MONTHLY,
    ONE_DAY,
    SIX,
    SUBLINGUAL,
    WEEKLY,
    ZONE,
    a_happened,
    a_law,
    an_attendance,
    an_order,
    on,
)

from clinical.oat.attendance import Attendance
from clinical.oat.claim import Call, Claim, Outcome
from clinical.oat.happened import Finding, Happened, Kind
from clinical.oat.stop import Stop
from clinical.oat.stops import rules
from clinical.protocols import NO_PROTOCOL, Protocol

LAW = a_law()
MINUTE = timedelta(minutes=1)


def stop(code: str, attendance: Attendance, law: Protocol = LAW) -> Stop | None:
    return rules()[code](attendance, law)


# --- recorded already


@pytest.mark.parametrize(
    ("kind", "stops"),
    [
        (Kind.GIVEN, True),
        (Kind.PARTIAL, True),
        (Kind.RE_DOSE, True),
        (Kind.MOUTH_CHECK_FAILED, True),
        (Kind.REFUSED, False),
        (Kind.ABSENT, False),
        (Kind.WITHHELD, False),
        (Kind.NOT_AVAILABLE, False),
        (Kind.SPILLED, False),
        (Kind.ENTERED_IN_ERROR, False),
    ],
)
def test_a_slot_that_was_taken_is_not_given_again(kind: Kind, stops: bool) -> None:
    of_slot = a_happened(kind, SIX - 3 * ONE_DAY, order="order", slot_day=DAY)
    assert bool(stop("already-recorded", an_attendance(of_slot))) is stops


@pytest.mark.parametrize(
    ("changes", "stops"),
    [
        ({"order": "order", "slot_day": DAY, "part": 1}, True),
        ({"order": "order", "slot_day": DAY, "part": 2}, False),
        ({"order": "order", "slot_day": on(-1), "part": 1}, False),
        ({"order": "another", "slot_day": DAY, "part": 1}, False),
        ({}, True),
        ({"day": on(-1)}, False),
        ({"order": "order"}, True),
    ],
)
def test_a_dose_is_of_its_own_slot_or_of_its_day(changes: dict[str, object], stops: bool) -> None:
    assert bool(stop("already-recorded", an_attendance(a_happened(**changes)))) is stops


@pytest.mark.parametrize(
    ("part", "doses", "stops"), [(1, 0, False), (1, 1, True), (2, 1, False), (2, 2, True)]
)
def test_doses_without_a_slot_are_the_first_of_their_day(part: int, doses: int, stops: bool) -> None:
    happened = [a_happened(id=str(n)) for n in range(doses)]
    attendance = an_attendance(*happened, order=an_order(30, 30), part=part)
    assert bool(stop("already-recorded", attendance)) is stops


def test_a_dose_of_a_tablet_whose_clock_is_a_day_ahead_was_taken_all_the_same() -> None:
    ahead = {"order": "order", "slot_day": DAY, "day": on(1)}
    for late, stops in ((25 * HOUR, True), (25 * HOUR + MINUTE, False)):
        attendance = an_attendance(a_happened(at=SIX + late, **ahead))
        assert bool(stop("already-recorded", attendance)) is stops


def test_without_a_slot_nothing_of_it_is_recorded() -> None:
    assert stop("already-recorded", an_attendance(a_happened(), orders=())) is None
    assert stop("too-soon", an_attendance(a_happened(), orders=())) is None


# --- too soon


def too_soon(*happened: Happened, law: Protocol = LAW, **changes: object) -> datetime | None:
    """Until when; None: no stop."""
    found = stop("too-soon", an_attendance(*happened, **changes), law)
    if found is None:
        return None
    assert found.says.values == {"at": found.until}
    return found.until


@pytest.mark.parametrize(("product", "hours"), [(METHADONE, 16), (SUBLINGUAL, 16), (None, 24)])
def test_so_many_hours_have_to_pass_after_a_dose_of_a_product(product: object, hours: int) -> None:
    for ago, stops in ((hours * HOUR - MINUTE, True), (hours * HOUR, False), (hours * HOUR + MINUTE, False)):
        dose = a_happened(at=SIX - ago, product=product)
        assert too_soon(dose) == (dose.occurred_at + hours * HOUR if stops else None)


@pytest.mark.parametrize("kind", [Kind.GIVEN, Kind.PARTIAL, Kind.RE_DOSE, Kind.MOUTH_CHECK_FAILED])
def test_any_dose_taken_counts_wherever_and_by_whatever_order(kind: Kind) -> None:
    assert too_soon(a_happened(kind, SIX - HOUR, facility=None, order="another", slot_day=on(-1)))


@pytest.mark.parametrize(
    "kind", [Kind.REFUSED, Kind.WITHHELD, Kind.SPILLED, Kind.VOMITED, Kind.ENTERED_IN_ERROR]
)
def test_what_was_not_taken_does_not_count(kind: Kind) -> None:
    assert too_soon(a_happened(kind, SIX - HOUR)) is None


def test_without_a_time_that_is_set_a_whole_day_has_to_pass_and_that_is_told() -> None:
    for ago, stops in ((24 * HOUR - MINUTE, True), (24 * HOUR, False)):
        assert bool(too_soon(a_happened(at=SIX - ago), law=NO_PROTOCOL)) is stops
    found = stop("too-soon", an_attendance(a_happened(at=SIX - HOUR)), NO_PROTOCOL)
    assert found
    assert found.not_set == ("oat.time-after.methadone-oral-solution",)
    found = stop("too-soon", an_attendance(a_happened(at=SIX - HOUR)))
    assert found
    assert found.not_set == ()
    found = stop("too-soon", an_attendance(a_happened(at=SIX - HOUR, product=None)), NO_PROTOCOL)
    assert found
    assert found.not_set == ()


def test_of_several_doses_the_one_that_lasts_longest_decides() -> None:
    old, depot = a_happened(at=SIX - 17 * HOUR), a_happened(at=SIX - 3 * ONE_DAY, product=WEEKLY)
    late = a_happened(at=SIX - 2 * HOUR)
    assert too_soon(old, depot, late) == datetime(2026, 3, 12, tzinfo=ZONE)
    assert too_soon(late, old) == SIX + 14 * HOUR


def test_of_doses_of_one_kind_the_last_decides_whatever_their_order_in_the_record() -> None:
    first, last = a_happened(at=SIX - 15 * HOUR), a_happened(at=SIX - 2 * HOUR)
    assert too_soon(first, last) == too_soon(last, first) == SIX + 14 * HOUR
    midnight = datetime(2026, 3, 10, tzinfo=ZONE)
    undated = a_happened(at=midnight - ONE_DAY, surely_by=midnight)
    dated = a_happened(at=midnight - HOUR)
    assert too_soon(undated, dated) == midnight + 16 * HOUR


def test_doses_of_other_orders_or_lengths_are_looked_at_each() -> None:
    order = an_order(30, 30)
    of_order = a_happened(at=SIX - 7 * HOUR, order="order", slot_day=on(-1), part=2)
    foreign = a_happened(at=SIX - 8 * HOUR)
    assert too_soon(of_order, order=order) is None
    assert too_soon(of_order, foreign, order=order) == SIX + 8 * HOUR
    long = a_happened(at=SIX - 2 * ONE_DAY, product=WEEKLY)
    short = a_happened(at=SIX - ONE_DAY, product=WEEKLY, covers_days=1)
    assert too_soon(long, short) == datetime(2026, 3, 13, tzinfo=ZONE)


def test_a_dose_of_which_no_time_is_known_was_taken_at_the_end_of_its_day() -> None:
    midnight = datetime(2026, 3, 10, tzinfo=ZONE)
    dose = a_happened(at=midnight - ONE_DAY, surely_by=midnight)
    assert too_soon(dose) == midnight + 16 * HOUR


@pytest.mark.parametrize("part", [1, 2])
@pytest.mark.parametrize(
    ("hours", "order", "stops"),
    [(5.99, "order", True), (6, "order", False), (15.99, "another", True), (16, "another", False)],
)
def test_between_the_parts_of_a_split_dose_less_time_has_to_pass_also_over_night(
    hours: float, order: str, stops: bool, part: int
) -> None:
    last = a_happened(at=SIX - hours * HOUR, order=order, slot_day=on(part - 2), part=3 - part)
    assert bool(too_soon(last, order=an_order(30, 30), part=part)) is stops


def test_an_order_of_one_dose_a_day_is_no_split_one() -> None:
    last = a_happened(at=SIX - 15 * HOUR, order="order", slot_day=on(-1), part=1)
    assert too_soon(last)


@pytest.mark.parametrize(
    ("before", "prior", "day", "stops"),
    [
        ((30, 30), "before", on(-1), False),
        ((60,), "before", on(-1), True),
        ((30, 30), None, on(-1), True),
        ((30, 30), "another", on(-1), True),
        ((30, 30), "before", None, True),
    ],
)
def test_a_split_dose_is_split_on_where_its_order_is_renewed(
    before: tuple[int, ...], prior: str | None, day: date | None, stops: bool
) -> None:
    ended = an_order(*before, id="before", end=on(-1))
    order = an_order(30, 30, start=DAY, prior=prior)
    evening = a_happened(at=SIX - 12 * HOUR, order="before", day=day)
    attendance = an_attendance(evening, orders=(an_order(id="other"), ended, order), slot=slot_of(order))
    assert bool(stop("too-soon", attendance)) is stops


def test_a_dose_of_the_order_before_is_no_part_of_one_dose_a_day() -> None:
    ended, order = an_order(30, 30, id="before", end=on(-1)), an_order(60, start=DAY, prior="before")
    evening = a_happened(at=SIX - 12 * HOUR, order="before")
    assert stop("too-soon", an_attendance(evening, orders=(ended, order), slot=slot_of(order)))


def test_the_time_between_parts_is_told_where_nobody_set_it() -> None:
    first = a_happened(at=SIX - 23 * HOUR, order="order", slot_day=DAY, part=1)
    found = stop("too-soon", an_attendance(first, order=an_order(30, 30), part=2), NO_PROTOCOL)
    assert found
    assert found.not_set == ("oat.time-between-parts.methadone-oral-solution",)


@pytest.mark.parametrize(("product", "lasts", "early"), [(WEEKLY, 7, 2), (MONTHLY, 28, 7)])
def test_after_a_depot_its_window_has_to_open(product: object, lasts: int, early: int) -> None:
    for days, stops in ((lasts - early - 1, True), (lasts - early, False)):
        # In the evening, so that not even whole days have passed.
        dose = a_happened(at=SIX - days * ONE_DAY + 12 * HOUR, product=product)
        order = an_order(24, product=product)  # type: ignore[arg-type]
        attendance = an_attendance(dose, orders=(order,), slot=slot_of(order))
        assert bool(stop("too-soon", attendance)) is stops


def slot_of(order: object) -> object:
    return an_attendance(order=order).slot  # type: ignore[arg-type]


def test_after_a_depot_another_medicine_has_to_wait_too() -> None:
    dose = a_happened(at=SIX - 4 * ONE_DAY, product=WEEKLY)
    assert too_soon(dose) == datetime(2026, 3, 11, tzinfo=ZONE)


def test_after_a_depot_whose_window_nobody_set_it_has_to_run_out() -> None:
    dose = a_happened(at=SIX - 6 * ONE_DAY, product=WEEKLY)
    assert too_soon(dose) is None
    assert too_soon(dose, law=NO_PROTOCOL) == datetime(2026, 3, 11, tzinfo=ZONE)
    found = stop("too-soon", an_attendance(dose), NO_PROTOCOL)
    assert found
    assert len(found.not_set) == 2


def test_a_depot_that_the_order_builds_up_day_by_day_is_given_again_the_next_day() -> None:
    order = an_order(8, product=WEEKLY, interval_days=1)
    for days, stops in ((0, True), (1, False)):
        dose = a_happened(at=SIX - days * ONE_DAY, product=WEEKLY, order="order", slot_day=on(-days))
        assert bool(too_soon(dose, order=order)) is stops
    other = a_happened(at=SIX - ONE_DAY, product=WEEKLY, order="another", slot_day=on(-1))
    assert too_soon(other, order=order)


def test_a_weekly_depot_by_a_weekly_order_builds_nothing_up() -> None:
    order = an_order(24, product=WEEKLY)
    for days, stops in ((4, True), (5, False)):
        dose = a_happened(at=SIX - days * ONE_DAY, product=WEEKLY, order="order")
        attendance = an_attendance(dose, orders=(order,), slot=slot_of(order))
        assert bool(stop("too-soon", attendance)) is stops


def test_a_long_dose_of_a_medicine_that_is_not_known_has_to_run_out() -> None:
    dose = a_happened(at=SIX - 2 * ONE_DAY, product=None, covers_days=3)
    assert too_soon(dose) == datetime(2026, 3, 11, tzinfo=ZONE)


def test_a_depot_of_which_only_the_month_is_known_was_given_on_its_last_day() -> None:
    month_ends = datetime(2026, 3, 9, 23, 30, tzinfo=UTC)  # On the 10th, by the clock of the place.
    dose = a_happened(at=SIX - 9 * ONE_DAY, surely_by=month_ends, day=None, product=WEEKLY)
    assert too_soon(dose) == datetime(2026, 3, 15, tzinfo=ZONE)


def test_a_dose_of_every_other_day_lasts_for_two() -> None:
    order = an_order(16, product=SUBLINGUAL, interval_days=2)
    for days, until in ((1, datetime(2026, 3, 11, tzinfo=ZONE)), (2, None)):
        dose = a_happened(at=SIX - days * ONE_DAY, product=SUBLINGUAL, order="order")
        assert too_soon(dose, orders=(order,), slot=slot_of(order)) == until


@pytest.mark.parametrize(
    ("outcome", "stops"), [(None, True), (Outcome.CONFIRMED, True), (Outcome.NOT_KNOWN, False)]
)
def test_a_dose_that_somebody_claims_to_have_had_this_morning_counts(
    outcome: Outcome | None, stops: bool
) -> None:
    calls = (Call(SIX, outcome),) if outcome else ()
    claim = Claim("c", "p", SIX, METHADONE, Decimal(60), SIX - HOUR, None, DAY, calls)
    assert bool(too_soon(claims=(claim,))) is stops


# --- not awake


@pytest.mark.parametrize("finding", list(Finding))
def test_who_is_not_awake_gets_nothing_and_is_looked_at_again(finding: Finding) -> None:
    found = stop("not-awake", an_attendance(found=finding))
    assert found
    assert found.until == SIX + HOUR


def withheld(ago: timedelta, finding: Finding | None = Finding.SEDATED, **changes: object) -> Happened:
    return a_happened(**{"kind": Kind.WITHHELD, "at": SIX - ago, "finding": finding, **changes})


@pytest.mark.parametrize(
    ("ago", "stops"), [(HOUR - MINUTE, True), (HOUR, False), (HOUR + MINUTE, False), (timedelta(), True)]
)
def test_who_was_not_awake_is_back_on_the_list_at_the_time_to_look_again(ago: timedelta, stops: bool) -> None:
    found = stop("not-awake", an_attendance(withheld(ago)))
    assert bool(found) is stops
    if found:
        assert found.until == SIX - ago + HOUR
        assert found.says.text.startswith("Sedated")


def test_only_the_last_time_counts_and_only_a_finding() -> None:
    assert stop("not-awake", an_attendance(withheld(HOUR / 2), withheld(2 * HOUR)))
    assert stop("not-awake", an_attendance(withheld(2 * HOUR), withheld(HOUR / 2)))
    assert stop("not-awake", an_attendance(withheld(HOUR / 2, None))) is None
    assert stop("not-awake", an_attendance(withheld(HOUR / 2, kind=Kind.ENTERED_IN_ERROR))) is None
    both = an_attendance(withheld(HOUR / 2, Finding.INTOXICATED), withheld(HOUR / 3, None))
    found = stop("not-awake", both)
    assert found
    assert found.says.text.startswith("Intoxicated")


def test_a_clock_that_is_a_day_ahead_does_not_hide_it() -> None:
    for late, stops in ((25 * HOUR, True), (25 * HOUR + MINUTE, False)):
        assert bool(stop("not-awake", an_attendance(withheld(-late)))) is stops


@pytest.mark.parametrize(
    ("ago", "stops"), [(HOUR - MINUTE, True), (HOUR, False), (HOUR + MINUTE, False), (timedelta(), True)]
)
def test_who_was_found_intoxicated_at_reception_is_looked_at_again(ago: timedelta, stops: bool) -> None:
    found = stop("not-awake", an_attendance(intoxicated_at=SIX - ago))
    assert bool(found) is stops
    if found:
        assert found.until == SIX - ago + HOUR
        assert found.says.text.startswith("Intoxicated")


def test_of_reception_and_the_window_the_last_finding_counts() -> None:
    later = stop("not-awake", an_attendance(withheld(HOUR / 3), intoxicated_at=SIX - HOUR / 2))
    earlier = stop("not-awake", an_attendance(withheld(HOUR / 2), intoxicated_at=SIX - HOUR / 3))
    assert later
    assert earlier
    assert later.until == earlier.until == SIX + HOUR * 2 / 3
    assert later.says.text.startswith("Sedated")
    assert earlier.says.text.startswith("Intoxicated")


def test_where_nobody_set_when_to_look_again_it_lasts_of_reception_for_the_day_too() -> None:
    for ago, stops in ((5 * HOUR, True), (7 * HOUR, False)):
        assert bool(stop("not-awake", an_attendance(intoxicated_at=SIX - ago), NO_PROTOCOL)) is stops


def test_where_nobody_set_when_to_look_again_it_lasts_for_the_day() -> None:
    for ago, stops in ((5 * HOUR, True), (7 * HOUR, False)):
        found = stop("not-awake", an_attendance(withheld(ago)), NO_PROTOCOL)
        assert bool(found) is stops
        if found:
            assert (found.until, found.not_set) == (None, ("oat.recheck-after",))
    now = stop("not-awake", an_attendance(found=Finding.SEDATED), NO_PROTOCOL)
    assert now
    assert now.not_set == ("oat.recheck-after",)
