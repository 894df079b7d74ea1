"""The days of an order, and what it gives on them."""

from decimal import Decimal

from oat import DAY, an_order, mg, on

from clinical.oat.order import Step


def test_an_order_without_an_end_has_its_days_as_far_as_they_are_asked_for() -> None:
    assert list(an_order(start=on(-1), end=None).days(on(-5), on(1))) == [on(-1), DAY, on(1)]
    assert list(an_order(start=on(-1), end=DAY).days(on(-5), on(1))) == [on(-1), DAY]


def test_a_day_of_which_it_says_no_dose_is_none_in_mg() -> None:
    nothing = an_order(steps=(Step(on(-5), on(-1), mg(60)),)).mg_on(DAY)
    assert (nothing, type(nothing)) == (0, Decimal)
