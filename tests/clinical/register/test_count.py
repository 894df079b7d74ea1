"""The count of a shift, by two, and what it confirms."""

from decimal import Decimal
from uuid import UUID

import pytest
from dispensary import ANA, AT_NIGHT, BESA, CEDA, NORTH, TABLETS, Dispensary, ml

from clinical.register.count import count
from clinical.register.discrepancy import FoundBy, discrepancy_with
from clinical.register.errors import AmountRefused, NotThere, SecondPersonNeeded
from clinical.register.kind import Kind
from clinical.register.reading import holdings
from clinical.register.stock import batch_with
from clinical.register.two_people import Hands


def unconfirmed(north: Dispensary) -> list[int]:
    return [one.number for book in north.run(lambda c: holdings(c, NORTH)) for one in book.unconfirmed]


def off(north: Dispensary, *ids: UUID) -> list[tuple[FoundBy, Decimal]]:
    found = [north.run(lambda c, one=one: discrepancy_with(c, one)) for one in ids]
    return [(one.found_by, one.amount) for one in found]


def test_a_count_that_agrees_changes_nothing(north: Dispensary) -> None:
    batch = north.receives(1000)
    entered = north.counts({batch: 1000})
    (line,) = entered.lines
    assert (line.kind, line.counted, line.in_safe, line.balance) == (Kind.COUNT, 1000, 1000, 1000)
    assert entered.discrepancies == ()


@pytest.mark.parametrize(
    ("found", "difference"), [("999.999", "-0.001"), ("1000.001", "0.001"), ("0", "-1000")]
)
def test_any_difference_opens_a_discrepancy_and_changes_no_balance(
    north: Dispensary, found: str, difference: str
) -> None:
    batch = north.receives(1000)
    entered = north.counts({batch: found})
    assert off(north, *entered.discrepancies) == [(FoundBy.COUNT, ml(difference))]
    assert north.in_safe(batch) == 1000


def test_what_is_known_to_be_off_is_not_opened_anew_by_each_shift(north: Dispensary) -> None:
    batch = north.receives(1000)
    north.counts({batch: 995})
    assert north.counts({batch: 995}).discrepancies == ()
    assert off(north, *north.counts({batch: 994}).discrepancies) == [(FoundBy.COUNT, -1)]
    assert off(north, *north.counts({batch: 1000}).discrepancies) == [(FoundBy.COUNT, 6)]


def test_batches_are_counted_one_by_one(north: Dispensary) -> None:
    one, other = north.receives(100, lot="L1"), north.receives(200, lot="L2")
    entered = north.counts({one: 100, other: 199})
    assert [(line.batch, line.counted) for line in entered.lines] == [(one, 100), (other, 199)]
    assert off(north, *entered.discrepancies) == [(FoundBy.COUNT, -1)]


def test_two_count_unless_one_is_alone(north: Dispensary) -> None:
    batch = north.receives(1000)
    with pytest.raises(SecondPersonNeeded):
        north.counts({batch: 1000}, Hands(ANA))
    assert north.counts({batch: 1000}, AT_NIGHT).lines[0].signed.single_handed


def test_what_one_did_alone_is_confirmed_by_a_later_count_of_two(north: Dispensary) -> None:
    batch, other = north.receives(1000), north.receives(100, lot="L2")
    out = north.issues(batch, 500, hands=AT_NIGHT)
    north.gives(out, 6, hands=AT_NIGHT)
    assert unconfirmed(north) == [3, 4]
    north.counts({other: 100}, Hands(BESA, CEDA))
    assert unconfirmed(north) == [3, 4], "of another batch"
    north.counts({batch: 500}, AT_NIGHT)
    assert unconfirmed(north) == [3, 4, 6], "a count by one confirms nothing"
    north.counts({batch: 500}, Hands(BESA, CEDA))
    assert unconfirmed(north) == []
    north.gives(out, 6, hands=AT_NIGHT)
    assert unconfirmed(north) == [8], "what comes after it waits for the next"


def test_a_count_is_of_the_batches_of_one_book(north: Dispensary) -> None:
    batch, tablets = north.receives(1000), north.receives(28, TABLETS)
    with pytest.raises(NotThere):
        north.counts({batch: 1000, tablets: 28})
    book = north.run(lambda c: batch_with(c, batch)).book
    with pytest.raises(AmountRefused):
        north.run(lambda c: count(c, north.by(), book, {}))
    with pytest.raises(AmountRefused):
        north.counts({batch: "-1"})
