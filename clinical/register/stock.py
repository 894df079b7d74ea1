"""What is kept where: books, their batches, and what is out on a round. Found, or made, never changed."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, Row, text

from clinical.register.entering import Entering
from clinical.register.errors import NotThere
from clinical.register.ledger import hold
from clinical.register.product import Form, StockProduct

ADD_BOOK = text("""
INSERT INTO clinical.register_book (id, facility, atc, form, strength) VALUES (:id, :facility, :atc, :form, :strength)
ON CONFLICT DO NOTHING
""")
BOOK_COLUMNS = "b.id, b.facility, b.atc, b.form, b.strength, b.last_line, b.balance"
BOOK_OF = text(f"""
SELECT {BOOK_COLUMNS} FROM clinical.register_book b
WHERE facility = :facility AND atc = :atc AND form = :form AND strength = :strength
""")  # noqa: S608 - our own text
BOOK = text(f"SELECT {BOOK_COLUMNS} FROM clinical.register_book b WHERE id = :id")  # noqa: S608 - our own text
ADD_BATCH = text("""
INSERT INTO clinical.register_batch (id, book, lot, expires_on) VALUES (:id, :book, :lot, :expires_on)
ON CONFLICT DO NOTHING
""")
BATCH_COLUMNS = "id, book, lot, expires_on, in_safe"
BATCH_OF = text(f"""
SELECT {BATCH_COLUMNS} FROM clinical.register_batch WHERE book = :book AND lot = :lot AND expires_on = :expires_on
""")  # noqa: S608 - our own text
BATCH = text(f"SELECT {BATCH_COLUMNS} FROM clinical.register_batch WHERE id = :id")  # noqa: S608 - our own text
ISSUE_COLUMNS = "id, book, batch, facility, container, held_in, round_on, session, in_it, closed_by"
ISSUE = text(f"SELECT {ISSUE_COLUMNS} FROM clinical.register_issue WHERE id = :id")  # noqa: S608 - our own text
DRAWN = text("""
SELECT coalesce(sum(l.amount), 0) FROM clinical.register_line l
WHERE l.issue = :issue AND l.kind IN ('dose', 're-dose')
    AND NOT EXISTS (SELECT FROM clinical.register_line t WHERE t.book = l.book AND t.takes_back = l.number AND t.kind = 'remove')
""")


class HeldIn(StrEnum):
    """In what something is issued."""

    BOTTLE = "bottle"
    CUPS = "cups"


@dataclass(frozen=True)
class Book:
    """A site's book of one product. ``balance``: in the safe and in what is out."""

    id: UUID
    facility: str
    product: StockProduct
    last_line: int
    balance: Decimal


@dataclass(frozen=True)
class Batch:
    """A lot of a product with its last day."""

    id: UUID
    book: UUID
    lot: str
    expires_on: date
    in_safe: Decimal


@dataclass(frozen=True)
class Issue:
    """What was issued to a round in one container."""

    id: UUID
    book: UUID
    batch: UUID
    facility: str
    container: str
    held_in: HeldIn
    round_on: date
    session: str
    in_it: Decimal
    closed_by: int | None
    """The number of the line that counted it back; None: it is out."""


def book_for(connection: Connection, entering: Entering, product: StockProduct) -> Book:
    """The site's book of a product, opened if there is none, and held."""
    values = {
        "facility": entering.facility,
        "atc": product.atc,
        "form": product.form,
        "strength": product.strength,
    }
    connection.execute(ADD_BOOK, {"id": uuid4(), **values})
    found = connection.execute(BOOK_OF, values).one()
    hold(connection, entering, found.id)
    return book_with(connection, found.id)


def held_book(connection: Connection, entering: Entering, id_: UUID) -> Book:
    """A book of the site, held. Raises NotThere, BookChanged."""
    hold(connection, entering, id_)
    return book_with(connection, id_)


def book_with(connection: Connection, id_: UUID) -> Book:
    """The book of that id, of whichever site. Raises NotThere."""
    row = connection.execute(BOOK, {"id": id_}).one_or_none()
    if row is None:
        raise NotThere
    return book_in(row)


def book_in(row: Row[Any]) -> Book:
    """A book from its columns."""
    product = StockProduct(row.atc, Form(row.form), row.strength)
    return Book(row.id, row.facility, product, row.last_line, row.balance)


def batch_for(connection: Connection, book: UUID, lot: str, expires_on: date) -> Batch:
    """The batch of a held book, made if there is none."""
    values = {"book": book, "lot": lot, "expires_on": expires_on}
    connection.execute(ADD_BATCH, {"id": uuid4(), **values})
    return Batch(*connection.execute(BATCH_OF, values).one())


def held_batch(connection: Connection, entering: Entering, id_: UUID) -> Batch:
    """A batch of the site, its book held. Raises NotThere, BookChanged."""
    row = connection.execute(BATCH, {"id": id_}).one_or_none()
    if row is None:
        raise NotThere
    hold(connection, entering, row.book)
    return batch_with(connection, id_)


def batch_with(connection: Connection, id_: UUID) -> Batch:
    """A batch that is there."""
    return Batch(*connection.execute(BATCH, {"id": id_}).one())


def held_issue(connection: Connection, entering: Entering, id_: UUID) -> Issue:
    """What was issued at the site, its book held. Raises NotThere, BookChanged."""
    row = connection.execute(ISSUE, {"id": id_}).one_or_none()
    if row is None:
        raise NotThere
    hold(connection, entering, row.book)
    return issue_with(connection, id_)


def issue_with(connection: Connection, id_: UUID) -> Issue:
    """What was issued, of whichever site. Raises NotThere."""
    row = connection.execute(ISSUE, {"id": id_}).one_or_none()
    if row is None:
        raise NotThere
    return issue_in(row)


def issue_in(row: Row[Any]) -> Issue:
    """What was issued, from its columns."""
    return Issue(
        row.id, row.book, row.batch, row.facility, row.container, HeldIn(row.held_in), row.round_on, row.session,
        row.in_it, row.closed_by,
    )  # fmt: skip


def drawn_from(connection: Connection, issue: UUID) -> Decimal:
    """How much was drawn for doses, but for what was put back."""
    found: Decimal = connection.execute(DRAWN, {"issue": issue}).scalar_one()
    return found
