"""A second full dose on one civil day: by another order, or after a dose at another facility. A prescriber releases."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from oat import (
    DAY,
    HOUR,
    METHADONE,
    ONE_DAY,
    SIX,
    SUBLINGUAL,
    WEEKLY,
    ZONE,
    a_happened,
    a_law,
    an_attendance,
    an_order,
    mg,
    on,
)

from clinical.oat.attendance import Attendance
from clinical.oat.claim import Claim
from clinical.oat.happened import Happened, Kind
from clinical.oat.order import OatOrder, OrderStatus, Signature, Step, TelephoneOrder
from clinical.oat.product import Product
from clinical.oat.release import Release, Releaser
from clinical.oat.round.round_list import Now, round_list
from clinical.oat.round.situation import Presence, Situation
from clinical.oat.stop import Stop
from clinical.oat.stops import rules, stops_of

LAW = a_law()
EVENING = SIX + timedelta(hours=16, minutes=6)
"""When the hours after the morning's dose have passed."""
BEFORE = an_order(60, id="before", end=on(-1))


def taken(amount: int | str | None = 60, **changes: object) -> Happened:
    """This morning's dose, by the order before if no other is named."""
    base = {"order": "before", "slot_day": DAY, "part": 1, "mg": None if amount is None else Decimal(amount)}
    return a_happened(**{**base, **changes})


def stop(
    order: OatOrder, *happened: Happened, part: int = 1, before: OatOrder = BEFORE, **changes: object
) -> Stop | None:
    attendance = an_attendance(*happened, orders=(before, order), part=part, at=EVENING, **changes)
    return rules()["dosed-today"](attendance, LAW)


def changed(*doses: int | str, product: Product = METHADONE, **changes: object) -> OatOrder:
    return an_order(*doses, id="changed", start=DAY, product=product, **changes)


def test_a_full_dose_under_another_order_stops_all_day_and_a_prescriber_releases() -> None:
    attendance = an_attendance(
        a_happened(at=SIX - ONE_DAY), taken(), orders=(BEFORE, changed(60)), at=EVENING
    )
    (found,) = stops_of(attendance, LAW)
    assert (found.code, found.released_by) == ("dosed-today", Releaser.PRESCRIBER)
    assert str(found.says) == ("A dose of today was taken already, by another order or elsewhere: 60 mg")
    assert [str(one) for one in found.do_now[:2]] == [
        "Look at who recorded it, when and where",
        "Tell the prescriber what was taken today and what this order would add",
    ]
    release = Release("dosed-today", Releaser.PRESCRIBER, SIX, DAY)
    assert stops_of(replace(attendance, releases=(release,)), LAW) == ()


def test_the_row_of_the_round_has_the_stop() -> None:
    record = an_attendance(taken(), orders=(BEFORE, changed(60)), at=EVENING).record
    (row,) = round_list([Situation("p", record, Presence())], Now(EVENING, ZONE, LAW))
    assert [one.code for one in row.stops] == ["dosed-today"]


@pytest.mark.parametrize(
    ("so_far", "part", "stops"),
    [
        ("39", 2, False),
        ("40", 2, False),
        ("40.1", 2, True),
        ("60", 2, True),
        (None, 2, True),
        ("20", 1, False),
        ("20.1", 1, True),
        ("40", 1, True),
        (None, 1, True),
    ],
)
def test_the_part_that_is_missing_of_the_day_is_given_and_no_more(
    so_far: str | None, part: int, stops: bool
) -> None:
    was = an_order(20, id="before", end=on(-1))
    assert bool(stop(changed(40, 20), taken(so_far), part=part, before=was)) is stops


@pytest.mark.parametrize(("amount", "stops"), [(39, False), (40, False), (41, True)])
def test_the_rest_of_what_the_order_before_had_for_the_day_is_given(amount: int, stops: bool) -> None:
    """It was begun: 20 mg of 60 were taken."""
    assert bool(stop(changed(amount), taken(20, kind=Kind.PARTIAL))) is stops


def test_an_amount_that_nobody_knows_may_be_all_of_it() -> None:
    found = stop(changed(40, 20), taken(None), part=2)
    assert found
    assert str(found.says) == "A dose of today was taken already, by another order or elsewhere"


@pytest.mark.parametrize("part", [1, 2])
def test_a_split_dose_of_one_order_is_no_second_dose(part: int) -> None:
    first = taken(30, order="changed")
    assert stop(changed(30, 30), *([first] if part == 2 else []), part=part) is None


def test_of_two_doses_of_one_order_none_is_of_another() -> None:
    """That its own first dose was too much is told by the record of it."""
    assert stop(changed(30, 30), taken(60, order="changed"), part=2) is None


@pytest.mark.parametrize(("amount", "stops"), [(29, False), (30, False), (31, True)])
def test_after_a_dose_elsewhere_the_second_of_the_day_is_what_is_missing(amount: int, stops: bool) -> None:
    elsewhere = taken(amount, order=None, slot_day=None, part=None, facility="another")
    assert bool(stop(changed(30, 30), elsewhere, part=2)) is stops
    assert (
        stop(changed(30, 30), elsewhere, part=1) is None
    )  # that it is recorded already is said by its own stop


def test_a_dose_that_somebody_says_was_taken_elsewhere_counts() -> None:
    claim = Claim("c", "p", SIX, METHADONE, Decimal(60), SIX, last_taken_on=DAY)
    assert stop(changed(30, 30), part=2, claims=(claim,))
    assert stop(changed(30, 30), part=2, claims=(replace(claim, mg=Decimal(30)),)) is None


def test_a_dose_of_yesterday_is_none_of_today() -> None:
    assert stop(changed(60), taken(slot_day=on(-1), at=SIX - ONE_DAY)) is None
    late = taken(slot_day=on(-1), at=SIX - 7 * HOUR)
    assert late.day == on(-1)
    assert stop(changed(60), late) is None


@pytest.mark.parametrize(
    "kind", [Kind.REFUSED, Kind.ABSENT, Kind.WITHHELD, Kind.SPILLED, Kind.ENTERED_IN_ERROR]
)
def test_what_was_not_taken_is_no_dose(kind: Kind) -> None:
    assert stop(changed(60), taken(kind=kind)) is None


def test_what_was_given_again_after_vomiting_is_no_more_of_the_day() -> None:
    first = taken(20)
    again = taken(20, kind=Kind.RE_DOSE, about=first.id, id="again")
    assert stop(changed(40, 20), first, again, part=2, before=an_order(20, id="before", end=on(-1))) is None
    after_a_spill = replace(again, about="spilled", mg=Decimal(60))
    assert stop(changed(60), after_a_spill)


@pytest.mark.parametrize("product", [SUBLINGUAL, WEEKLY])
def test_mg_of_two_medicines_are_not_compared(product: Product) -> None:
    assert stop(changed(8, product=product), taken(1))
    assert stop(changed(8, product=product), taken(1, product=None))


def test_beside_a_depot_nothing_of_the_day_is_missing() -> None:
    depot = an_order(8, id="before", product=WEEKLY, end=on(-1))
    assert stop(changed(60, product=SUBLINGUAL), taken(8, product=WEEKLY), before=depot)


def test_a_telephone_order_takes_the_place_of_a_part_and_leaves_the_others() -> None:
    said = TelephoneOrder(SIX, DAY, 1, read_back=True)
    spoken = an_order(
        20, id="spoken", start=DAY, end=DAY, telephone=said, signature=Signature.TELEPHONE, prescriber="dr-a"
    )
    first = taken(20, order="spoken")
    orders = (spoken, changed(40, 20))

    def second(*happened: Happened) -> Stop | None:
        attendance = an_attendance(*happened, orders=orders, part=2, at=EVENING)
        return rules()["dosed-today"](attendance, LAW)

    assert second(first) is None
    assert second(replace(first, mg=Decimal(21)))


def test_a_step_of_another_day_says_nothing_of_today() -> None:
    was = an_order(
        id="before", steps=(Step(on(-9), on(-1), mg(90)), Step(DAY, None, mg(60))), start=on(-9),
        status=OrderStatus.STOPPED,
    )  # fmt: skip
    assert bool(stop(changed(40), taken(20), before=was)) is False
    assert bool(stop(changed(41), taken(20), before=was)) is True


def test_without_a_slot_there_is_no_second_dose() -> None:
    attendance: Attendance = an_attendance(taken(), orders=(), at=EVENING)
    assert rules()["dosed-today"](attendance, LAW) is None
