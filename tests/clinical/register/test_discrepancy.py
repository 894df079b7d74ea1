"""What does not fit, from its opening to its end."""

from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from dispensary import ANA, AT_NIGHT, CEDA, NORTH, SOUTH, WEAKER, Dispensary, ml

from clinical.register.discrepancy import FoundBy, discrepancy_with, report
from clinical.register.entering import Entered
from clinical.register.errors import (
    AmountRefused,
    DiscrepancyClosed,
    IssueStillOpen,
    NothingToAccept,
    NotThere,
    SecondPersonNeeded,
    StillOff,
)
from clinical.register.investigation import Cause, Settlement, Step, add_step, settle
from clinical.register.kind import Kind
from clinical.register.placing import Place, place
from clinical.register.reading import closed_discrepancies, closing_of, holdings, steps_of
from clinical.register.taking_back import remove
from clinical.register.two_people import Hands


def settles(
    north: Dispensary, one: UUID, *, accepts: bool, cause: Cause = Cause.MEASURING, hands: Hands | None = None
) -> Entered:
    by = north.by(hands) if hands else north.by()
    return north.run(lambda c: settle(c, by, one, Settlement(cause, "looked into", accepts)))


def test_a_difference_that_is_accepted_is_an_entry_of_its_own(north: Dispensary) -> None:
    batch = north.receives(1000)
    (off,) = north.counts({batch: 995}).discrepancies
    (line,) = settles(north, off, accepts=True).lines
    assert (line.kind, line.amount, line.discrepancy, line.in_safe) == (Kind.SHORTAGE, 5, off, 995)
    found = north.run(lambda c: discrepancy_with(c, off))
    closing = north.run(lambda c: closing_of(c, found))
    assert not found.is_open
    assert closing is not None
    assert (closing.cause, closing.note, closing.line) == (Cause.MEASURING, "looked into", line)


def test_what_was_found_too_much_is_accepted_too(north: Dispensary) -> None:
    batch = north.receives(1000)
    (off,) = north.counts({batch: 1005}).discrepancies
    assert [(one.kind, one.in_safe) for one in settles(north, off, accepts=True).lines] == [
        (Kind.OVERAGE, 1005)
    ]


def test_one_that_is_explained_ends_without_an_entry(north: Dispensary) -> None:
    batch = north.receives(1000)
    (off,) = north.counts({batch: 995}).discrepancies
    assert settles(north, off, accepts=False, cause=Cause.ENTERED_LATE).lines == ()
    assert north.in_safe(batch) == 1000


def test_it_ends_once_and_by_two(north: Dispensary) -> None:
    (off,) = north.counts({north.receives(1000): 995}).discrepancies
    for hands in (Hands(ANA), AT_NIGHT):
        with pytest.raises(SecondPersonNeeded):
            settles(north, off, accepts=True, hands=hands)
    settles(north, off, accepts=True)
    with pytest.raises(DiscrepancyClosed):
        settles(north, off, accepts=False)
    with pytest.raises(DiscrepancyClosed):
        north.run(lambda c: add_step(c, north.by(), off, Step.ASKED, ""))


def test_every_step_is_kept(north: Dispensary) -> None:
    (off,) = north.counts({north.receives(1000): 995}).discrepancies
    for step, note in ((Step.COUNTED_AGAIN, "995 again"), (Step.REPORTED, "to the medical lead")):
        north.run(lambda c, step=step, note=note: add_step(c, north.by(Hands(CEDA)), off, step, note))
    taken = north.run(lambda c: steps_of(c, off))
    assert [(one.step, one.note, one.account) for one in taken] == [
        (Step.COUNTED_AGAIN, "995 again", CEDA),
        (Step.REPORTED, "to the medical lead", CEDA),
    ]


def test_a_residue_that_is_missing_is_accepted_or_explained_by_doses_that_arrived_late(
    north: Dispensary,
) -> None:
    batch = north.receives(1000)
    out = north.issues(batch, 500)
    north.gives(out, 100)
    (off,) = north.counts_back(out, 380).discrepancies
    with pytest.raises(StillOff):
        settles(north, off, accepts=False)
    north.gives(out, 15)
    (line,) = settles(north, off, accepts=True).lines
    assert (line.kind, line.amount, line.issue, line.in_container) == (Kind.SHORTAGE, 5, out, 0)


def test_doses_that_arrived_late_explain_all_of_it(north: Dispensary) -> None:
    out = north.issues(north.receives(1000), 500)
    north.gives(out, 100)
    (off,) = north.counts_back(out, 380).discrepancies
    north.gives(out, 20)
    with pytest.raises(NothingToAccept):
        settles(north, off, accepts=True)
    settles(north, off, accepts=False, cause=Cause.ENTERED_LATE)


def test_one_of_a_container_that_is_out_waits_until_it_is_counted_back(north: Dispensary) -> None:
    out = north.issues(north.receives(1000), 10)
    (off,) = north.gives(out, 12).discrepancies
    with pytest.raises(IssueStillOpen):
        settles(north, off, accepts=True)
    (residue,) = north.counts_back(out, 3).discrepancies
    (line,) = settles(north, off, accepts=True).lines
    assert (line.kind, line.amount, line.in_container) == (Kind.OVERAGE, 5, 0)
    settles(north, residue, accepts=False)


def test_a_safe_below_nothing_is_not_explained_away(north: Dispensary) -> None:
    batch = north.receives(300)
    north.issues(batch, 500)
    (book,) = north.run(lambda c: holdings(c, NORTH))
    (off,) = book.discrepancies
    with pytest.raises(StillOff):
        settles(north, off.id, accepts=False)
    (line,) = settles(north, off.id, accepts=True, cause=Cause.DELIVERY).lines
    assert (line.kind, line.amount, line.in_safe) == (Kind.OVERAGE, 200, 0)


def test_what_arrived_in_a_difference_or_a_cup_of_another_is_no_difference_of_the_book(
    north: Dispensary,
) -> None:
    out = north.issues(north.receives(1000), 500)
    (off,) = north.gives(out, 6, cup=uuid4()).discrepancies
    north.counts_back(out, 494)
    with pytest.raises(NothingToAccept):
        settles(north, off, accepts=True)
    settles(north, off, accepts=False)


def test_somebody_may_say_that_something_is_off(north: Dispensary) -> None:
    batch = north.receives(1000)
    by = north.by(Hands(ANA))
    (off,) = north.run(lambda c: report(c, by, batch, ml("-2.5"))).discrepancies
    assert north.run(lambda c: report(c, by, batch, ml("-2.5"))).discrepancies == (off,)
    assert north.run(lambda c: discrepancy_with(c, off)).found_by is FoundBy.PERSON
    assert north.counts({batch: "997.5"}).discrepancies == ()
    with pytest.raises(AmountRefused):
        north.run(lambda c: report(c, north.by(), batch, Decimal(0)))


def test_a_dose_from_nobody_knew_where_is_entered_once_it_is_known(north: Dispensary) -> None:
    batch = north.receives(1000)
    event = uuid4()
    (off,) = north.gives(None, 6, event=event).discrepancies
    out = north.issues(batch, 500)
    (line,) = north.run(lambda c: place(c, north.by(), off, Place(batch, out), "the morning's bottle")).lines
    assert (line.kind, line.event, line.in_container, line.discrepancy) == (Kind.DOSE, event, 494, off)
    assert not north.run(lambda c: discrepancy_with(c, off)).is_open
    assert north.gives(out, 6, event=event).lines == (line,), "the dose arrives again"


def test_or_from_the_safe(north: Dispensary) -> None:
    batch = north.receives(5)
    (off,) = north.gives(None, 6).discrepancies
    entered = north.run(lambda c: place(c, north.by(), off, Place(batch), ""))
    assert (entered.lines[0].in_safe, entered.lines[0].safe_change) == (-1, -6)
    found = north.run(lambda c: discrepancy_with(c, entered.discrepancies[0]))
    assert (found.found_by, found.amount) == (FoundBy.ISSUED, 1)


def test_only_a_dose_without_a_line_is_placed_and_in_its_own_book(north: Dispensary) -> None:
    batch = north.receives(1000)
    (counted,) = north.counts({batch: 995}).discrepancies
    with pytest.raises(NotThere):
        north.run(lambda c: place(c, north.by(), counted, Place(batch), ""))
    (off,) = north.gives(None, 6).discrepancies
    other = north.receives(1000, product=WEAKER)
    with pytest.raises(NotThere):
        north.run(lambda c: place(c, north.by(), off, Place(other), ""))
    with pytest.raises(SecondPersonNeeded):
        north.run(lambda c: place(c, north.by(AT_NIGHT), off, Place(batch), ""))


def test_a_dose_without_a_line_that_is_taken_back_is_noted_in_its_discrepancy(north: Dispensary) -> None:
    event = uuid4()
    (off,) = north.gives(None, 6, event=event).discrepancies
    assert north.run(lambda c: remove(c, north.by(), event)).lines == ()
    assert [one.step for one in north.run(lambda c: steps_of(c, off))] == [Step.TAKEN_BACK]


def test_nobody_of_another_site_looks_into_it(north: Dispensary) -> None:
    (off,) = north.counts({north.receives(1000): 995}).discrepancies
    south = Dispensary(north.database, SOUTH)
    with pytest.raises(NotThere):
        settles(south, off, accepts=True)


def test_the_worklist_has_the_open_ones_and_the_newest_closed(north: Dispensary) -> None:
    batch = north.receives(1000)
    (first,) = north.counts({batch: 995}).discrepancies
    (second,) = north.counts({batch: 994}).discrepancies
    settles(north, first, accepts=True)
    (book,) = north.run(lambda c: holdings(c, NORTH))
    assert [one.id for one in book.discrepancies] == [second]
    assert [one.id for one in north.run(lambda c: closed_discrepancies(c, [book.book.id], 10))] == [first]
