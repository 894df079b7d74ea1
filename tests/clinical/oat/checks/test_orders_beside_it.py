"""Gaps, overlaps and ends: "no valid order on Saturday"."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oat import DAY, SIX, a_law, a_proposal, an_order, mg, on

from clinical.oat.checks import end_date, gap, overlap
from clinical.oat.gaps import gaps_of
from clinical.oat.issue import Severity
from clinical.oat.order import OatOrder, OrderStatus, Signature, Step, TelephoneOrder
from clinical.oat.take_home import Span
from clinical.protocols import NO_PROTOCOL

LAW = a_law()


def span(first: int, last: int) -> Span:
    return Span(on(first), on(last))


@pytest.mark.parametrize(
    ("orders", "gaps"),
    [
        ([], [(0, 6)]),
        ([(0, 6)], []),
        ([(1, 5)], [(0, 0), (6, 6)]),
        ([(0, 2), (3, 6)], []),
        ([(0, 2), (4, 6)], [(3, 3)]),
        ([(0, 2), (5, 6)], [(3, 4)]),
        ([(-9, 2), (1, 3)], [(4, 6)]),
        ([(-9, -1), (7, 9)], [(0, 6)]),
    ],
)
def test_a_gap_is_a_stretch_of_days_without_a_valid_order(
    orders: list[tuple[int, int]], gaps: list[tuple[int, int]]
) -> None:
    standing = [an_order(start=on(first), end=on(last)) for first, last in orders]
    assert list(gaps_of(standing, DAY, on(6))) == [span(*one) for one in gaps]


def test_a_day_of_which_the_order_says_no_dose_is_a_gap() -> None:
    steps = (Step(DAY, on(1), mg(20)), Step(on(3), None, mg(25)))
    assert list(gaps_of([an_order(start=DAY, end=on(5), steps=steps)], DAY, on(5))) == [span(2, 2)]


@given(st.lists(st.tuples(st.integers(-3, 9), st.integers(0, 5)), max_size=4))
def test_every_day_is_either_in_a_gap_or_has_an_order(drawn: list[tuple[int, int]]) -> None:
    orders = [an_order(start=on(first), end=on(first + length)) for first, length in drawn]
    gaps = list(gaps_of(orders, DAY, on(7)))
    for n in range(8):
        in_gap = sum(one.first <= on(n) <= one.last for one in gaps)
        assert in_gap == (0 if any(order.is_valid_on(on(n)) for order in orders) else 1)


def told(order: OatOrder, *others: OatOrder) -> list[tuple[str, dict[str, object]]]:
    found = gap.check(a_proposal(order, orders=others), LAW)
    return [(str(one.says), dict(one.says.values)) for one in found]


def test_a_saturday_without_an_order_is_told_before_signing() -> None:
    before, order = an_order(end=on(3)), an_order(id="new", start=on(5))
    assert told(order, before) == [("No valid order on 2026-03-14", {"first": date(2026, 3, 14)})]
    assert told(an_order(id="new", start=on(6)), before) == [
        ("No valid order from 2026-03-14 to 2026-03-15", {"first": on(4), "last": on(5)})
    ]
    assert told(an_order(id="new", start=on(4)), before) == []


def test_days_before_today_and_before_the_first_order_are_no_gap() -> None:
    assert told(an_order(id="new", start=on(3))) == []
    assert told(an_order(id="new", start=on(1)), an_order(start=on(-9), end=on(-2))) == [
        (f"No valid order on {DAY}", {"first": DAY})
    ]


def test_a_gap_after_the_last_beginning_is_told_up_to_the_last_end() -> None:
    steps = (Step(DAY, on(1), mg(20)), Step(on(3), None, mg(25)))
    assert told(an_order(id="new", start=DAY, end=on(5), steps=steps)) == [
        (f"No valid order on {on(2)}", {"first": on(2)})
    ]


def test_an_order_without_an_end_leaves_no_gap_behind_it() -> None:
    assert told(an_order(id="new", start=DAY, end=None), an_order(start=on(9), end=on(12))) == []
    assert told(an_order(id="new", start=DAY, end=on(1)), an_order(start=on(4), end=None)) == [
        (f"No valid order from {on(2)} to {on(3)}", {"first": on(2), "last": on(3)})
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"status": OrderStatus.STOPPED},
        {"status": OrderStatus.DRAFT, "signature": Signature.UNSIGNED},
        {"signature": Signature.TELEPHONE, "telephone": TelephoneOrder(SIX, DAY, 1, read_back=True)},
    ],
)
def test_an_order_that_is_over_unsigned_or_spoken_fills_no_gap(changes: dict[str, object]) -> None:
    between = an_order(start=on(2), end=on(3), **changes)
    assert told(an_order(id="new", start=on(4)), an_order(end=on(1), id="a"), between)
    assert not list(overlap.check(a_proposal(an_order(id="new", start=DAY), orders=(between,)), LAW))


def overlaps(order: OatOrder, *others: OatOrder) -> list[tuple[Severity, str, tuple[str, ...]]]:
    found = overlap.check(a_proposal(order, orders=others), LAW)
    return [(one.severity, one.says.text, one.evidence) for one in found]


NEW = an_order(id="new", start=on(2), end=on(9))


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (-9, 1, None),
        (-9, 2, (Severity.LOW, overlap.THIS_COUNTS)),
        (-9, 9, (Severity.LOW, overlap.THIS_COUNTS)),
        (-9, 10, (Severity.HIGH, overlap.COMES_BACK)),
        (-9, None, (Severity.HIGH, overlap.COMES_BACK)),
        (3, 5, (Severity.MODERATE, overlap.OTHER_COUNTS)),
        (9, None, (Severity.MODERATE, overlap.OTHER_COUNTS)),
        (10, None, None),
    ],
)
def test_of_two_orders_it_is_told_which_counts_and_what_comes_after(
    start: int, end: int | None, expected: tuple[Severity, str] | None
) -> None:
    other = an_order(id="old", start=on(start), end=None if end is None else on(end))
    found = overlaps(NEW, other)
    assert found == ([(*expected, ("MedicationRequest/old",))] if expected else [])


def test_the_days_of_an_overlap_are_told() -> None:
    proposal = a_proposal(
        NEW, orders=(an_order(id="old", start=on(-9), end=on(5)), an_order(id="z", start=on(4)))
    )
    first, second = overlap.check(proposal, LAW)
    assert dict(first.says.values) == {"first": on(2), "other": on(-9)}
    assert dict(second.says.values) == {"first": on(4), "other": on(4)}
    (back,) = overlap.check(a_proposal(NEW, orders=(an_order(id="old", start=on(-9), end=None),)), LAW)
    assert dict(back.says.values) == {"last": on(9), "other": on(-9)}


def test_an_order_without_an_end_lets_none_come_back() -> None:
    endless = an_order(id="new", start=on(2), end=None)
    assert overlaps(endless, an_order(id="old", end=None))[0][0] is Severity.LOW


def test_an_order_does_not_overlap_with_itself() -> None:
    assert overlaps(NEW, an_order(id="new", start=on(-9), end=None)) == []


@pytest.mark.parametrize(
    ("days", "says"),
    [
        (None, "The order has no end"),
        (-1, "The order ends before it begins"),
        (0, None),
        (89, None),
        (90, "longer"),
    ],
)
def test_an_order_has_a_hard_end_that_is_not_too_far(days: int | None, says: str | None) -> None:
    order = an_order(id="new", start=DAY, end=None if days is None else on(days))
    found = [str(one.says) for one in end_date.check(a_proposal(order), LAW)]
    assert (not found) if says is None else (says in found[0])


def test_how_long_an_order_may_be_is_not_checked_where_nobody_set_it() -> None:
    assert not list(end_date.check(a_proposal(an_order(id="new", start=DAY, end=on(900))), NO_PROTOCOL))
    (long,) = end_date.check(a_proposal(an_order(id="new", start=DAY, end=on(900))), LAW)
    assert (long.severity, long.by, dict(long.says.values)) == (
        Severity.MODERATE, ("oat.order-at-most",), {"days": 90},
    )  # fmt: skip
    (endless,) = end_date.check(a_proposal(an_order(id="new", start=DAY, end=None)), LAW)
    (backwards,) = end_date.check(a_proposal(an_order(id="new", start=DAY, end=on(-1))), LAW)
    assert endless.severity is backwards.severity is Severity.HIGH
