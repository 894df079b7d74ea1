"""The end of a round for one container: what is left is measured, compared with the book, and back in the safe."""

from decimal import Decimal
from uuid import UUID

from sqlalchemy import Connection

from clinical.protocols import Protocol
from clinical.register.amount import NOTHING, counted
from clinical.register.cups import cups_of
from clinical.register.discrepancy import Found, FoundBy, opened, opened_by
from clinical.register.entering import Entered, Entering
from clinical.register.errors import IssueClosed
from clinical.register.kind import Kind
from clinical.register.ledger import Entry, lines_of, write
from clinical.register.stock import Issue, book_with, drawn_from, held_issue
from clinical.register.tolerance import is_within_tolerance
from clinical.register.two_people import signed


def count_back(connection: Connection, entering: Entering, issue: UUID, residue: Decimal) -> Entered:
    """Count a container back. A difference within the tolerance is accepted; beyond it stays, with a discrepancy.

    Doses that arrive later are still drawn from it.

    Raises NotThere, AmountRefused, IssueClosed, SecondPersonNeeded, SamePerson, BookChanged.
    """
    counted(residue)
    by = signed(Kind.CLOSE, entering.hands, entering.law)
    out = held_issue(connection, entering, issue)
    if before := lines_of(connection, entering.event):
        return Entered(before, opened_by(connection, entering.event))
    if out.closed_by is not None:
        raise IssueClosed
    difference = residue - out.in_it
    accepted = _is_accepted(connection, out, difference, entering.law)
    entries = [
        Entry(Kind.CLOSE, out.batch, NOTHING, issue=out.id, counted=residue),
        *([_accepting(out, difference)] if accepted and difference else []),
        *([Entry(Kind.RETURN, out.batch, residue, issue=out.id)] if residue else []),
    ]
    lines = write(connection, entering, out.book, by, entries)
    if accepted:
        return Entered(lines)
    found = Found(FoundBy.RESIDUE, difference, out.book, out.batch, out.id)
    return Entered(lines, (opened(connection, entering, by, found),))


def _is_accepted(connection: Connection, out: Issue, difference: Decimal, law: Protocol) -> bool:
    if any(cup.left for cup in cups_of(connection, out.id)):
        return difference == NOTHING
    unit = book_with(connection, out.book).product.unit
    return is_within_tolerance(difference, drawn_from(connection, out.id), unit, law)


def _accepting(out: Issue, difference: Decimal) -> Entry:
    kind = Kind.OVERAGE if difference > NOTHING else Kind.SHORTAGE
    return Entry(kind, out.batch, abs(difference), issue=out.id)
