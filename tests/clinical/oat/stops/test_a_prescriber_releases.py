"""What a prescriber can release: missed days, holds, orders that are none, telephone orders, claims, spills."""

from dataclasses import replace
from decimal import Decimal

import pytest
from oat import (
    DAY,
    HOUR,
    METHADONE,
    MORPHINE,
    ONE_DAY,
    SIX,
    SUBLINGUAL,
    WEEKLY,
    a_happened,
    a_law,
    an_attendance,
    an_order,
    on,
)

from clinical.oat.attendance import Attendance, Whereabouts
from clinical.oat.claim import Call, Claim, Outcome
from clinical.oat.happened import Happened, Kind
from clinical.oat.hold import WORDS, Hold, HoldReason
from clinical.oat.order import OatOrder, OrderStatus, Signature, TelephoneOrder
from clinical.oat.slot import Slot
from clinical.oat.stop import Stop
from clinical.oat.stops import rules
from clinical.oat.stops.missed import SAYS as MISSED_SAYS
from clinical.protocols import NO_PROTOCOL, Parameter, Protocol, Status

LAW = a_law()


def stop(code: str, attendance: Attendance, law: Protocol = LAW) -> Stop | None:
    return rules()[code](attendance, law)


def said(code: str, attendance: Attendance, law: Protocol = LAW) -> str | None:
    found = stop(code, attendance, law)
    return str(found.says) if found else None


# --- missed days


def after(missed: int, **changes: object) -> Attendance:
    return an_attendance(a_happened(at=SIX - (missed + 1) * ONE_DAY), **changes)


@pytest.mark.parametrize(
    ("missed", "induction", "says"),
    [
        (0, None, None),
        (2, None, None),
        (3, None, "prescriber"),
        (4, None, "prescriber"),
        (5, None, "auto-suspended"),
        (1, -13, None),
        (2, -13, "prescriber"),
        (2, -14, None),
        (3, -14, "prescriber"),
    ],
)
def test_missed_days_stop_by_the_table_in_induction_by_the_stricter(
    missed: int, induction: int | None, says: str | None
) -> None:
    order = an_order(induction_start=None if induction is None else on(induction))
    found = stop("missed-days", after(missed, order=order))
    if says is None:
        assert found is None
    else:
        assert found
        assert (found.says.text, found.says.values) == (MISSED_SAYS[says], {"days": missed})  # type: ignore[index]


def test_of_a_pregnant_person_no_order_is_suspended_by_itself() -> None:
    found = stop("missed-days", after(5, pregnant=True))
    assert found
    assert found.says.text == MISSED_SAYS["prescriber"]  # type: ignore[index]
    assert stop("missed-days", after(2, pregnant=True)) is None
    assert stop("missed-days", after(5, pregnant=True), NO_PROTOCOL).not_set != ()  # type: ignore[union-attr]


def test_of_a_pregnant_person_a_table_that_nobody_set_is_told_too() -> None:
    law = a_law(
        oat__missed_days__methadone_oral_solution=[{"from": 2, "means": "auto-suspended"}],
        oat__missed_days__induction__methadone_oral_solution=None,
    )
    found = stop("missed-days", after(2, pregnant=True, order=an_order(induction_start=on(-13))), law)
    assert found
    assert found.says.text == MISSED_SAYS["prescriber"]  # type: ignore[index]
    assert found.not_set == ("oat.missed-days.induction.methadone-oral-solution",)


def test_of_a_pregnant_person_a_re_induction_stays_one() -> None:
    rows = [{"from": 2, "means": "re-induction"}]
    law = a_law(oat__missed_days__methadone_oral_solution=rows)
    found = stop("missed-days", after(2, pregnant=True), law)
    assert found
    assert found.says.text == MISSED_SAYS["re-induction"]  # type: ignore[index]


def test_where_the_table_reduces_the_dose_its_suggestion_is_for_the_prescriber() -> None:
    rows = [{"from": 3, "means": "reduced", "percent": 50, "at-most-mg": 40}]
    found = stop("missed-days", after(3), a_law(oat__missed_days__methadone_oral_solution=rows))
    assert found
    assert found.says.text == MISSED_SAYS["reduced"]  # type: ignore[index]
    assert [one.values for one in found.do_now] == [{"mg": Decimal(30)}]
    plain = stop("missed-days", after(3))
    assert plain
    assert plain.do_now == ()


def test_without_a_table_one_missed_day_stops_and_that_is_told() -> None:
    assert stop("missed-days", after(0), NO_PROTOCOL) is None
    found = stop("missed-days", after(1), NO_PROTOCOL)
    assert found
    assert found.not_set == ("oat.missed-days.methadone-oral-solution",)


def test_days_missed_count_up_to_the_last_that_closed() -> None:
    late = after(3, closed=on(-2))
    assert stop("missed-days", late) is None
    assert stop("missed-days", replace(late, closed=on(-1)))


def test_the_second_dose_of_a_day_is_not_stopped_for_days_missed_before_the_first() -> None:
    first = a_happened(at=SIX - HOUR, order="order", slot_day=DAY, part=1)
    old = a_happened(at=SIX - 9 * ONE_DAY)
    order = an_order(30, 30)
    assert stop("missed-days", an_attendance(first, old, order=order, part=2)) is None
    refused = replace(first, kind=Kind.REFUSED)
    assert stop("missed-days", an_attendance(refused, old, order=order, part=2))
    assert stop("missed-days", an_attendance(replace(first, day=on(1)), old, order=order, part=2))


def test_the_table_is_of_the_product_that_is_ordered() -> None:
    assert stop("missed-days", after(2, order=an_order(400, product=MORPHINE)))
    assert (
        stop("missed-days", after(5, order=an_order(8, product=SUBLINGUAL))).says.text
        == MISSED_SAYS["prescriber"]
    )  # type: ignore[union-attr, index]
    depot = an_order(24, product=WEEKLY, start=DAY)
    last = a_happened(at=SIX - 10 * ONE_DAY, product=WEEKLY)
    assert stop("missed-days", an_attendance(last, order=depot))


# --- holds


@pytest.mark.parametrize("reason", list(HoldReason))
def test_a_hold_stops_on_its_days_and_says_why(reason: HoldReason) -> None:
    def held(first: int, last: int | None) -> str | None:
        hold = Hold("h", "p", reason, on(first), None if last is None else on(last))
        return said("held", an_attendance(holds=(hold,)))

    assert held(0, 0) == f"On hold: {WORDS[reason]}"
    assert held(-9, None)
    assert held(-9, -1) is None
    assert held(1, None) is None


def test_an_order_on_hold_stops_and_without_a_reason_a_clinician_held_it() -> None:
    held = an_order(status=OrderStatus.ON_HOLD, held_because=HoldReason.QTC)
    assert said("held", an_attendance(order=held)) == f"On hold: {WORDS[HoldReason.QTC]}"
    bare = an_order(status=OrderStatus.ON_HOLD)
    assert said("held", an_attendance(order=bare)) == f"On hold: {WORDS[HoldReason.CLINICAL]}"
    assert said("held", an_attendance()) is None
    assert said("held", an_attendance(orders=())) is None


# --- orders


def with_order(order: OatOrder) -> Attendance:
    """The slot as it was when the list was made."""
    return an_attendance(orders=(order,), slot=Slot(order, DAY, 1, Decimal(60)))


@pytest.mark.parametrize(
    ("status", "stops"),
    [
        (OrderStatus.ACTIVE, False),
        (OrderStatus.ON_HOLD, False),
        (OrderStatus.DRAFT, False),
        (OrderStatus.STOPPED, True),
        (OrderStatus.COMPLETED, True),
        (OrderStatus.CANCELLED, True),
        (OrderStatus.ENTERED_IN_ERROR, True),
        (OrderStatus.UNKNOWN, True),
    ],
)
def test_an_order_that_is_over_gives_no_dose_though_its_day_is_not(status: OrderStatus, stops: bool) -> None:
    assert said("no-order", with_order(an_order(status=status))) == ("The order is over" if stops else None)


@pytest.mark.parametrize(("end", "stops"), [(-1, True), (0, False), (1, False), (None, False)])
def test_an_order_gives_doses_up_to_its_last_day(end: int | None, stops: bool) -> None:
    order = an_order(end=None if end is None else on(end))
    assert bool(stop("no-order", with_order(order))) is stops


def test_an_order_that_has_not_begun_gives_none() -> None:
    assert stop("no-order", with_order(an_order(start=on(1))))
    assert stop("no-order", with_order(an_order(start=DAY))) is None


def test_without_any_order_the_end_of_the_last_one_is_told() -> None:
    assert said("no-order", an_attendance(orders=())) == "No order is valid today"
    ended = (
        an_order(end=on(-3)),
        an_order(end=on(-2), id="b"),
        an_order(end=on(-1), status=OrderStatus.CANCELLED),
    )
    found = stop("no-order", an_attendance(orders=ended))
    assert found
    assert found.says.values == {"day": on(-2)}
    future = an_attendance(orders=(an_order(start=on(1)),))
    assert said("no-order", future) == "No order is valid today"
    open_end = an_attendance(orders=(an_order(end=None),), slot=None)
    assert said("no-order", open_end) == "No order is valid today"
    today = an_attendance(orders=(an_order(end=DAY),), slot=None)
    assert said("no-order", today) == "No order is valid today"


def test_an_unsigned_order_gives_no_dose() -> None:
    draft = an_order(status=OrderStatus.DRAFT, signature=Signature.UNSIGNED)
    assert stop("unsigned", an_attendance(order=draft))
    assert stop("unsigned", an_attendance()) is None
    assert stop("unsigned", an_attendance(orders=())) is None


# --- telephone orders


def spoken(prescriber: str | None = "dr-a", **changes: object) -> Attendance:
    said = {"said_at": SIX - HOUR, "day": DAY, "part": 1, "read_back": True, "heard_by": "nurse-a", **changes}
    telephone = TelephoneOrder(**said)  # type: ignore[arg-type]
    order = an_order(signature=Signature.TELEPHONE, prescriber=prescriber, telephone=telephone)
    return with_order(order)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({}, None),
        ({"listener": "nurse-b"}, None),
        ({"listener": "nurse-a"}, "The second who listens has to be somebody else"),
        ({"heard_by": None, "listener": None}, None),
        ({"read_back": False}, "The dose was not read back to the prescriber"),
        ({"prescriber": None}, "The telephone order does not say who the prescriber is"),
        ({"day": on(-1)}, "The telephone order is for another dose"),
        ({"part": 2}, "The telephone order is for another dose"),
    ],
)
def test_a_telephone_order_is_read_back_and_valid_for_one_slot(
    changes: dict[str, object], says: str | None
) -> None:
    assert said("telephone-order", spoken(**changes)) == says  # type: ignore[arg-type]


def test_where_the_law_does_not_allow_it_or_nobody_has_set_it_there_is_none() -> None:
    forbidden = said("telephone-order", spoken(), a_law(oat__law__telephone_orders=False))
    assert forbidden == "Telephone orders are not allowed here"
    found = stop("telephone-order", spoken(), a_law(oat__law__telephone_orders=None))
    assert found
    assert (str(found.says), found.not_set) == (forbidden, ("oat.law.telephone-orders",))
    assert stop("telephone-order", an_attendance(), NO_PROTOCOL) is None
    assert stop("telephone-order", an_attendance(orders=()), NO_PROTOCOL) is None


# --- what was claimed


def a_claim(*outcomes: Outcome) -> Claim:
    calls = tuple(Call(SIX, outcome) for outcome in outcomes)
    return Claim("c", "p", SIX - HOUR, METHADONE, Decimal(80), SIX - 2 * ONE_DAY, None, on(-2), calls)


@pytest.mark.parametrize(("mg", "stops"), [("14.5", False), (15, False), ("15.5", True), (80, True)])
def test_until_it_is_verified_only_the_capped_first_dose_is_given(mg: int | str, stops: bool) -> None:
    attendance = an_attendance(order=an_order(mg), claims=(a_claim(),))
    assert bool(stop("unverified-dose", attendance)) is stops


def test_the_cap_is_told_and_the_claimed_dose_is_not() -> None:
    found = stop("unverified-dose", an_attendance(claims=(a_claim(),)))
    assert found
    assert [one.values for one in found.do_now] == [{}, {"mg": Decimal(15)}]
    assert "80" not in str(found)


def test_without_a_cap_nothing_is_given_and_that_is_told() -> None:
    found = stop("unverified-dose", an_attendance(order=an_order(1), claims=(a_claim(),)), NO_PROTOCOL)
    assert found
    assert found.not_set == ("oat.unverified-cap.methadone-oral-solution",)
    assert len(found.do_now) == 1


@pytest.mark.parametrize(
    ("outcomes", "stops"),
    [([Outcome.CONFIRMED], False), ([Outcome.NOT_REACHED], True), ([Outcome.NOT_KNOWN], True)],
)
def test_a_confirmed_claim_stops_nothing(outcomes: list[Outcome], stops: bool) -> None:
    assert bool(stop("unverified-dose", an_attendance(claims=(a_claim(*outcomes),)))) is stops


@pytest.mark.parametrize(("ago", "stops"), [(2, True), (1, True), (0.5, False)])
def test_once_somebody_was_dosed_here_the_claim_is_behind_them(ago: float, stops: bool) -> None:
    dose = a_happened(at=SIX - ago * HOUR, mg=Decimal(15))
    assert bool(stop("unverified-dose", an_attendance(dose, claims=(a_claim(),)))) is stops


def test_who_claims_nothing_is_not_stopped_for_it() -> None:
    assert stop("unverified-dose", an_attendance(), NO_PROTOCOL) is None
    assert stop("unverified-dose", an_attendance(orders=(), claims=(a_claim(),))) is None


# --- spills


def spill(**changes: object) -> Happened:
    return a_happened(**{"kind": Kind.SPILLED, "order": "order", "slot_day": DAY, "part": 1, **changes})  # type: ignore[arg-type]


def test_nothing_is_given_by_itself_in_place_of_what_was_spilled() -> None:
    assert stop("after-spill", an_attendance(spill()))
    assert stop("after-spill", an_attendance(spill(part=2))) is None
    assert stop("after-spill", an_attendance(spill(slot_day=on(-1)))) is None
    assert stop("after-spill", an_attendance(spill(kind=Kind.REFUSED))) is None
    assert stop("after-spill", an_attendance(spill(), orders=())) is None


# --- and what a nurse releases


@pytest.mark.parametrize("where", list(Whereabouts))
def test_who_stands_here_though_the_record_says_otherwise_is_looked_at_twice(where: Whereabouts) -> None:
    assert bool(stop("elsewhere", an_attendance(whereabouts=where))) is (where is not Whereabouts.HERE)


def test_a_protocol_of_a_wrong_kind_is_told() -> None:
    law = Protocol({"oat.unverified-cap.methadone-oral-solution": Parameter("x", "x", Status.PROPOSED)})
    with pytest.raises(Exception, match="unverified-cap"):
        stop("unverified-dose", an_attendance(claims=(a_claim(),)), law)
