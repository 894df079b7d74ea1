"""Windows, the length of induction, and when a day closes."""

from datetime import date, datetime

import pytest
from oat import DAY, METHADONE, MONTHLY, SUBLINGUAL, WEEKLY, ZONE, a_law, an_order, on

from clinical.oat.day_close import last_closed
from clinical.oat.induction import induction_day, is_in_induction
from clinical.oat.product import Product
from clinical.oat.window import Window, window_of
from clinical.protocols import NO_PROTOCOL, BadProtocol


@pytest.mark.parametrize(
    ("product", "window"),
    [(WEEKLY, Window(2, 2)), (MONTHLY, Window(7, 7)), (METHADONE, Window(0, 0)), (SUBLINGUAL, Window(0, 0))],
)
def test_a_depot_may_be_given_some_days_before_and_after_it_falls_due(
    product: Product, window: Window
) -> None:
    assert window_of(product, a_law()) == window


def test_a_window_that_nobody_set_is_none_and_is_told() -> None:
    names = tuple(f"oat.window-{side}.{WEEKLY.code}" for side in ("before", "after"))
    assert window_of(WEEKLY, NO_PROTOCOL) == Window(0, 0, names)
    assert window_of(WEEKLY, a_law(oat__window_after__buprenorphine_depot_weekly=None)) == Window(
        2, 0, names[1:]
    )


@pytest.mark.parametrize(
    ("n", "nth", "inside"), [(-1, None, False), (0, 1, True), (13, 14, True), (14, 15, False)]
)
def test_induction_has_a_number_for_each_of_its_days(n: int, nth: int | None, inside: bool) -> None:
    order = an_order(induction_start=DAY)
    assert induction_day(order, on(n)) == nth
    assert is_in_induction(order, on(n), a_law()) is inside


def test_an_order_that_begins_no_induction_has_no_days_of_it() -> None:
    assert induction_day(an_order(), DAY) is None
    assert not is_in_induction(an_order(), DAY, NO_PROTOCOL)


def test_where_nobody_set_how_long_it_lasts_the_whole_order_is_induction() -> None:
    assert is_in_induction(an_order(induction_start=DAY), on(300), NO_PROTOCOL)


@pytest.mark.parametrize(
    ("closes", "at", "closed"),
    [
        (None, "2026-03-10T00:00:00+01:00", date(2026, 3, 9)),
        (None, "2026-03-09T23:59:59+01:00", date(2026, 3, 8)),
        ("24 h", "2026-03-10T00:00:00+01:00", date(2026, 3, 9)),
        ("27 h", "2026-03-10T02:59:59+01:00", date(2026, 3, 8)),
        ("27 h", "2026-03-10T03:00:00+01:00", date(2026, 3, 9)),
        ("22 h", "2026-03-10T21:59:00+01:00", date(2026, 3, 9)),
        ("22 h", "2026-03-10T22:00:00+01:00", date(2026, 3, 10)),
        # The night of the clock change: from 2 to 3 in the morning of 29 March, back on 25 October.
        ("27 h", "2026-03-29T01:59:00+01:00", date(2026, 3, 27)),
        ("27 h", "2026-03-29T03:00:00+02:00", date(2026, 3, 28)),
        ("24 h", "2026-10-25T22:59:00+00:00", date(2026, 10, 24)),
        ("24 h", "2026-10-25T23:00:00+00:00", date(2026, 10, 25)),
    ],
)
def test_a_day_closes_at_the_hour_that_the_protocol_says(closes: str | None, at: str, closed: date) -> None:
    assert last_closed(datetime.fromisoformat(at), ZONE, a_law(oat__day_closes=closes)) == closed


def test_an_hour_that_is_none_is_refused() -> None:
    with pytest.raises(BadProtocol):
        last_closed(datetime.fromisoformat("2026-03-10T00:00:00+01:00"), ZONE, a_law(oat__day_closes="22:00"))
