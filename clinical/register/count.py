"""The count of a shift, by two: what lies in the safe, batch by batch, compared with the book. It changes nothing."""

from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Connection

from clinical.register.amount import NOTHING, counted
from clinical.register.discrepancy import Found, FoundBy, known_off, opened, opened_by
from clinical.register.entering import Entered, Entering
from clinical.register.errors import AmountRefused, NotThere
from clinical.register.kind import Kind
from clinical.register.ledger import Entry, lines_of, write
from clinical.register.stock import Batch, batch_with, held_book
from clinical.register.two_people import Signed, signed


def count(connection: Connection, entering: Entering, book: UUID, found: Mapping[UUID, Decimal]) -> Entered:
    """Enter what was counted of each batch. What is neither in the book nor known to be off opens a discrepancy.

    Raises NotThere, AmountRefused, SecondPersonNeeded, SamePerson, BookChanged.
    """
    if not found:
        raise AmountRefused
    by = signed(Kind.COUNT, entering.hands, entering.law)
    held_book(connection, entering, book)
    if before := lines_of(connection, entering.event):
        return Entered(before, opened_by(connection, entering.event))
    entries = [Entry(Kind.COUNT, one, NOTHING, counted=counted(amount)) for one, amount in found.items()]
    batches = [_of_book(connection, one, book) for one in found]
    lines = write(connection, entering, book, by, entries)
    off = (_off(connection, entering, by, one, found[one.id]) for one in batches)
    return Entered(lines, tuple(one for one in off if one is not None))


def _of_book(connection: Connection, batch: UUID, book: UUID) -> Batch:
    found = batch_with(connection, batch)
    if found.book != book:
        raise NotThere
    return found


def _off(connection: Connection, entering: Entering, by: Signed, batch: Batch, found: Decimal) -> UUID | None:
    difference = found - batch.in_safe - known_off(connection, batch.id)
    if difference == NOTHING:
        return None
    return opened(connection, entering, by, Found(FoundBy.COUNT, difference, batch.book, batch.id))
