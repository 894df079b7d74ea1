"""In pregnancy a planned step down does not take effect by itself: the dose before it stands until a prescriber orders again."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from oat import DAY, ONE_DAY, SIX, WEEKLY, ZONE, a_happened, a_law, an_order, mg, on

from clinical.oat.happened import Happened, Kind
from clinical.oat.order import OatOrder, Step
from clinical.oat.orders.known import Known
from clinical.oat.orders.proposing import proposal_of, weighed
from clinical.oat.record import TreatmentRecord
from clinical.oat.round.cautions import Caution, Found
from clinical.oat.round.round_list import Now, rows_of, slots_of
from clinical.oat.round.row import Row
from clinical.oat.round.situation import Presence, Situation
from clinical.oat.step_down import held_up

LAW = a_law()
TAPER = an_order(
    start=on(-3),
    steps=(Step(on(-3), on(-1), mg(60)), Step(DAY, on(2), mg(50)), Step(on(3), None, mg(40))),
)
PREGNANT = (Found(Caution.PREGNANCY, SIX - 2 * ONE_DAY, "Condition", "c"),)


def given(days: int, amount: int | None = 60, **changes: object) -> Happened:
    base = {
        "mg": None if amount is None else Decimal(amount), "order": "order", "slot_day": on(days), "part": 1,
    }  # fmt: skip
    return a_happened(at=SIX + days * ONE_DAY, **{**base, **changes})


def doses(order: OatOrder, *happened: Happened, day: date = DAY) -> list[int]:
    """Of each step, as it counts on a day."""
    (found,) = held_up([order], happened, day)
    assert [(one.first, one.last) for one in found.steps] == [(one.first, one.last) for one in order.steps]
    return [int(one.mg) for one in found.steps]


def row_on(day: date, *happened: Happened, pregnant: bool = True, order: OatOrder = TAPER) -> Row:
    record = TreatmentRecord(orders=(order,), happened=happened)
    person = Situation("p", record, Presence(), cautions=PREGNANT if pregnant else ())
    at = SIX + timedelta(days=(day - DAY).days)
    (row,) = rows_of(person, Now(at, ZONE, LAW))
    return row


@pytest.mark.parametrize(
    ("day", "last", "pregnant", "offered", "changed"),
    [
        (-1, 60, True, 60, None),
        (0, 60, True, 60, None),
        (1, 60, True, 60, None),
        (3, 60, True, 60, None),
        (-1, 60, False, 60, None),
        (0, 60, False, 50, -10),
        (1, 50, False, 50, None),
        (1, 50, True, 50, None),
        (3, 50, True, 50, None),
        (3, 50, False, 40, -10),
    ],
)
def test_what_the_round_offers(
    day: int, last: int, pregnant: bool, offered: int, changed: int | None
) -> None:
    row = row_on(on(day), given(day - 1, last), pregnant=pregnant)
    assert row.slot
    assert (row.slot.mg, row.changed_mg) == (offered, changed)
    assert row.stops == ()


def test_a_dose_that_had_fallen_before_anybody_knew_does_not_rise_by_itself() -> None:
    row = row_on(DAY, given(-1), given(0, 50))
    assert row.slot
    assert (row.slot.mg, row.state) == (50, "done")
    assert doses(TAPER, given(0, 50)) == [60, 50, 50]


def test_what_is_recorded_of_it_is_the_amount_that_was_offered() -> None:
    row = row_on(on(1), given(0, 60), given(1, 60))
    assert row.slot
    assert (row.slot.mg, row.state) == (60, "done")


@pytest.mark.parametrize(
    ("happened", "stand"),
    [
        ((), [60, 60, 60]),
        ((given(-1),), [60, 60, 60]),
        ((given(-1, kind=Kind.MOUTH_CHECK_FAILED),), [60, 60, 60]),
        ((given(-1), given(0, 50)), [60, 50, 50]),
        ((given(-1, 30, kind=Kind.PARTIAL),), [60, 60, 60]),
        ((given(0, 60, kind=Kind.PARTIAL),), [60, 50, 50]),
        ((given(0, 55),), [60, 50, 50]),
        ((given(0, None),), [60, 50, 50]),
        ((given(0, 0), given(-1)), [60, 60, 60]),
        ((given(-1), given(0, 50, kind=Kind.REFUSED)), [60, 60, 60]),
        ((given(0, 50, order="another"),), [60, 60, 60]),
        ((given(1, 50),), [60, 50, 40]),
        ((given(-1), given(1, 50)), [60, 60, 60]),
        ((given(-2, slot_day=None),), [60, 60, 60]),
    ],
)
def test_what_was_given_last_by_the_order_stands(happened: tuple[Happened, ...], stand: list[int]) -> None:
    assert doses(TAPER, *happened) == stand


def test_a_rise_takes_effect_and_is_what_stands_from_then_on() -> None:
    steps = (
        Step(on(-3), on(-1), mg(60)), Step(DAY, on(2), mg(50)),
        Step(on(3), on(5), mg(65)), Step(on(6), None, mg(64)),
    )  # fmt: skip
    order = replace(TAPER, steps=steps)
    assert doses(order, given(-1)) == [60, 60, 65, 65]
    assert doses(replace(order, steps=(*steps[:2], Step(on(3), None, mg(60)))), given(-1)) == [60, 60, 60]


def test_of_a_split_dose_the_parts_stand() -> None:
    split = replace(TAPER, steps=(Step(on(-3), on(-1), mg(40, 20)), Step(DAY, None, mg(30, 15))))
    (found,) = held_up([split], [given(-1, 20, part=2)], DAY)
    assert found.parts_on(DAY) == mg(40, 20)
    (found,) = held_up([split], [given(0, 15, part=2)], DAY)
    assert found.parts_on(DAY) == mg(30, 15)
    (found,) = held_up([split], [given(-1, 20, part=3)], DAY)
    assert found.parts_on(DAY) == mg(40, 20)


@pytest.mark.parametrize(
    "order",
    [
        replace(TAPER, weighed_in_pregnancy=True),
        replace(TAPER, product=WEEKLY, interval_days=7),
        an_order(60),
    ],
)
def test_what_was_weighed_in_the_pregnancy_a_depot_and_a_dose_that_stays_are_as_ordered(
    order: OatOrder,
) -> None:
    assert held_up([order], [given(-1)], DAY) == (order,)


def test_the_end_of_an_order_stays_its_end() -> None:
    ends = replace(TAPER, end=on(-1))
    person = Situation("p", TreatmentRecord(orders=(ends,)), Presence(), cautions=PREGNANT)
    assert slots_of(person, DAY, LAW) == ()


@pytest.mark.parametrize(("amount", "falls"), [(60, False), (59, True)])
def test_a_new_order_is_weighed_against_what_was_offered(amount: int, falls: bool) -> None:
    record = TreatmentRecord(orders=(TAPER,), happened=(given(-1), given(0)))
    known = Known(Situation("p", record, Presence(), cautions=PREGNANT))
    new = an_order(amount, id="new", start=on(1), prior="order")
    issues = weighed(proposal_of(new, known, SIX + ONE_DAY / 2, ZONE, LAW), LAW)
    assert any(one.code == "pregnancy" and one.needs_reason for one in issues) is falls
