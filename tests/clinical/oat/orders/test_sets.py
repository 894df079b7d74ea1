"""Order sets: what a prescriber fills in becomes the doses of the days, or comes back with what to do."""

from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest
from oat import COMBINED, DAY, METHADONE, MONTHLY, SUBLINGUAL, WEEKLY, on

from clinical.oat.order import OatOrder, Plan, Weekday
from clinical.oat.orders.asked import Asked, Asks
from clinical.oat.orders.drafting import drafted
from clinical.oat.orders.errors import CannotBePlanned
from clinical.oat.orders.order_set import order_sets
from clinical.oat.orders.sets import before_depot as before_depot_set
from clinical.oat.orders.stairs import MOST_STEPS
from clinical.oat.product import products


def draft(code: str, mg: int | str = 60, **asked: Any) -> OatOrder:
    base: dict[str, Any] = {"product": METHADONE, "start": DAY, "end": on(27), "mg": Decimal(mg)}
    numbers = {name: Decimal(value) for name, value in asked.items() if name.endswith("_mg")}
    return drafted(order_sets()[code], Asked(**{**base, **asked, **numbers}), "p", "prison")


def mgs(order: OatOrder, *days: int) -> list[int]:
    return [int(order.mg_on(on(one))) for one in days]


def test_the_sets_are_those_that_were_asked_for() -> None:
    assert list(order_sets()) == ["fixed", "titration", "taper", "split", "depot", "before-depot"]
    assert {code for code, one in order_sets().items() if Asks.CHANGE in one.asks} == {
        "titration", "taper", "before-depot",
    }  # fmt: skip


def test_a_fixed_dose_is_the_same_to_the_hard_end() -> None:
    order = draft("fixed", take_home=frozenset({Weekday.SAT}))
    assert mgs(order, 0, 27) == [60, 60]
    assert (order.start, order.end, order.induction_start) == (DAY, on(27), None)
    assert order.is_take_home(date(2026, 3, 14))


def test_an_induction_rises_step_by_step_and_stays_at_the_last_dose() -> None:
    order = draft("titration", 20, change_mg=10, every_days=3, to_mg=45)
    assert order.plan is Plan.TITRATION
    assert mgs(order, 0, 2, 3, 5, 6, 9, 27) == [20, 20, 30, 30, 40, 45, 45]
    assert order.induction_start == DAY


@pytest.mark.parametrize(("to_mg", "last_day", "last_mg"), [(0, 11, 20), (20, 27, 20), (10, 27, 10)])
def test_a_taper_falls_as_agreed_and_ends_the_order_at_nothing(
    to_mg: int, last_day: int, last_mg: int
) -> None:
    order = draft("taper", 60, change_mg=20, every_days=4, to_mg=to_mg)
    assert order.plan is Plan.TAPER
    assert order.end == on(last_day)
    assert mgs(order, 0, 3, 4, 8, last_day) == [60, 60, 40, 20, last_mg]


def test_a_split_dose_has_two_of_a_day() -> None:
    order = draft("split", 40, second_mg=20, at=time(7), second_at=time(17))
    assert [(int(one.mg), one.at) for one in order.parts_on(DAY)] == [(40, time(7)), (20, time(17))]


@pytest.mark.parametrize(("product", "days"), [(WEEKLY, 7), (MONTHLY, 28)])
def test_a_depot_has_the_interval_of_its_product(product: Any, days: int) -> None:
    assert draft("depot", 16, product=product).interval_days == days


@pytest.mark.parametrize("product", products().values(), ids=lambda one: one.code)
def test_what_is_a_depot_is_only_given_as_one(product: Any) -> None:
    for code, one in order_sets().items():
        expected = product.is_depot is (code == "depot")
        if code == "before-depot":
            expected = product in (SUBLINGUAL, COMBINED)
        assert one.fits(product) is expected


def before_depot(mg: int = 8, days: int | None = 7, **asked: Any) -> OatOrder:
    return draft("before-depot", mg, **{"product": SUBLINGUAL, "days_before_depot": days, **asked})


@pytest.mark.parametrize("rises", [{}, {"to_mg": 8}, {"change_mg": 4, "every_days": 1, "to_mg": 16}])
def test_the_days_before_a_depot_end_the_order_when_the_depot_is_due(rises: dict[str, int]) -> None:
    order = before_depot(**rises)
    assert (order.start, order.end, order.induction_start) == (DAY, on(6), DAY)
    assert mgs(order, 0, 1, 2, 6) == ([8, 12, 16, 16] if len(rises) > 1 else [8, 8, 8, 8])
    assert order.parts_on(on(7)) == ()
    assert before_depot(end=on(3), **rises).end == on(3)


@pytest.mark.parametrize(("every_days", "reached"), [(6, True), (7, False)])
def test_a_dose_that_is_not_reached_before_the_depot_comes_back(every_days: int, reached: bool) -> None:
    asked = {"change_mg": 8, "every_days": every_days, "to_mg": 16}
    if reached:
        assert mgs(before_depot(**asked), 5, 6) == [8, 16]
    else:
        with pytest.raises(CannotBePlanned) as refused:
            before_depot(**asked)
        assert refused.value.says == before_depot_set.TOO_SLOW


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"days": None}, before_depot_set.NOT_SET),
        ({"days": 0}, before_depot_set.NOT_SET),
        ({"to_mg": 4, "change_mg": 2, "every_days": 1}, before_depot_set.FALLS),
    ],
)
def test_what_is_no_way_to_a_depot_comes_back(asked: dict[str, Any], says: str) -> None:
    with pytest.raises(CannotBePlanned) as refused:
        before_depot(**asked)
    assert refused.value.says == says


@pytest.mark.parametrize(
    ("code", "asked"),
    [
        ("fixed", {"mg": 0}),
        ("fixed", {"end": on(-1)}),
        ("fixed", {"product": WEEKLY}),
        ("depot", {"product": SUBLINGUAL}),
        ("titration", {"change_mg": 10, "every_days": 3}),
        ("titration", {"change_mg": 10, "every_days": 3, "to_mg": 60}),
        ("titration", {"change_mg": 0, "every_days": 3, "to_mg": 80}),
        ("titration", {"change_mg": 10, "to_mg": 80}),
        ("titration", {"change_mg": "0.1", "every_days": 1, "to_mg": 80}),
        ("taper", {"change_mg": 10, "every_days": 3, "to_mg": 60}),
        ("split", {}),
        ("split", {"second_mg": 0}),
        ("split", {"second_mg": 10, "at": time(7), "second_at": time(7)}),
    ],
)
def test_what_makes_no_order_says_so(code: str, asked: dict[str, Any]) -> None:
    with pytest.raises(CannotBePlanned) as why:
        draft(code, **{"mg": 60, **asked})
    assert why.value.says


def test_as_many_steps_as_there_may_be_and_not_one_more() -> None:
    def doses(to_mg: int) -> int:
        order = draft("titration", 1, product=COMBINED, change_mg=1, every_days=1, to_mg=to_mg)
        return len(order.steps)

    assert doses(MOST_STEPS) == MOST_STEPS
    with pytest.raises(CannotBePlanned):
        doses(MOST_STEPS + 1)
