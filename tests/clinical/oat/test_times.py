"""Telephone orders in time, times that are moved for a group, and orders that are suspended when a day closes."""

from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from oat import (
    DAY,
    HOUR,
    METHADONE,
    MORPHINE,
    ONE_DAY,
    SIX,
    WEEKLY,
    ZONE,
    a_happened,
    a_law,
    an_order,
    mg,
    on,
)

from clinical.oat.moved_times import WHY_WORDS, Move, WhyMoved, due_time, too_close
from clinical.oat.order import OatOrder, OrderStatus, Part, Step, TelephoneOrder
from clinical.oat.product import Product
from clinical.oat.record import TreatmentRecord
from clinical.oat.slot import slots_on
from clinical.oat.suspension import is_suspended_at
from clinical.oat.telephone import countersigning
from clinical.protocols import NO_PROTOCOL

LAW = a_law()
MINUTE = timedelta(minutes=1)

# --- countersigning


@pytest.mark.parametrize(("hours", "late"), [(24, False), (24.02, True)])
@pytest.mark.parametrize("signed", [False, True])
def test_a_telephone_order_is_countersigned_in_time(hours: float, late: bool, signed: bool) -> None:
    """Signed: at that hour, asked long after. Not signed: asked at that hour."""
    at = SIX + hours * HOUR
    said = TelephoneOrder(SIX, DAY, 1, read_back=True, countersigned_at=at if signed else None)
    found = countersigning(said, SIX + 99 * ONE_DAY if signed else at, LAW)
    assert (found.by, found.is_late, found.not_set) == (SIX + 24 * HOUR, late, ())


def test_where_nobody_set_how_long_it_is_late_at_once() -> None:
    said = TelephoneOrder(SIX, DAY, 1, read_back=True)
    for at, late in ((SIX, False), (SIX + MINUTE, True)):
        found = countersigning(said, at, NO_PROTOCOL)
        assert (found.by, found.is_late, found.not_set) == (None, late, ("oat.countersign-within",))


# --- moved times

EVENING = (time(20), time(4))


def a_move(first: int = 0, last: int = 5, at: tuple[time, ...] = EVENING) -> Move:
    return Move("dr-a", WhyMoved.RAMADAN, on(first), on(last), at, frozenset({"p"}))


def slots(day: int, *moves: Move, patient: str = "p") -> list[time | None]:
    parts = (Part(mg(30)[0].mg, time(7)), Part(mg(30)[0].mg))
    order = an_order(steps=(Step(on(-30), None, parts),), patient=patient)
    return [due_time(slot, moves) for slot in slots_on([order], on(day))]


@pytest.mark.parametrize(("day", "moved"), [(-1, False), (0, True), (5, True), (6, False)])
def test_a_move_holds_from_its_first_to_its_last_day(day: int, moved: bool) -> None:
    assert slots(day, a_move()) == (list(EVENING) if moved else [time(7), None])


def test_a_move_is_for_its_group_and_its_numbers() -> None:
    assert slots(0, a_move(), patient="q") == [time(7), None]
    assert slots(0, a_move(at=(time(20),))) == [time(20), None]
    assert slots(0) == [time(7), None]


def test_of_several_moves_the_last_counts() -> None:
    assert slots(0, a_move(), a_move(at=(time(22),))) == [time(22), time(4)]


def close(
    usual: str, moved: str, product: Product = METHADONE, law: object = LAW, first: int = 0
) -> list[tuple[date, int]]:
    move = a_move(first, first + 5, (time.fromisoformat(moved),))
    found = too_close(move, (time.fromisoformat(usual),), product, law, ZONE)  # type: ignore[arg-type]
    return [(one.values["day"], one.values["hours"]) for one in found]  # type: ignore[misc]


@pytest.mark.parametrize(
    ("usual", "moved", "expected"),
    [
        ("07:00", "20:00", [(6, 11)]),
        ("07:00", "15:00", []),
        ("07:00", "15:01", [(6, 15)]),
        ("20:00", "07:00", [(0, 11)]),
        ("15:00", "07:00", []),
        ("15:01", "07:00", [(0, 15)]),
        ("07:00", "07:00", []),
    ],
)
def test_at_the_edges_of_a_move_the_next_dose_may_come_too_soon(
    usual: str, moved: str, expected: list[tuple[int, int]]
) -> None:
    assert close(usual, moved) == [(on(n), hours) for n, hours in expected]


def test_where_nobody_set_how_long_has_to_pass_it_is_a_whole_day() -> None:
    assert close("07:00", "07:00", law=NO_PROTOCOL) == []
    assert close("07:00", "07:01", law=NO_PROTOCOL) == [(on(6), 23)]


def test_the_time_is_of_the_product() -> None:
    assert close("07:00", "12:00", MORPHINE) == [(on(6), 19)]
    assert close("07:00", "11:00", MORPHINE) == []


def test_the_night_of_the_clock_change_is_an_hour_shorter() -> None:
    """On 29 March the clocks go from 2 to 3: a move that ends the day before has an hour less behind it."""
    first = (date(2026, 3, 23) - DAY).days
    assert close("07:00", "15:00", first=first) == [(date(2026, 3, 29), 15)]
    utc = a_move(first, first + 5, (time(15),))
    assert not list(too_close(utc, (time(7),), METHADONE, LAW, ZoneInfo("UTC")))


def test_of_several_doses_of_a_day_the_last_and_the_first_meet() -> None:
    move = a_move(at=(time(8), time(20)))
    edges = list(too_close(move, (time(6), time(18)), METHADONE, LAW, ZONE))
    assert [(one.values["day"], one.values["hours"]) for one in edges] == [(DAY, 14), (on(6), 10)]


def test_the_edge_of_a_move_says_its_day_and_its_hours() -> None:
    (said,) = too_close(a_move(at=(time(20),)), (time(7),), METHADONE, LAW, ZONE)
    assert str(said) == "On 2026-03-16 the dose comes too soon: 11 hours after the one before"


def test_no_reason_to_move_is_disciplinary() -> None:
    assert set(WhyMoved) == set(WHY_WORDS) == {"ramadan", "lockdown", "staff"}


# --- suspension


def suspended(
    missed: int, order: OatOrder | None = None, *, pregnant: bool = False, law: object = LAW
) -> bool:
    closed = on(-1)
    last = a_happened(at=SIX - (missed + 1) * ONE_DAY)
    record = TreatmentRecord(happened=(last,))
    return is_suspended_at(closed, order or an_order(), record, law, pregnant=pregnant)  # type: ignore[arg-type]


@pytest.mark.parametrize(("missed", "expected"), [(0, False), (4, False), (5, True), (9, True)])
def test_an_order_is_suspended_when_too_many_days_were_missed(missed: int, expected: bool) -> None:
    assert suspended(missed) is expected
    assert suspended(missed, an_order(induction_start=on(-12))) is expected


def test_of_a_pregnant_person_nothing_is_suspended_by_itself() -> None:
    assert not suspended(9, pregnant=True)


@pytest.mark.parametrize(
    "order",
    [
        an_order(status=OrderStatus.ON_HOLD),
        an_order(status=OrderStatus.STOPPED),
        an_order(status=OrderStatus.DRAFT),
        an_order(end=on(-2)),
        an_order(start=DAY),
    ],
)
def test_only_an_active_order_of_that_day_is_suspended(order: OatOrder) -> None:
    assert not suspended(9, order)


def test_an_order_of_a_depot_is_suspended_after_its_window() -> None:
    law = a_law(oat__missed_days__buprenorphine_depot_weekly=[{"from": 1, "means": "auto-suspended"}])
    order = an_order(24, product=WEEKLY)
    for given, expected in ((-9, False), (-10, True)):
        record = TreatmentRecord(happened=(a_happened(at=SIX + given * ONE_DAY, product=WEEKLY),))
        assert is_suspended_at(on(-1), order, record, law, pregnant=False) is expected


def test_without_a_table_nothing_is_suspended_by_itself() -> None:
    assert not suspended(9, law=NO_PROTOCOL)
    stricter = a_law(
        oat__missed_days__induction__methadone_oral_solution=[{"from": 2, "means": "auto-suspended"}]
    )
    assert suspended(2, an_order(induction_start=on(-12)), law=stricter)
    assert not suspended(2, law=stricter)
