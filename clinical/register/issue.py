"""Out of the safe for a round: a bottle that doses are drawn from, or what cups are poured of."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Connection, text

from clinical.register.amount import moved
from clinical.register.discrepancy import opened_by, opened_if_safe_is_off
from clinical.register.entering import Entered, Entering
from clinical.register.errors import ContainerOut, Expired, TwoStrengths
from clinical.register.expiry import is_over
from clinical.register.kind import Kind
from clinical.register.ledger import Entry, lines_of, write
from clinical.register.product import Form, StockProduct
from clinical.register.stock import Batch, HeldIn, book_with, held_batch
from clinical.register.strengths import is_other_strength
from clinical.register.two_people import signed

# Two who open two strengths at once write in two books, so the books' locks do not keep them apart.
ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended(:what, 0))")
# Whichever round it was issued to: what is not counted back stands on the table of this one.
OUT = text("""
SELECT DISTINCT b.atc, b.form, b.strength
FROM clinical.register_issue i JOIN clinical.register_book b ON b.id = i.book
WHERE i.facility = :facility AND i.closed_by IS NULL
""")
IS_OUT = text("""
SELECT EXISTS (
    SELECT FROM clinical.register_issue WHERE facility = :facility AND container = :container AND closed_by IS NULL
)
""")
ADD = text("""
INSERT INTO clinical.register_issue (id, book, batch, facility, container, held_in, round_on, session)
VALUES (:id, :book, :batch, :facility, :container, :held_in, :round_on, :session)
""")


@dataclass(frozen=True)
class Opening:
    """What goes out.

    Attributes:
        batch: from which batch.
        amount: how much.
        container: its name, as it stands on it: one that is out has a name that no other one has.
        held_in: whether doses are drawn from it, or cups are poured of it before.
        round_on: the civil day of the round.
        session: the code of the round on that day.
    """

    batch: UUID
    amount: Decimal
    container: str
    held_in: HeldIn
    round_on: date
    session: str


def issue(connection: Connection, entering: Entering, opening: Opening) -> Entered:
    """Issue it; what is out is named by the entry's ``event``.

    More than the book says is in the safe is issued too, since it stands on the table: it opens a discrepancy.

    Raises NotThere, AmountRefused, Expired, TwoStrengths, ContainerOut, SecondPersonNeeded, SamePerson, BookChanged.
    """
    moved(opening.amount)
    by = signed(Kind.ISSUE, entering.hands, entering.law)
    batch = held_batch(connection, entering, opening.batch)
    if before := lines_of(connection, entering.event):
        return Entered(before, opened_by(connection, entering.event))
    if is_over(batch.expires_on, max(entering.day, opening.round_on)):
        raise Expired
    _refuse_other_strength(connection, entering, book_with(connection, batch.book).product)
    _take_out(connection, entering, batch, opening)
    entry = Entry(Kind.ISSUE, batch.id, opening.amount, issue=entering.event)
    lines = write(connection, entering, batch.book, by, [entry])
    return Entered(lines, opened_if_safe_is_off(connection, entering, by, batch.id))


def _refuse_other_strength(connection: Connection, entering: Entering, product: StockProduct) -> None:
    what = f"register {entering.facility} {product.atc} {product.form}"
    connection.execute(ONE_AT_A_TIME, {"what": what})
    rows = connection.execute(OUT, {"facility": entering.facility})
    if is_other_strength(product, (StockProduct(one.atc, Form(one.form), one.strength) for one in rows)):
        raise TwoStrengths


def _take_out(connection: Connection, entering: Entering, batch: Batch, opening: Opening) -> None:
    named = {"facility": entering.facility, "container": opening.container}
    if connection.execute(IS_OUT, named).scalar_one():
        raise ContainerOut
    values = {
        **named,
        "id": entering.event,
        "book": batch.book,
        "batch": batch.id,
        "held_in": opening.held_in,
        "round_on": opening.round_on,
        "session": opening.session,
    }
    connection.execute(ADD, values)
