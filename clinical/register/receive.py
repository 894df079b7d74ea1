"""What a supplier delivers, with its invoice."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import Connection

from clinical.register.amount import moved
from clinical.register.entering import Entered, Entering
from clinical.register.kind import Kind
from clinical.register.ledger import Entry, lines_of, write
from clinical.register.product import StockProduct
from clinical.register.stock import batch_for, book_for
from clinical.register.two_people import signed


@dataclass(frozen=True)
class Receipt:
    """A batch that arrived.

    ``expires_on``: its last good day.
    """

    product: StockProduct
    lot: str
    expires_on: date
    amount: Decimal
    supplier: str
    invoice: str


def receive(connection: Connection, entering: Entering, receipt: Receipt) -> Entered:
    """Into the safe, whatever its expiry. Raises AmountRefused, SecondPersonNeeded, SamePerson, BookChanged."""
    moved(receipt.amount)
    by = signed(Kind.RECEIVE, entering.hands, entering.law)
    book = book_for(connection, entering, receipt.product)
    if before := lines_of(connection, entering.event):
        return Entered(before)
    batch = batch_for(connection, book.id, receipt.lot, receipt.expires_on)
    entry = Entry(Kind.RECEIVE, batch.id, receipt.amount, party=receipt.supplier, reference=receipt.invoice)
    return Entered(write(connection, entering, book.id, by, [entry]))
