"""Whatever is done in whatever order: the lines sum to the balance, and the balance is what there is.

The machine keeps what is really in the safe, in each container and in people, and lets some of it go astray. The book may
be off meanwhile, with a discrepancy open; once everything is counted and settled, book and things agree to the last drop.
"""

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from dispensary import METHADONE, NORTH, SOUTH, WEAKER, Dispensary, ml
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import text

from clinical.register.correction import CorrectionReason, correct, is_correctable
from clinical.register.cup import Poured
from clinical.register.cups import CupBack, cup_with, pour, put_back
from clinical.register.destroy import DestroyReason, destroy
from clinical.register.discrepancy import discrepancy_with
from clinical.register.errors import CupEmpty, IssueClosed, NotEnough, RegisterError, TwoStrengths
from clinical.register.investigation import Cause, Settlement, settle
from clinical.register.placing import Place, place
from clinical.register.reading import holdings, lines_numbered, on_its_way
from clinical.register.spill import SpillReason, spill
from clinical.register.stock import HeldIn
from clinical.register.taking_back import remove, spill_dose
from clinical.register.transfer import transfer_in, transfer_out
from clinical.register.verification import lines_that_do_not_hold
from services.shared.database import Database

AMOUNTS = st.sampled_from([ml(one) for one in ("0.001", "1", "6.5", "20", "60.125", "250")])
STANDING = text("""
SELECT l.event FROM clinical.register_line l WHERE kind IN ('dose', 're-dose')
    AND NOT EXISTS (SELECT FROM clinical.register_line t WHERE t.book = l.book AND t.takes_back = l.number)
""")
OFF_IN_SILENCE = text("""
WITH unsettled AS (
    SELECT d.batch, d.issue FROM clinical.register_discrepancy d
    WHERE d.id NOT IN (SELECT discrepancy FROM clinical.register_discrepancy_closing)
)
SELECT id FROM clinical.register_batch b WHERE in_safe < 0
    AND NOT EXISTS (SELECT FROM unsettled u WHERE u.batch = b.id AND u.issue IS NULL)
UNION ALL
SELECT id FROM clinical.register_issue i WHERE (in_it < 0 OR closed_by IS NOT NULL AND in_it <> 0)
    AND NOT EXISTS (SELECT FROM unsettled u WHERE u.issue = i.id)
""")
NOTHING = Decimal()


class Rounds(RuleBasedStateMachine):
    """One site's methadone of two strengths, and another site to send some to."""

    database: Database
    make_empty: Callable[[], None]

    def __init__(self) -> None:
        super().__init__()
        self.make_empty()
        self.north, self.south = Dispensary(self.database), Dispensary(self.database, SOUTH)
        self.safe: dict[UUID, Decimal] = {}
        self.out: dict[UUID, tuple[UUID, Decimal]] = {}
        """Of what was issued: from which batch, and what is really in it."""
        self.is_open: dict[UUID, None] = {}
        """Of what was issued, what is out; in its order, which ids do not have."""
        self.doses: dict[UUID, tuple[UUID, Decimal]] = {}
        """Of the doses that stand: from where, and how much."""
        self.late: list[tuple[UUID, Decimal]] = []
        """Doses that were given and are not entered yet."""
        self.astray: dict[UUID, tuple[UUID, Decimal]] = {}
        """By discrepancy: doses that were entered from nobody knew where."""
        self.cups: list[tuple[UUID, UUID]] = []
        self.sent: dict[UUID, tuple[UUID, Decimal]] = {}

    @initialize()
    def begin(self) -> None:
        self.receive(METHADONE, ml(1000), "L1")

    @rule(product=st.sampled_from([METHADONE, WEAKER]), amount=AMOUNTS, lot=st.sampled_from(["L1", "L2"]))
    def receive(self, product: Any, amount: Decimal, lot: str) -> None:
        batch = self.north.receives(amount, product, lot)
        self.safe[batch] = self.safe.get(batch, NOTHING) + amount

    @rule(data=st.data(), amount=AMOUNTS, held_in=st.sampled_from(HeldIn))
    def issue(self, data: st.DataObject, amount: Decimal, held_in: HeldIn) -> None:
        """No more than is really there, whatever the book says, and one strength at a time."""
        batch = data.draw(st.sampled_from(list(self.safe)))
        if amount > self.safe[batch]:
            return
        product = self._of(batch)
        if any(self._product(one) != product for one in self.is_open):
            with pytest.raises(TwoStrengths):
                self.north.issues(batch, amount, str(uuid4()), held_in=held_in, session=str(uuid4()))
            return
        out = self.north.issues(batch, amount, str(uuid4()), held_in=held_in, session=str(uuid4()))
        self.safe[batch] -= amount
        self.out[out] = (batch, amount)
        self.is_open[out] = None

    def _some(self, data: st.DataObject, amount: Decimal, of: Iterable[UUID]) -> UUID | None:
        """A container with so much really in it."""
        enough = [one for one in of if self.out[one][1] >= amount]
        return data.draw(st.sampled_from(enough)) if enough else None

    def _taken(self, out: UUID, amount: Decimal) -> None:
        batch, left = self.out[out]
        self.out[out] = (batch, left - amount)

    def _product(self, out: UUID) -> Any:
        return self._of(self.out[out][0])

    def _of(self, batch: UUID) -> Any:
        held = self.north.run(lambda c: holdings(c, NORTH))
        return next(one.book.product for one in held if batch in {each.id for each in one.batches})

    @rule(data=st.data(), amount=AMOUNTS, again=st.booleans())
    def dose(self, data: st.DataObject, amount: Decimal, again: bool) -> None:
        out = self._some(data, amount, self.is_open)
        if out is None:
            return
        event = uuid4()
        product = self._product(out)
        for _ in range(1 + again):
            self.north.gives(out, amount, event=event, product=product)
        self._taken(out, amount)
        self.doses[event] = (out, amount)

    @rule(data=st.data(), amount=AMOUNTS)
    def dose_that_is_entered_late(self, data: st.DataObject, amount: Decimal) -> None:
        out = self._some(data, amount, self.is_open)
        if out is not None:
            self._taken(out, amount)
            self.late.append((out, amount))

    @precondition(lambda self: self.late)
    @rule()
    def enter_late(self) -> None:
        out, amount = self.late.pop()
        event = uuid4()
        self.north.gives(out, amount, event=event, product=self._product(out))
        self.doses[event] = (out, amount)

    @precondition(lambda self: self.late)
    @rule()
    def enter_late_from_nobody_knows_where(self) -> None:
        out, amount = self.late.pop()
        event = uuid4()
        entered = self.north.gives(None, amount, event=event, product=self._product(out))
        assert entered.lines == ()
        self.astray[entered.discrepancies[0]] = (out, amount)

    @precondition(lambda self: self.astray)
    @rule()
    def find_out_where_it_was_from(self) -> None:
        discrepancy, (out, amount) = self.astray.popitem()
        where = Place(self.out[out][0], out)
        entered = self.north.run(lambda c: place(c, self.north.by(), discrepancy, where, ""))
        self.doses[entered.lines[0].event] = (out, amount)

    @precondition(lambda self: self.doses)
    @rule(data=st.data(), gone=st.booleans())
    def take_back(self, data: st.DataObject, gone: bool) -> None:
        """What is put back goes where it was from; of a container that was counted back, it is put into the safe."""
        event = data.draw(st.sampled_from(list(self.doses)))
        out, amount = self.doses.pop(event)
        if gone:
            self.north.run(lambda c: spill_dose(c, self.north.by(), event, SpillReason.OTHER))
            return
        self.north.run(lambda c: remove(c, self.north.by(), event))
        if out in self.is_open:
            self._taken(out, -amount)
        else:
            self.safe[self.out[out][0]] += amount

    @rule(data=st.data(), amount=AMOUNTS, entered=st.booleans())
    def spill_some(self, data: st.DataObject, amount: Decimal, entered: bool) -> None:
        """It is not always entered."""
        out = self._some(data, amount, self.is_open)
        if out is None:
            return
        self._taken(out, amount)
        if entered:
            self.north.run(lambda c: spill(c, self.north.by(), out, amount, SpillReason.PUMP))

    @rule(data=st.data(), amount=AMOUNTS)
    def lose_some_of_the_safe(self, data: st.DataObject, amount: Decimal) -> None:
        batch = data.draw(st.sampled_from(list(self.safe)))
        self.safe[batch] -= min(amount, self.safe[batch])

    @rule(data=st.data(), amount=AMOUNTS)
    def pour_a_cup(self, data: st.DataObject, amount: Decimal) -> None:
        out = self._some(data, amount, self.is_open)
        if out is None:
            return
        what = Poured("amina", "today", "order", 1, amount)
        try:
            cup = self.north.run(lambda c: pour(c, self.north.by(), out, what))
        except RegisterError:
            return
        self.cups.append((cup.id, out))

    @precondition(lambda self: self.cups)
    @rule(how=st.sampled_from(["given", "returned", "destroyed"]))
    def empty_a_cup(self, how: str) -> None:
        cup, out = self.cups.pop()
        left = self.north.run(lambda c: cup_with(c, cup)).left
        if out not in self.is_open or left > self.out[out][1]:
            return
        if how == "given":
            event = uuid4()
            given = Poured("amina", "today", "order", 1, left)
            self.north.gives(out, left, event=event, product=self._product(out), cup=cup, given=given)
            self.doses[event] = (out, left)
        else:
            try:
                self.north.run(
                    lambda c: put_back(c, self.north.by(), cup, CupBack.UNUSED, destroyed=how == "destroyed")
                )
            except CupEmpty:
                return
            if how == "returned":
                self.safe[self.out[out][0]] += left
        self._taken(out, left)

    @precondition(lambda self: self.is_open)
    @rule(data=st.data())
    def count_back(self, data: st.DataObject) -> None:
        out = data.draw(st.sampled_from(list(self.is_open)))
        batch, left = self.out[out]
        self.north.counts_back(out, left)
        self.safe[batch] += left
        self._taken(out, left)
        del self.is_open[out]

    @rule(data=st.data())
    def count(self, data: st.DataObject) -> None:
        batch = data.draw(st.sampled_from(list(self.safe)))
        self.north.counts({batch: self.safe[batch]})

    @rule(data=st.data(), amount=AMOUNTS, how=st.sampled_from(["destroyed", "sent"]))
    def leave(self, data: st.DataObject, amount: Decimal, how: str) -> None:
        batch = data.draw(st.sampled_from(list(self.safe)))
        if amount > self.safe[batch]:
            return
        by = self.north.by()
        try:
            if how == "sent":
                self.north.run(lambda c: transfer_out(c, by, batch, amount, SOUTH))
                self.sent[by.event] = (batch, amount)
            else:
                self.north.run(lambda c: destroy(c, by, batch, amount, DestroyReason.OTHER, ""))
        except NotEnough:  # by the book
            return
        self.safe[batch] -= amount

    @precondition(lambda self: self.sent)
    @rule()
    def arrive(self) -> None:
        transfer, (_, amount) = self.sent.popitem()
        if any(one.event == transfer for one in self.south.run(lambda c: on_its_way(c, SOUTH))):
            self.south.run(lambda c: transfer_in(c, self.south.by(), transfer, amount))

    @rule(data=st.data())
    def correct(self, data: st.DataObject) -> None:
        """What is undone is put back where it was from, as far as it is there."""
        book = data.draw(st.sampled_from(self.north.run(lambda c: holdings(c, NORTH)))).book
        lines = self.north.run(lambda c: lines_numbered(c, book.id, 1, 10**6))
        line = data.draw(st.sampled_from(lines))
        if not self.north.run(lambda c: is_correctable(c, line)):
            return
        in_it = self.out[line.issue][1] if line.issue else NOTHING
        if self.safe[line.batch] < line.safe_change or in_it < line.container_change:
            return
        try:
            self.north.run(
                lambda c: correct(c, self.north.by(), book.id, line.number, CorrectionReason.OTHER)
            )
        except (NotEnough, IssueClosed):
            return
        self.safe[line.batch] -= line.safe_change
        if line.issue:
            self._taken(line.issue, line.container_change)
            if line.kind == "issue":
                self._unissued(line.issue)

    def _unissued(self, out: UUID) -> None:
        batch, left = self.out[out]
        # Whatever is in it is in the safe again, entered or not.
        self.safe[batch] += left
        self._taken(out, left)
        del self.is_open[out]

    @rule(data=st.data(), accepts=st.booleans())
    def settle(self, data: st.DataObject, accepts: bool) -> None:
        found = [
            one.id for book in self.north.run(lambda c: holdings(c, NORTH)) for one in book.discrepancies
        ]
        found = [one for one in found if one not in self.astray]
        if found:
            self._settled(data.draw(st.sampled_from(found)), accepts=accepts)

    def _settled(self, one: UUID, *, accepts: bool) -> bool:
        by = self.north.by()
        try:
            self.north.run(lambda c: settle(c, by, one, Settlement(Cause.UNKNOWN, "", accepts)))
        except RegisterError:
            return False
        return True

    @invariant()
    def the_books_hold(self) -> None:
        """The lines sum to the balances; nothing is off without a discrepancy; the doses are those that were given."""
        with self.database.transaction() as connection:
            assert list(lines_that_do_not_hold(connection)) == []
            assert list(connection.execute(OFF_IN_SILENCE).scalars()) == []
            assert set(connection.execute(STANDING).scalars()) == set(self.doses)

    def teardown(self) -> None:
        """Everything is entered, counted and settled, and the book says what there is."""
        while self.late:
            self.enter_late()
        while self.astray:
            self.find_out_where_it_was_from()
        for out in list(self.is_open):
            batch, left = self.out[out]
            self.north.counts_back(out, left)
            self.safe[batch] += left
        for _ in range(3):
            self._settle_all()
            for batch, amount in self.safe.items():
                self.north.counts({batch: amount})
        self._settle_all()
        assert {one: self.north.in_safe(one) for one in self.safe} == self.safe
        assert all(self.north.in_it(one) == 0 for one in self.out)
        self.the_books_hold()

    def _settle_all(self) -> None:
        for book in self.north.run(lambda c: holdings(c, NORTH)):
            for one in book.discrepancies:
                if not self._settled(one.id, accepts=True):
                    self._settled(one.id, accepts=False)
                found = self.north.run(lambda c, one=one: discrepancy_with(c, one.id))
                assert not found.is_open, found


def test_in_any_order_the_book_says_what_there_is(database: Database, make_empty: Callable[[], None]) -> None:
    class Here(Rounds):
        pass

    Here.database, Here.make_empty = database, staticmethod(make_empty)
    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=25,
            stateful_step_count=30,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],
        ),
    )
