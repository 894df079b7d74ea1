"""The slots of a day: never two full ones of two orders."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oat import DAY, MONTHLY, WEEKLY, an_order, mg, on

from clinical.oat.order import OatOrder, OrderStatus, Part, Signature, Step, TelephoneOrder, Weekday
from clinical.oat.slot import Slot, due_days, slots_on

SAID_AT = datetime(2026, 3, 10, 4, tzinfo=UTC)


def said(order: list[tuple[str, int]], slots: tuple[Slot, ...]) -> bool:
    return [(slot.order.id, int(slot.mg)) for slot in slots] == order


def a_telephone_order(dose: int, part: int = 1, day: date = DAY, **changes: object) -> OatOrder:
    telephone = TelephoneOrder(SAID_AT, day, part, read_back=True)
    return an_order(
        dose,
        id=str(changes.pop("id", "spoken")),
        start=day,
        end=day,
        signature=Signature.TELEPHONE,
        telephone=telephone,
        **changes,
    )


def test_a_split_dose_has_a_slot_for_each_part() -> None:
    slots = slots_on([an_order(40, 30)], DAY)
    assert [(slot.key, slot.mg) for slot in slots] == [(("order", DAY, 1), 40), (("order", DAY, 2), 30)]


@pytest.mark.parametrize(("n", "there"), [(-31, False), (-30, True), (30, True), (31, False)])
def test_an_order_has_slots_from_its_first_to_its_last_day(n: int, there: bool) -> None:
    assert bool(slots_on([an_order()], on(n))) is there


@pytest.mark.parametrize(
    ("status", "there"),
    [
        (OrderStatus.ACTIVE, True),
        (OrderStatus.ON_HOLD, True),
        (OrderStatus.COMPLETED, True),
        (OrderStatus.STOPPED, True),
        (OrderStatus.DRAFT, True),
        (OrderStatus.CANCELLED, False),
        (OrderStatus.ENTERED_IN_ERROR, False),
        (OrderStatus.UNKNOWN, False),
    ],
)
def test_what_never_was_an_order_has_no_slots(status: OrderStatus, there: bool) -> None:
    assert bool(slots_on([an_order(status=status)], DAY)) is there


def test_of_two_orders_the_one_that_began_later_counts() -> None:
    old, new = an_order(60, 20, id="old"), an_order(50, id="new", start=DAY)
    assert said([("new", 50)], slots_on([old, new], DAY))
    assert said([("new", 50)], slots_on([new, old], DAY))
    assert said([("old", 60), ("old", 20)], slots_on([old, new], on(-1)))


def test_of_two_that_began_on_one_day_the_later_by_id_counts() -> None:
    assert said([("b", 2)], slots_on([an_order(2, id="b"), an_order(1, id="a")], DAY))


def test_an_unsigned_order_does_not_push_a_signed_one_aside() -> None:
    draft = an_order(50, id="new", start=DAY, status=OrderStatus.DRAFT, signature=Signature.UNSIGNED)
    assert said([("order", 60)], slots_on([an_order(), draft], DAY))
    assert said([("new", 50)], slots_on([draft], DAY))


def test_a_telephone_order_takes_the_place_of_one_slot() -> None:
    standing, spoken = an_order(40, 30), a_telephone_order(20, part=2)
    assert said([("order", 40), ("spoken", 20)], slots_on([standing, spoken], DAY))
    assert said([("order", 40), ("order", 30)], slots_on([standing, spoken], on(-1)))
    assert said([("spoken", 20)], slots_on([spoken], DAY))


def test_the_slot_of_a_telephone_order_has_its_day_number_and_time() -> None:
    steps = (Step(DAY, None, (Part(Decimal(20), time(18)), Part(Decimal(25)))),)
    (slot,) = slots_on([a_telephone_order(20, part=2, steps=steps)], DAY)
    assert (slot.key, slot.mg, slot.at, slot.take_home) == (("spoken", DAY, 2), 20, time(18), False)


def test_a_telephone_order_has_no_slot_on_another_day_than_its_own() -> None:
    longer = a_telephone_order(20)
    assert longer.telephone
    tomorrow = OatOrder(**{**vars(longer), "end": on(5)})
    assert slots_on([tomorrow], on(1)) == ()


def test_of_two_telephone_orders_for_one_slot_one_counts() -> None:
    first, second = a_telephone_order(20, id="a"), a_telephone_order(25, id="b")
    assert said([("b", 25)], slots_on([second, first], DAY))


def test_a_titration_has_the_dose_of_each_day() -> None:
    steps = (Step(on(0), on(1), mg(20)), Step(on(2), None, mg(25)))
    one = an_order(steps=steps, start=DAY, end=on(3))
    assert [slot.mg for n in range(5) for slot in slots_on([one], on(n))] == [20, 20, 25, 25]


def test_a_day_of_which_the_order_says_no_dose_has_no_slot() -> None:
    assert slots_on([an_order(steps=(Step(on(1), None, mg(20)),))], DAY) == ()


def test_the_days_of_take_home_are_marked() -> None:
    one = an_order(take_home=frozenset({Weekday.WED}))
    assert [slots_on([one], on(n))[0].take_home for n in (0, 1)] == [False, True]


# --- depots


def due(order: OatOrder, last: int, given: dict[int, int] | None = None) -> list[int]:
    runs_out = {on(day): on(out) for day, out in (given or {}).items()}
    return [(day - DAY).days for day in due_days(order, on(last), runs_out)]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, [0, 7, 14, 21]),
        ({0: 7}, [0, 7, 14, 21]),
        ({0: 7, 7: 14}, [0, 7, 14, 21]),
        ({0: 7, 9: 16}, [0, 7, 16, 23]),
        ({0: 7, 6: 13}, [0, 13, 20]),
        ({-3: 4}, [4, 11, 18]),
        ({-9: -2}, [0, 7, 14, 21]),
        ({-3: 4, -10: 18}, [18]),
    ],
)
def test_a_depot_falls_due_as_the_cascade_counts_it(given: dict[int, int], expected: list[int]) -> None:
    assert due(an_order(24, product=WEEKLY, start=DAY), 23, given) == expected


def depot_slots(day: int, given: dict[int, int], days_early: int = 2) -> list[int]:
    order = an_order(24, product=WEEKLY, start=DAY, end=on(60))
    runs_out = {on(one): on(out) for one, out in given.items()}
    return [(slot.day - DAY).days for slot in slots_on([order], on(day), runs_out, days_early)]


@pytest.mark.parametrize(
    ("day", "given", "slot"),
    [
        (0, {}, [0]),
        (1, {}, [0]),
        (4, {}, [0]),
        (5, {}, [7]),
        (0, {0: 7}, [0]),
        (1, {0: 7}, []),
        (4, {0: 7}, []),
        (5, {0: 7}, [7]),
        (7, {0: 7}, [7]),
        (9, {0: 7}, [7]),
        (5, {0: 7, 5: 12}, [7]),
        (6, {0: 7, 5: 12}, []),
        (9, {0: 7, 5: 12}, []),
        (10, {0: 7, 5: 12}, [12]),
        (9, {0: 7, 9: 16}, [7]),
        (10, {0: 7, 9: 16}, []),
    ],
)
def test_a_depot_stays_open_until_it_is_given_and_opens_early_within_its_window(
    day: int, given: dict[int, int], slot: list[int]
) -> None:
    assert depot_slots(day, given) == slot


def test_without_a_window_a_depot_opens_on_its_day() -> None:
    assert [depot_slots(n, {0: 7}, 0) for n in (6, 7)] == [[], [7]]
    order = an_order(24, product=WEEKLY, start=DAY)
    assert slots_on([order], on(6), {DAY: on(7)}) == ()


def test_while_a_depot_given_before_the_order_lasts_none_is_due() -> None:
    assert [depot_slots(n, {-3: 4}) for n in (0, 1, 2)] == [[], [], [4]]


def test_a_depot_beyond_the_end_of_its_order_has_no_slot() -> None:
    one = an_order(24, product=WEEKLY, start=DAY, end=on(6))
    assert slots_on([one], on(6), {DAY: on(7)}, 2) == ()


def test_a_monthly_depot_is_due_every_four_weeks() -> None:
    assert due(an_order(96, product=MONTHLY, start=DAY, end=on(90)), 60) == [0, 28, 56]


# --- any orders


@st.composite
def any_order(draw: st.DrawFn) -> OatOrder:
    start = on(draw(st.integers(-3, 3)))
    id_ = draw(st.sampled_from("abcdef"))
    if draw(st.booleans()):
        return a_telephone_order(draw(st.integers(1, 99)), draw(st.integers(1, 3)), start, id=id_)
    return an_order(
        *draw(st.lists(st.integers(1, 99), min_size=1, max_size=3)),
        id=id_,
        start=start,
        end=start + timedelta(days=draw(st.integers(0, 6))),
        status=draw(st.sampled_from(list(OrderStatus))),
        product=draw(st.sampled_from([WEEKLY, MONTHLY])) if draw(st.booleans()) else an_order().product,
    )


@given(st.lists(any_order(), max_size=5, unique_by=lambda order: order.id))
def test_two_orders_never_give_two_full_slots_on_one_day(orders: list[OatOrder]) -> None:
    slots = slots_on(orders, DAY)
    assert len({slot.part for slot in slots}) == len(slots)
    assert len({slot.order.id for slot in slots if not slot.order.telephone}) <= 1
    assert slots == slots_on(orders[::-1], DAY)
    assert all(slot.mg > Decimal(0) for slot in slots)
