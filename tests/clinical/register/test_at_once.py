"""Several people at once: numbers without holes, nothing twice, nothing lost."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from threading import Barrier
from typing import Any, TypeVar
from uuid import UUID, uuid4

import pytest
from dispensary import METHADONE, NORTH, SOUTH, TABLETS, WEAKER, Dispensary, ml

from clinical.register.correction import CorrectionReason, correct
from clinical.register.destroy import DestroyReason, destroy
from clinical.register.draw import draw
from clinical.register.errors import (
    ContainerOut,
    NotEnough,
    NotTakenBack,
    NotThere,
    RegisterError,
    TwoStrengths,
)
from clinical.register.issue import issue
from clinical.register.reading import holdings, lines_numbered
from clinical.register.receive import Receipt, receive
from clinical.register.stock import batch_with
from clinical.register.taking_back import remove
from clinical.register.transfer import transfer_in, transfer_out
from clinical.register.verification import lines_that_do_not_hold

Result = TypeVar("Result")


def at_once(*works: Callable[[], Result]) -> list[Result | RegisterError]:
    """What each gives, or why it was refused; they begin together."""
    gate = Barrier(len(works))

    def one(work: Callable[[], Result]) -> Result | RegisterError:
        gate.wait()
        try:
            return work()
        except RegisterError as refused:
            return refused

    with ThreadPoolExecutor(len(works)) as threads:
        return list(threads.map(one, works))


def holds(north: Dispensary) -> bool:
    return not north.run(lambda c: list(lines_that_do_not_hold(c)))


def refusals(found: list[Any]) -> list[type]:
    return [type(one) for one in found if isinstance(one, RegisterError)]


def test_the_numbers_of_a_book_have_no_holes_and_the_balance_is_what_was_drawn(north: Dispensary) -> None:
    out = north.issues(north.receives(1000), 500)

    def round_of_one() -> None:
        for _ in range(15):
            north.gives(out, "1.001")

    at_once(*[round_of_one] * 6)
    (book,) = north.run(lambda c: holdings(c, NORTH))
    numbers = [one.number for one in north.run(lambda c: lines_numbered(c, book.book.id, 1, 10**6))]
    assert numbers == list(range(1, 3 + 6 * 15))
    assert north.in_it(out) == 500 - 90 * ml("1.001")
    assert holds(north)


def test_one_event_that_arrives_many_times_at_once_is_one_line(north: Dispensary) -> None:
    out = north.issues(north.receives(1000), 500)
    event = uuid4()
    found = at_once(*[lambda: north.gives(out, 6, event=event)] * 6)
    assert refusals(found) == []
    assert len(set(found)) == 1
    assert north.in_it(out) == 494


def test_what_breaks_off_leaves_no_hole_in_the_numbers(north: Dispensary) -> None:
    out = north.issues(north.receives(1000), 500)

    def gives_and_breaks_off() -> None:
        with pytest.raises(ZeroDivisionError), north.database.transaction() as connection:  # noqa: PT012
            draw(connection, north.by(), north.drawing(out, 1))
            1 / 0  # noqa: B018

    at_once(*[gives_and_breaks_off] * 3, *[lambda: north.gives(out, 1) and None] * 3)
    assert north.gives(out, 1).lines[0].number == 6
    assert north.in_it(out) == 496


def test_of_two_strengths_at_once_one_is_refused(north: Dispensary) -> None:
    """The second one waits until it is known what became of the first."""
    strong, weak = north.receives(1000), north.receives(1000, WEAKER)
    with ThreadPoolExecutor(1) as thread:
        with north.database.transaction() as connection:
            issue(connection, north.by(), north.opening(strong, 100))
            other = thread.submit(lambda: north.issues(weak, 100, "B2"))
            with pytest.raises(FutureTimeout):
                other.result(timeout=0.5)
        assert isinstance(other.exception(timeout=30), TwoStrengths)


def test_one_container_twice_at_once_and_one_is_refused(north: Dispensary) -> None:
    batch, other = north.receives(1000), north.receives(28, METHADONE, lot="L2")
    found = at_once(lambda: north.issues(batch, 100), lambda: north.issues(other, 10))
    assert refusals(found) == [ContainerOut]
    tablets = north.receives(1000, TABLETS)
    found = at_once(
        lambda: north.issues(batch, 100, "B2", session="noon"),
        lambda: north.issues(tablets, 10, "B2", session="evening"),
    )
    assert refusals(found) == [ContainerOut]


def test_no_more_leaves_the_safe_than_there_is(north: Dispensary) -> None:
    batch = north.receives(100)

    def destroys() -> Any:
        return north.run(lambda c: destroy(c, north.by(), batch, ml(40), DestroyReason.OTHER, ""))

    assert refusals(at_once(*[destroys] * 4)) == [NotEnough] * 2
    assert north.in_safe(batch) == 20


def test_a_dose_is_taken_back_once(north: Dispensary) -> None:
    out = north.issues(north.receives(1000), 500)
    event = uuid4()
    north.gives(out, 6, event=event)
    found = at_once(*[lambda: north.run(lambda c: remove(c, north.by(), event))] * 4)
    assert refusals(found) == [NotTakenBack] * 3
    assert north.in_it(out) == 500


def test_a_book_is_opened_once(north: Dispensary) -> None:
    def receives() -> UUID:
        return north.receives(10)

    found = at_once(*[receives] * 5)
    assert len(set(found)) == 1
    assert north.in_safe(next(one for one in found if isinstance(one, UUID))) == 50


def test_a_transfer_arrives_or_is_taken_back_and_never_both(north: Dispensary) -> None:
    south = Dispensary(north.database, SOUTH)
    batch = north.receives(1000)
    book = north.run(lambda c: batch_with(c, batch)).book
    for number in range(2, 8, 2):
        by = north.by()
        north.run(lambda c, by=by: transfer_out(c, by, batch, ml(10), SOUTH))
        last = north.run(lambda c: holdings(c, NORTH))[0].book.last_line
        found = at_once(
            lambda by=by: south.run(lambda c: transfer_in(c, south.by(), by.event, ml(10))),
            lambda last=last: north.run(lambda c: correct(c, north.by(), book, last, CorrectionReason.OTHER)),
        )
        assert refusals(found) in ([NotThere], [NotTakenBack]), number
    arrived = [one.book.balance for one in north.run(lambda c: holdings(c, SOUTH))]
    assert north.in_safe(batch) + sum(arrived) == 1000


def test_two_sites_take_in_from_each_other_at_once(north: Dispensary) -> None:
    south = Dispensary(north.database, SOUTH)
    ours, theirs = north.receives(100), south.receives(100)
    there, here = north.by(), south.by()
    north.run(lambda c: transfer_out(c, there, ours, ml(10), SOUTH))
    south.run(lambda c: transfer_out(c, here, theirs, ml(20), NORTH))
    found = at_once(
        lambda: south.run(lambda c: transfer_in(c, south.by(), there.event, ml(10))),
        lambda: north.run(lambda c: transfer_in(c, north.by(), here.event, ml(20))),
    )
    assert refusals(found) == []
    assert (north.in_safe(ours), south.in_safe(theirs)) == (110, 90)


def test_a_dose_waits_for_the_other_entry_and_never_for_another_book(north: Dispensary) -> None:
    out = north.issues(north.receives(1000), 500)
    with north.database.transaction() as connection:
        receipt = Receipt(WEAKER, "L9", north.day.replace(year=2028), ml(1), "Pharma", "1")
        receive(connection, north.by(), receipt)
        assert north.gives(out, 6).lines[0].in_container == 494
