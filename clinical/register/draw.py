"""A dose that was given, or was spilled before, draws on what is out on the round, in the transaction that records it.

Nothing here refuses a dose: it was swallowed, or lies on the floor. What does not fit opens a discrepancy.
"""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Connection, text

from clinical.register.amount import NOTHING, moved
from clinical.register.cup import Cup, Poured
from clinical.register.cups import cup_with
from clinical.register.discrepancy import Found, FoundBy, opened, opened_by, opened_if_container_is_off
from clinical.register.entering import Entered, Entering
from clinical.register.errors import NotThere
from clinical.register.kind import DOSES, Kind
from clinical.register.ledger import Entry, lines_of, write
from clinical.register.product import StockProduct
from clinical.register.spill import SpillReason
from clinical.register.stock import Issue, book_for, book_with, held_issue
from clinical.register.two_people import Signed, signed_as_given

GIVEN = text("""
INSERT INTO clinical.register_dose (event, book, amount, kind, happened_at, patient_id, administration_id, mg, ml, issue)
VALUES (:event, :book, :amount, :kind, :at, :patient, :administration, :mg, :ml, :issue)
""")
KNOWN = text("SELECT EXISTS (SELECT FROM clinical.register_dose WHERE event = :event)")


@dataclass(frozen=True)
class Drawing:
    """What somebody was given; the entry's ``event`` is that of the dose.

    Attributes:
        product: what was given; where nobody says of which strength it was, one of those that are kept.
        amount: in its unit; None: nobody can say how much of it that was.
        administration: the id of the MedicationAdministration that is written beside it.
        given: to whom and for what: the person, the slot, the order with its version.
        issue: what it was drawn from; None: nobody knows.
        cup: the cup, if it was poured before.
        follows: the event of the dose that it is in place of; it is a re-dose then.
        spilled: how it was lost, if nobody had it.
        mg: as it was said, whatever the product.
        ml: likewise.
    """

    product: StockProduct
    amount: Decimal | None
    administration: str
    given: Poured
    issue: UUID | None = None
    cup: UUID | None = None
    follows: UUID | None = None
    spilled: SpillReason | None = None
    mg: Decimal | None = None
    ml: Decimal | None = None

    @property
    def kind(self) -> Kind:
        """A dose in place of another one is a re-dose."""
        if self.spilled is not None:
            return Kind.SPILL
        return Kind.DOSE if self.follows is None else Kind.RE_DOSE


def draw(connection: Connection, entering: Entering, drawing: Drawing) -> Entered:
    """Enter the dose. Raises AmountRefused, and nothing else that is about stock.

    Where the container is not known, is another site's, or holds another product, or where nobody can say how much it was in
    the unit of the book, no line is written: a discrepancy waits until somebody says from where it was (``placing.place``).
    """
    if drawing.amount is not None:
        moved(drawing.amount)
    by = signed_as_given(drawing.kind, entering.hands, entering.law)
    out = _out(connection, entering, drawing)
    book = out.book if out else book_for(connection, entering, drawing.product).id
    if connection.execute(KNOWN, {"event": entering.event}).scalar_one():
        return Entered(lines_of(connection, entering.event), opened_by(connection, entering.event))
    _note(connection, entering, drawing, book)
    if out is None or drawing.amount is None:
        why = FoundBy.NO_CONTAINER if out is None else FoundBy.NO_AMOUNT
        found = Found(why, -(drawing.amount or NOTHING), book)
        return Entered((), (opened(connection, entering, by, found),))
    return _drawn(connection, entering, drawing, by, out, drawing.amount)


def _out(connection: Connection, entering: Entering, drawing: Drawing) -> Issue | None:
    """What it was drawn from, if it can have been."""
    if drawing.issue is None:
        return None
    try:
        out = held_issue(connection, entering, drawing.issue)
    except NotThere:
        return None
    return out if book_with(connection, out.book).product == drawing.product else None


def _drawn(
    connection: Connection, entering: Entering, drawing: Drawing, by: Signed, out: Issue, amount: Decimal
) -> Entered:
    cup = _cup(connection, drawing, out)
    entry = Entry(
        drawing.kind,
        out.batch,
        amount,
        issue=out.id,
        cup=cup.id if cup else None,
        follows=_followed(connection, drawing, out),
        reason=drawing.spilled,
    )
    lines = write(connection, entering, out.book, by, [entry])
    off = opened_if_container_is_off(connection, entering, by, out, lines)
    if drawing.cup is None or (cup is not None and _fits(cup, drawing, amount)):
        return Entered(lines, off)
    found = Found(FoundBy.CUP, Decimal(), out.book, out.batch, out.id)
    return Entered(lines, (*off, opened(connection, entering, by, found)))


def _cup(connection: Connection, drawing: Drawing, out: Issue) -> Cup | None:
    if drawing.cup is None:
        return None
    try:
        cup = cup_with(connection, drawing.cup)
    except NotThere:
        return None
    return cup if cup.issue == out.id else None


def _fits(cup: Cup, drawing: Drawing, amount: Decimal) -> bool:
    """Whether it went to whom and for what it was poured. A part of it may stay in the cup."""
    poured, given = cup.poured, drawing.given
    same = (poured.patient, poured.slot, poured.order, poured.version) == (
        given.patient,
        given.slot,
        given.order,
        given.version,
    )
    return same and amount <= cup.left


def _followed(connection: Connection, drawing: Drawing, out: Issue) -> int | None:
    """The line of the first dose, if it stands in the same book."""
    if drawing.follows is None:
        return None
    lines = lines_of(connection, drawing.follows)
    return next((one.number for one in lines if one.book == out.book and one.kind in DOSES), None)


def _note(connection: Connection, entering: Entering, drawing: Drawing, book: UUID) -> None:
    values = {
        "event": entering.event,
        "book": book,
        "amount": drawing.amount,
        "kind": drawing.kind,
        "at": entering.at,
        "patient": drawing.given.patient,
        "administration": drawing.administration,
        "mg": drawing.mg,
        "ml": drawing.ml,
        "issue": drawing.issue,
    }
    connection.execute(GIVEN, values)
