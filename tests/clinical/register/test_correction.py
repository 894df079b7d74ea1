"""A wrong line is undone by another one that names it."""

from uuid import UUID

import pytest
from dispensary import ANA, SOUTH, Dispensary, ml

from clinical.register.correction import CorrectionReason, correct, is_correctable, line_with
from clinical.register.entering import Entered
from clinical.register.errors import IssueClosed, NotEnough, NotTakenBack, NotThere, SecondPersonNeeded
from clinical.register.investigation import Cause, Settlement, settle
from clinical.register.kind import Kind
from clinical.register.reading import lines_numbered
from clinical.register.spill import SpillReason, spill
from clinical.register.stock import batch_with
from clinical.register.two_people import Hands


def corrects(north: Dispensary, batch: UUID, number: int) -> Entered:
    book = north.run(lambda c: batch_with(c, batch)).book
    return north.run(lambda c: correct(c, north.by(), book, number, CorrectionReason.WRONG_AMOUNT))


def test_the_wrong_line_stays_and_the_other_undoes_what_it_did(north: Dispensary) -> None:
    batch = north.receives(1000)
    north.receives(100)
    (line,) = corrects(north, batch, 1).lines
    assert (line.kind, line.takes_back, line.safe_change, line.in_safe) == (Kind.CORRECTION, 1, -1000, 100)
    assert line.reason == "wrong-amount"
    assert [one.number for one in north.run(lambda c: lines_numbered(c, line.book, 1, 9))] == [1, 2, 3]


def test_it_is_undone_once(north: Dispensary) -> None:
    batch = north.receives(1000)
    corrects(north, batch, 1)
    for number in (1, 2):
        with pytest.raises(NotTakenBack):
            corrects(north, batch, number)
    with pytest.raises(NotThere):
        corrects(north, batch, 3)


def test_a_delivery_is_not_undone_once_it_was_used(north: Dispensary) -> None:
    batch = north.receives(1000)
    north.issues(batch, "0.001")
    with pytest.raises(NotEnough):
        corrects(north, batch, 1)


def test_what_was_issued_by_mistake_is_back_in_the_safe_and_out_no_longer(north: Dispensary) -> None:
    batch = north.receives(1000)
    north.issues(batch, 500)
    assert [one.kind for one in corrects(north, batch, 2).lines] == [Kind.CORRECTION, Kind.CLOSE]
    assert north.in_safe(batch) == 1000
    north.issues(batch, 100)


def test_what_was_drawn_from_is_not_unissued(north: Dispensary) -> None:
    batch = north.receives(1000)
    out = north.issues(batch, 500)
    north.gives(out, 6)
    with pytest.raises(NotEnough):
        corrects(north, batch, 2)


def test_what_ran_out_of_a_bottle_a_dose_and_a_count_are_not_corrected(north: Dispensary) -> None:
    batch = north.receives(1000)
    out = north.issues(batch, 500)
    north.gives(out, 6)
    north.run(lambda c: spill(c, north.by(), out, ml(1), SpillReason.PUMP))
    north.counts({batch: 500})
    for number in (3, 4, 5):
        with pytest.raises(NotTakenBack):
            corrects(north, batch, number)


def test_nothing_is_undone_of_what_was_counted_back(north: Dispensary) -> None:
    batch = north.receives(1000)
    out = north.issues(batch, 500)
    north.counts_back(out, 500)
    for number in (2, 4):
        with pytest.raises(IssueClosed):
            corrects(north, batch, number)


def test_what_accepts_a_difference_stays_as_its_discrepancy_ended(north: Dispensary) -> None:
    batch = north.receives(1000)
    (off,) = north.counts({batch: 995}).discrepancies
    accepted = Settlement(Cause.MEASURING, "", accepts=True)
    north.run(lambda c: settle(c, north.by(), off, accepted))
    with pytest.raises(NotTakenBack):
        corrects(north, batch, 3)


def test_two_correct_in_their_own_book(north: Dispensary) -> None:
    batch = north.receives(1000)
    book = north.run(lambda c: batch_with(c, batch)).book
    with pytest.raises(SecondPersonNeeded):
        north.run(lambda c: correct(c, north.by(Hands(ANA)), book, 1, CorrectionReason.OTHER))
    south = Dispensary(north.database, SOUTH)
    with pytest.raises(NotThere):
        south.run(lambda c: correct(c, south.by(), book, 1, CorrectionReason.OTHER))
    line = north.run(lambda c: line_with(c, book, 1))
    assert north.run(lambda c: is_correctable(c, line))
