"""What is destroyed, and what goes to another site."""

from uuid import UUID, uuid4

import pytest
from dispensary import ANA, AT_NIGHT, SOUTH, Dispensary, ml

from clinical.register.correction import CorrectionReason, correct
from clinical.register.destroy import DestroyReason, destroy
from clinical.register.discrepancy import FoundBy, discrepancy_with
from clinical.register.entering import Entered
from clinical.register.errors import NotEnough, NotTakenBack, NotThere, OwnSite, SecondPersonNeeded
from clinical.register.kind import Kind
from clinical.register.reading import on_its_way
from clinical.register.stock import batch_with, book_with
from clinical.register.transfer import transfer_in, transfer_out
from clinical.register.two_people import Hands


@pytest.fixture
def south(north: Dispensary) -> Dispensary:
    return Dispensary(north.database, SOUTH)


def sends(north: Dispensary, batch: UUID, amount: str | int = 100, to: str = SOUTH) -> UUID:
    by = north.by()
    north.run(lambda c: transfer_out(c, by, batch, ml(amount), to))
    return by.event


def takes_in(south: Dispensary, transfer: UUID, amount: str | int = 100) -> Entered:
    return south.run(lambda c: transfer_in(c, south.by(), transfer, ml(amount)))


def test_what_is_destroyed_is_gone_under_its_record(north: Dispensary) -> None:
    batch = north.receives(1000)
    line = north.run(
        lambda c: destroy(c, north.by(), batch, ml(1000), DestroyReason.EXPIRED, "P 3/26")
    ).lines[0]
    assert (line.kind, line.reason, line.reference, line.in_safe) == (Kind.DESTROY, "expired", "P 3/26", 0)


def test_no_more_is_destroyed_or_sent_than_there_is(north: Dispensary) -> None:
    batch = north.receives(100)
    with pytest.raises(NotEnough):
        north.run(lambda c: destroy(c, north.by(), batch, ml("100.001"), DestroyReason.OTHER, ""))
    with pytest.raises(NotEnough):
        sends(north, batch, "100.001")
    assert north.in_safe(batch) == 100


def test_nobody_destroys_or_sends_alone(north: Dispensary) -> None:
    batch = north.receives(100)
    for hands in (Hands(ANA), AT_NIGHT):
        by = north.by(hands)
        with pytest.raises(SecondPersonNeeded):
            north.run(lambda c, by=by: destroy(c, by, batch, ml(1), DestroyReason.OTHER, ""))
        with pytest.raises(SecondPersonNeeded):
            north.run(lambda c, by=by: transfer_out(c, by, batch, ml(1), SOUTH))


def test_what_leaves_one_book_arrives_in_the_other(north: Dispensary, south: Dispensary) -> None:
    batch = north.receives(1000)
    transfer = sends(north, batch)
    assert north.in_safe(batch) == 900
    assert [one.event for one in north.run(lambda c: on_its_way(c, SOUTH))] == [transfer]
    (line,) = takes_in(south, transfer).lines
    assert (line.kind, line.amount, line.party, line.transfer) == (Kind.TRANSFER_IN, 100, "north", transfer)
    came = south.run(lambda c: batch_with(c, line.batch))
    left = north.run(lambda c: batch_with(c, batch))
    assert (came.lot, came.expires_on, came.in_safe) == (left.lot, left.expires_on, 100)
    assert south.run(lambda c: book_with(c, came.book)).facility == SOUTH
    assert south.run(lambda c: on_its_way(c, SOUTH)) == []


@pytest.mark.parametrize(("arrived", "difference"), [("99.999", "-0.001"), ("101", "1")])
def test_what_arrives_is_what_is_entered_and_a_difference_a_discrepancy(
    north: Dispensary, south: Dispensary, arrived: str, difference: str
) -> None:
    entered = takes_in(south, sends(north, north.receives(1000)), arrived)
    assert entered.lines[0].in_safe == ml(arrived)
    found = south.run(lambda c: discrepancy_with(c, entered.discrepancies[0]))
    assert (found.found_by, found.amount) == (FoundBy.TRANSFER, ml(difference))


def test_a_transfer_is_taken_in_once_by_whom_it_is_for(north: Dispensary, south: Dispensary) -> None:
    transfer = sends(north, north.receives(1000))
    with pytest.raises(NotThere):
        takes_in(north, transfer)
    assert takes_in(south, transfer).discrepancies == ()
    with pytest.raises(NotThere):
        takes_in(south, transfer)
    with pytest.raises(NotThere):
        takes_in(south, uuid4())
    with pytest.raises(OwnSite):
        sends(north, north.receives(10), 1, "north")


def test_one_that_was_taken_back_is_not_on_its_way_and_one_that_arrived_is_not_taken_back(
    north: Dispensary, south: Dispensary
) -> None:
    batch = north.receives(1000)
    first, second = sends(north, batch), sends(north, batch)
    book = north.run(lambda c: batch_with(c, batch)).book
    north.run(lambda c: correct(c, north.by(), book, 2, CorrectionReason.DID_NOT_HAPPEN))
    assert north.in_safe(batch) == 900
    with pytest.raises(NotThere):
        takes_in(south, first)
    takes_in(south, second)
    with pytest.raises(NotTakenBack):
        north.run(lambda c: correct(c, north.by(), book, 3, CorrectionReason.DID_NOT_HAPPEN))
