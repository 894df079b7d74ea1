"""A line that was wrong: an entry undoes what it did, and names it. The line stays readable for good."""

from enum import StrEnum
from uuid import UUID

from sqlalchemy import Connection, text

from clinical.register.amount import NOTHING
from clinical.register.entering import Entered, Entering, Line
from clinical.register.errors import IssueClosed, NotEnough, NotTakenBack, NotThere
from clinical.register.kind import CORRECTED, Change, Kind
from clinical.register.ledger import COLUMNS, Entry, is_taken_back, line_in, lines_of, write
from clinical.register.stock import batch_with, held_book, issue_with
from clinical.register.transfer import is_on_its_way
from clinical.register.two_people import signed

NUMBERED = text(f"SELECT {COLUMNS} FROM clinical.register_line WHERE book = :book AND number = :number")  # noqa: S608 - our own text


class CorrectionReason(StrEnum):
    """What was wrong."""

    WRONG_AMOUNT = "wrong-amount"
    WRONG_BATCH = "wrong-batch"
    WRONG_PRODUCT = "wrong-product"
    TWICE = "twice"
    DID_NOT_HAPPEN = "did-not-happen"
    OTHER = "other"


def correct(
    connection: Connection, entering: Entering, book: UUID, number: int, reason: CorrectionReason
) -> Entered:
    """Undo a line. What should have stood there is entered anew.

    A dose is removed or spilled instead, a count done again. What would leave less than nothing is refused.

    Raises NotThere, NotTakenBack, NotEnough, IssueClosed, SecondPersonNeeded, SamePerson, BookChanged.
    """
    by = signed(Kind.CORRECTION, entering.hands, entering.law)
    held_book(connection, entering, book)
    if before := lines_of(connection, entering.event):
        return Entered(before)
    wrong = line_with(connection, book, number)
    did = Change(wrong.safe_change, wrong.container_change)
    _refuse(connection, wrong, did)
    entry = Entry(
        Kind.CORRECTION, wrong.batch, wrong.amount, issue=wrong.issue, cup=wrong.cup, takes_back=number,
        reason=reason, undoes=did,
    )  # fmt: skip
    # What was issued by mistake is out no longer.
    over = [Entry(Kind.CLOSE, wrong.batch, NOTHING, issue=wrong.issue, counted=NOTHING)]
    entries = [entry, *(over if wrong.kind is Kind.ISSUE else [])]
    return Entered(write(connection, entering, book, by, entries))


def line_with(connection: Connection, book: UUID, number: int) -> Line:
    """A line by its number. Raises NotThere."""
    row = connection.execute(NUMBERED, {"book": book, "number": number}).one_or_none()
    if row is None:
        raise NotThere
    return line_in(row)


def is_correctable(connection: Connection, line: Line) -> bool:
    """Whether a line is of a kind that is corrected, was not taken back yet, and is no transfer that has arrived."""
    if line.kind not in CORRECTED or line.discrepancy is not None:
        return False
    if line.kind is Kind.TRANSFER_OUT:
        return is_on_its_way(connection, line)
    return not is_taken_back(connection, line)


def _refuse(connection: Connection, wrong: Line, did: Change) -> None:
    if not is_correctable(connection, wrong):
        raise NotTakenBack
    if batch_with(connection, wrong.batch).in_safe < did.safe:
        raise NotEnough
    if wrong.issue is None:
        return
    out = issue_with(connection, wrong.issue)
    if out.closed_by is not None:
        raise IssueClosed
    if wrong.kind is Kind.ISSUE and out.in_it != did.container:
        raise NotEnough
