"""The picture of the days to come: gaps, overlaps, holds, depots."""

from typing import Any

import pytest
from oat import DAY, ONE_DAY, SIX, WEEKLY, a_happened, an_order, on
from oat import mg as doses

from clinical.oat.hold import Hold, HoldReason
from clinical.oat.order import OrderStatus, Signature, Step, TelephoneOrder
from clinical.oat.orders.strip import Strip, StripDay, strip_of
from clinical.oat.record import TreatmentRecord
from clinical.oat.take_home import Span


def strip(*orders: Any, **record: Any) -> Strip:
    return strip_of(TreatmentRecord(orders=orders, **record), DAY)


def days(found: Strip, name: str) -> list[int]:
    return [nth for nth, one in enumerate(found.days) if getattr(one, name)]


def test_it_has_fourteen_days_of_one_order() -> None:
    found = strip(an_order())
    assert [one.day for one in found.days] == [on(nth) for nth in range(14)]
    assert {(one.mg, one.doses, one.order) for one in found.days} == {(60, 1, "order")}
    assert (found.gaps, found.overlaps) == ((), ())


@pytest.mark.parametrize(
    ("end", "start", "gaps"), [(3, 4, ()), (3, 5, (Span(on(4), on(4)),)), (3, 6, (Span(on(4), on(5)),))]
)
def test_a_day_without_an_order_is_told(end: int, start: int, gaps: tuple[Span, ...]) -> None:
    found = strip(an_order(end=on(end)), an_order(id="b", start=on(start)))
    assert found.gaps == gaps
    assert [one.day for one in found.days if one.order is None] == [on(nth) for nth in range(end + 1, start)]


@pytest.mark.parametrize(
    ("end", "overlaps"), [(4, ()), (5, (Span(on(5), on(5)),)), (7, (Span(on(5), on(7)),))]
)
def test_days_of_two_orders_are_told_and_the_later_counts(end: int, overlaps: tuple[Span, ...]) -> None:
    found = strip(an_order(end=on(end)), an_order(40, id="b", start=on(5)))
    assert found.overlaps == overlaps
    assert found.days[5].mg == 40


@pytest.mark.parametrize(
    "status",
    [OrderStatus.STOPPED, OrderStatus.CANCELLED, OrderStatus.COMPLETED, OrderStatus.ENTERED_IN_ERROR],
)
def test_what_is_over_gives_nothing(status: OrderStatus) -> None:
    assert strip(an_order(status=status)).gaps == (Span(DAY, on(13)),)


def test_what_nobody_signed_gives_nothing() -> None:
    assert strip(an_order(signature=Signature.UNSIGNED)).gaps


def test_a_telephone_order_covers_its_own_day_and_overlaps_nothing() -> None:
    said = TelephoneOrder(SIX, DAY, 1, True)
    spoken = an_order(30, id="t", start=DAY, end=DAY, signature=Signature.TELEPHONE, telephone=said)
    assert strip(spoken).days[0].mg == 30
    assert strip(spoken).gaps == (Span(on(1), on(13)),)
    both = strip(an_order(), spoken)
    assert both.overlaps == ()


def test_holds_and_suspended_orders_are_marked() -> None:
    hold = Hold("h", "p", HoldReason.QTC, on(-1), on(2))
    assert days(strip(an_order(), holds=(hold,)), "held") == [0, 1, 2]
    assert days(strip(an_order(status=OrderStatus.ON_HOLD)), "held") == list(range(14))


def test_a_change_is_marked_on_its_day_and_a_first_day_is_none() -> None:
    steps = (Step(on(0), on(4), doses(60)), Step(on(5), None, doses(50)))
    assert days(strip(an_order(steps=steps, start=on(0))), "changes") == [5]


def test_a_depot_shows_the_day_on_which_it_falls_due() -> None:
    given = a_happened(at=SIX - 3 * ONE_DAY, product=WEEKLY, order="order", id="d")
    found = strip(an_order(16, product=WEEKLY), happened=(given,))
    assert [nth for nth, one in enumerate(found.days) if one.mg] == [4, 11]
    assert found.days[0] == StripDay(DAY, None, 0, "order", WEEKLY.name, covered=True)
