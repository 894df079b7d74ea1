"""A dose that was given from nobody knew where, once that is known: its line is written, and its discrepancy ends."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Connection, text

from clinical.register.amount import amount_for, moved
from clinical.register.discrepancy import (
    OF_A_DOSE,
    Discrepancy,
    discrepancy_with,
    opened_if_container_is_off,
    opened_if_safe_is_off,
)
from clinical.register.entering import Entered, Entering
from clinical.register.errors import AmountRefused, NotThere
from clinical.register.investigation import Cause, Settlement, close, held_discrepancy
from clinical.register.kind import Kind
from clinical.register.ledger import Entry, hold, lines_of, write
from clinical.register.product import Form, StockProduct
from clinical.register.spill import SpillReason
from clinical.register.stock import batch_with, book_with, issue_with
from clinical.register.two_people import Act, signed

UNDRAWN = text("""
SELECT event, book, amount, kind, happened_at, mg, ml, issue FROM clinical.register_dose WHERE event = :event
""")
# Of the same medicine, measured or counted alike.
MAY_BE_OF = text("""
SELECT o.id FROM clinical.register_book b JOIN clinical.register_book o
    ON o.facility = b.facility AND o.atc = b.atc AND (o.form = :measured) = (b.form = :measured)
WHERE b.id = :book ORDER BY o.id <> b.id, o.form, o.strength
""")


@dataclass(frozen=True)
class Undrawn:
    """A dose as it was said, before it has a line.

    Attributes:
        book: in which it waits.
        amount: in the unit of that book; None: nobody can say.
        kind: a dose, a re-dose, or what was spilled.
        mg, ml: as it was said.
        issue: the container that was named, which need not be known here.
    """

    event: UUID
    book: UUID
    amount: Decimal | None
    kind: Kind
    happened_at: datetime
    mg: Decimal | None
    ml: Decimal | None
    issue: UUID | None


@dataclass(frozen=True)
class Place:
    """From where it was: what was out on a round, or, without one, a batch in the safe.

    ``amount``: how much, where what was said does not tell; None: it does.
    """

    batch: UUID
    issue: UUID | None = None
    amount: Decimal | None = None


def undrawn(connection: Connection, found: Discrepancy) -> Undrawn | None:
    """The dose of which a discrepancy was opened; None: it is of none, or the dose has its line."""
    row = connection.execute(UNDRAWN, {"event": found.event}).one_or_none()
    if row is None or found.found_by not in OF_A_DOSE or lines_of(connection, found.event):
        return None
    event, book, amount, kind, happened_at, mg, ml, issue = row
    return Undrawn(event, book, amount, Kind(kind), happened_at, mg, ml, issue)


def may_be_of(connection: Connection, dose: Undrawn) -> list[UUID]:
    """The books of which it may be: its own; where nobody can say how much of that it was, every one of the medicine."""
    if dose.amount is not None:
        return [dose.book]
    asked = {"book": dose.book, "measured": Form.ORAL_SOLUTION}
    return list(connection.execute(MAY_BE_OF, asked).scalars())


def place(connection: Connection, entering: Entering, discrepancy: UUID, place: Place, note: str) -> Entered:
    """Write the dose as its own event, at the time at which it was given, and close its discrepancy, by two.

    Raises NotThere, AmountRefused, NotMeasurable, DiscrepancyClosed, SecondPersonNeeded, SamePerson, BookChanged.
    """
    by = signed(Act.SETTLE, entering.hands, entering.law)
    batch = batch_with(connection, place.batch)
    found = _held(connection, entering, discrepancy, batch.book)
    dose = undrawn(connection, found)
    if dose is None or batch.book not in may_be_of(connection, dose):
        raise NotThere
    out = issue_with(connection, place.issue) if place.issue else None
    if out is not None and out.batch != batch.id:
        raise NotThere
    as_given = replace(entering, event=found.event, at=dose.happened_at)
    entry = Entry(
        dose.kind,
        batch.id,
        _amount(dose, book_with(connection, batch.book).product, place.amount),
        issue=place.issue,
        discrepancy=found.id,
        reason=SpillReason.OTHER if dose.kind is Kind.SPILL else None,
    )
    lines = write(connection, as_given, batch.book, by, [entry])
    more = (
        opened_if_container_is_off(connection, entering, by, out, lines)
        if out
        else opened_if_safe_is_off(connection, entering, by, batch.id)
    )
    close(connection, entering, found, Settlement(Cause.ENTERED_LATE, note, accepts=False), by)
    return Entered(lines, more)


def _held(connection: Connection, entering: Entering, discrepancy: UUID, book: UUID) -> Discrepancy:
    """One that is open, with its own book held and the one that is written in, in an order that is everybody's.

    What was looked at before is the one that is written in.
    """
    unseen = replace(entering, seen=None)
    for one in sorted({discrepancy_with(connection, discrepancy).book, book}):
        hold(connection, entering if one == book else unseen, one)
    return held_discrepancy(connection, unseen, discrepancy)


def _amount(dose: Undrawn, product: StockProduct, typed: Decimal | None) -> Decimal:
    """In the unit of the book. Raises AmountRefused, NotMeasurable."""
    if dose.amount is not None:
        return dose.amount
    if typed is not None:
        return moved(typed)
    if product.form is Form.ORAL_SOLUTION and dose.ml is not None:
        return moved(dose.ml)
    if dose.mg is None:
        raise AmountRefused
    return moved(amount_for(dose.mg, product))
