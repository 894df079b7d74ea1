"""Stock that goes to another site: it leaves one book and arrives in the other, each with its own signatures."""

from decimal import Decimal
from uuid import UUID

from sqlalchemy import Connection, text

from clinical.register.amount import moved
from clinical.register.discrepancy import Found, FoundBy, opened, opened_by
from clinical.register.entering import Entered, Entering, Line
from clinical.register.errors import NotEnough, NotThere, OwnSite
from clinical.register.kind import Kind
from clinical.register.ledger import HOLD, Entry, is_taken_back, lines_of, write
from clinical.register.stock import batch_for, batch_with, book_for, book_with, held_batch
from clinical.register.two_people import signed

TAKEN_IN = text("SELECT EXISTS (SELECT FROM clinical.register_line WHERE transfer = :transfer)")


def transfer_out(
    connection: Connection, entering: Entering, batch: UUID, amount: Decimal, to: str
) -> Entered:
    """Send it to another site, whose id is ``to``; the transfer is named by the entry's ``event``.

    Raises NotThere, AmountRefused, NotEnough, OwnSite, SecondPersonNeeded, SamePerson, BookChanged.
    """
    moved(amount)
    if to == entering.facility:
        raise OwnSite
    by = signed(Kind.TRANSFER_OUT, entering.hands, entering.law)
    found = held_batch(connection, entering, batch)
    if before := lines_of(connection, entering.event):
        return Entered(before)
    if amount > found.in_safe:
        raise NotEnough
    entry = Entry(Kind.TRANSFER_OUT, found.id, amount, party=to)
    return Entered(write(connection, entering, found.book, by, [entry]))


def transfer_in(connection: Connection, entering: Entering, transfer: UUID, amount: Decimal) -> Entered:
    """Take in what another site sent, as much as arrived. Less or more than was sent opens a discrepancy.

    Raises NotThere if nothing is on its way here by that name, AmountRefused, SecondPersonNeeded, SamePerson, BookChanged.
    """
    moved(amount)
    by = signed(Kind.TRANSFER_IN, entering.hands, entering.law)
    sent = _sent(connection, entering, transfer)
    # The book that it left, before our own: nobody takes the sending back meanwhile.
    connection.execute(HOLD, {"book": sent.book})
    book = book_for(connection, entering, book_with(connection, sent.book).product)
    if before := lines_of(connection, entering.event):
        return Entered(before, opened_by(connection, entering.event))
    if not is_on_its_way(connection, sent):
        raise NotThere
    came = batch_with(connection, sent.batch)
    batch = batch_for(connection, book.id, came.lot, came.expires_on)
    site = book_with(connection, sent.book).facility
    entry = Entry(Kind.TRANSFER_IN, batch.id, amount, party=site, transfer=transfer)
    lines = write(connection, entering, book.id, by, [entry])
    if amount == sent.amount:
        return Entered(lines)
    found = Found(FoundBy.TRANSFER, amount - sent.amount, book.id, batch.id)
    return Entered(lines, (opened(connection, entering, by, found),))


def is_on_its_way(connection: Connection, sent: Line) -> bool:
    """Whether a transfer was neither taken in nor taken back."""
    taken_in = connection.execute(TAKEN_IN, {"transfer": sent.event}).scalar_one()
    return not taken_in and not is_taken_back(connection, sent)


def _sent(connection: Connection, entering: Entering, transfer: UUID) -> Line:
    lines = lines_of(connection, transfer)
    if not lines or lines[0].kind is not Kind.TRANSFER_OUT or lines[0].party != entering.facility:
        raise NotThere
    return lines[0]
