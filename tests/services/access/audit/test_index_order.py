"""Whatever is done to the indexes, the first that is wrong is named, and how."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.access.audit.index_order import IndexOrder
from services.access.audit.report import Finding, Kind, Span


def _found(indexes: list[int]) -> Finding | None:
    order = IndexOrder()
    for index in indexes:
        order.see(index)
    return order.finding()


@pytest.mark.parametrize(
    ("indexes", "kind", "at"),
    [
        ([1], Kind.GAP, 0),
        ([0, 2], Kind.GAP, 1),
        ([0, 1, 5, 6], Kind.GAP, 2),
        ([0, 0], Kind.DUPLICATE, 0),
        ([0, 1, 2, 1, 3], Kind.DUPLICATE, 1),
        ([0, 1, 2, 2, 5], Kind.DUPLICATE, 2),
        ([1, 0], Kind.REORDERED, 0),
        ([0, 2, 1, 3], Kind.REORDERED, 1),
        ([0, 2, 3, 4, 1], Kind.REORDERED, 1),
        ([0, 2, 3, 2, 5], Kind.GAP, 1),
        ([0, -1, 1], Kind.INVALID_INDEX, 1),
        ([0, 10**30], Kind.GAP, 1),
    ],
)
def test_the_first_break_is_named(indexes: list[int], kind: Kind, at: int) -> None:
    found = _found(indexes)
    assert found is not None
    assert (found.kind, found.span) == (kind, Span(at, at + 1))


def test_a_gap_ends_before_the_lowest_index_that_ever_came_after_it() -> None:
    found = _found([0, 1, 7, 5, 9, 5, 0])
    assert found is not None
    assert found.message.startswith("All from entry 2 to entry 4 is missing.")


@given(st.integers(0, 50))
def test_indexes_in_order_are_right(size: int) -> None:
    assert _found(list(range(size))) is None


@given(st.lists(st.integers(-2, 12), max_size=14))
def test_the_finding_is_what_a_look_at_all_indexes_gives(indexes: list[int]) -> None:
    found = _found(indexes)
    right = next((at for at, index in enumerate(indexes) if index != at), None)
    if right is None:
        assert found is None
        return
    assert found is not None
    wrong = indexes[right]
    if wrong < 0:
        expected = Kind.INVALID_INDEX, right
    elif wrong < right:
        expected = Kind.DUPLICATE, wrong
    else:
        expected = Kind.REORDERED if right in indexes else Kind.GAP, right
    assert (found.kind, found.span) == (expected[0], Span(expected[1], expected[1] + 1))
