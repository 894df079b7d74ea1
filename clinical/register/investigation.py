"""How a discrepancy is looked into, and how it ends: with a cause, by two, and with an entry where the book is to be changed."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Connection, text

from clinical.register.amount import NOTHING
from clinical.register.discrepancy import OF_THE_SAFE, Discrepancy, discrepancy_with, opened_by
from clinical.register.entering import Entered, Entering
from clinical.register.errors import DiscrepancyClosed, IssueStillOpen, NothingToAccept, StillOff
from clinical.register.kind import Kind
from clinical.register.ledger import Entry, hold, write
from clinical.register.stock import issue_with
from clinical.register.two_people import Act, Signed, signed

STEP = text("""
INSERT INTO clinical.register_discrepancy_step (discrepancy, step, note, at, account)
VALUES (:discrepancy, :step, :note, :at, :account)
""")
CLOSE = text("""
INSERT INTO clinical.register_discrepancy_closing (discrepancy, cause, note, at, first_account, second_account)
VALUES (:discrepancy, :cause, :note, :at, :first, :second)
""")
IS_OFF = text("SELECT clinical.register_is_off(:batch, :issue)")


class Step(StrEnum):
    """What was done to find out."""

    COUNTED_AGAIN = "counted-again"
    ASKED = "asked"
    COMPARED = "compared"
    """The doses with the lines."""
    INVOICE = "invoice"
    REPORTED = "reported"
    """To whoever has to know: the medical lead, the authority."""
    TAKEN_BACK = "taken-back"
    """The dose was taken back."""
    OTHER = "other"


class Cause(StrEnum):
    """What it was."""

    ENTERED_LATE = "entered-late"
    WRONG_ENTRY = "wrong-entry"
    MEASURING = "measuring"
    SPILLED = "spilled"
    DELIVERY = "delivery"
    MISSING = "missing"
    """It stays missing, and was reported."""
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Settlement:
    """How one ends. ``accepts``: whether an entry brings the book to what there is."""

    cause: Cause
    note: str
    accepts: bool


def add_step(connection: Connection, entering: Entering, discrepancy: UUID, step: Step, note: str) -> None:
    """Write what was done to find out. Raises NotThere, DiscrepancyClosed."""
    found = held_discrepancy(connection, entering, discrepancy)
    _step(connection, entering, found.id, step, note)


def note_taken_back(connection: Connection, entering: Entering, dose: UUID) -> None:
    """Write into what a dose without a line has opened that the dose was taken back."""
    for one in opened_by(connection, dose):
        if discrepancy_with(connection, one).is_open:
            _step(connection, entering, one, Step.TAKEN_BACK, "")


def settle(connection: Connection, entering: Entering, discrepancy: UUID, settlement: Settlement) -> Entered:
    """Close one, by two.

    Raises NotThere, DiscrepancyClosed, IssueStillOpen, StillOff, NothingToAccept, SecondPersonNeeded, SamePerson.
    """
    by = signed(Act.SETTLE, entering.hands, entering.law)
    found = held_discrepancy(connection, entering, discrepancy)
    entries = [_accepted(connection, found)] if settlement.accepts else []
    lines = write(connection, entering, found.book, by, entries)
    close(connection, entering, found, settlement, by)
    return Entered(lines)


def held_discrepancy(connection: Connection, entering: Entering, discrepancy: UUID) -> Discrepancy:
    """One that is open, its book held. Raises NotThere, DiscrepancyClosed."""
    hold(connection, entering, discrepancy_with(connection, discrepancy).book)
    found = discrepancy_with(connection, discrepancy)
    if not found.is_open:
        raise DiscrepancyClosed
    return found


def close(
    connection: Connection, entering: Entering, found: Discrepancy, settlement: Settlement, by: Signed
) -> None:
    """Write how one ends. Raises StillOff where the book does not hold without it."""
    values = {
        "discrepancy": found.id,
        "cause": settlement.cause,
        "note": settlement.note,
        "at": entering.at,
        "first": by.first,
        "second": by.second,
    }
    connection.execute(CLOSE, values)
    if connection.execute(IS_OFF, {"batch": found.batch, "issue": found.issue}).scalar_one():
        raise StillOff


def difference(connection: Connection, found: Discrepancy) -> Decimal:
    """What there is less what the book says now, as far as an entry may accept it. Raises IssueStillOpen."""
    if found.issue is None:
        return found.amount if found.found_by in OF_THE_SAFE else NOTHING
    issue = issue_with(connection, found.issue)
    if issue.closed_by is None:
        raise IssueStillOpen
    # It was counted back, so nothing is in it, whatever the book says.
    return -issue.in_it


def _accepted(connection: Connection, found: Discrepancy) -> Entry:
    off = difference(connection, found)
    if off == NOTHING or found.batch is None:
        raise NothingToAccept
    kind = Kind.OVERAGE if off > NOTHING else Kind.SHORTAGE
    return Entry(kind, found.batch, abs(off), issue=found.issue, discrepancy=found.id)


def _step(connection: Connection, entering: Entering, discrepancy: UUID, step: Step, note: str) -> None:
    values = {
        "discrepancy": discrepancy,
        "step": step,
        "note": note,
        "at": entering.at,
        "account": entering.hands.first,
    }
    connection.execute(STEP, values)
