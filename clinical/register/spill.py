"""What runs out of a container before anybody has it."""

from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Connection

from clinical.register.amount import moved
from clinical.register.discrepancy import opened_by, opened_if_container_is_off
from clinical.register.entering import Entered, Entering
from clinical.register.errors import IssueClosed
from clinical.register.kind import Kind
from clinical.register.ledger import Entry, lines_of, write
from clinical.register.stock import held_issue
from clinical.register.two_people import signed


class SpillReason(StrEnum):
    """How it was lost."""

    KNOCKED_OVER = "knocked-over"
    BROKEN = "broken"
    PUMP = "pump"
    BY_THE_PERSON = "by-the-person"
    OTHER = "other"


def spill(
    connection: Connection,
    entering: Entering,
    issue: UUID,
    amount: Decimal,
    reason: SpillReason,
    cup: UUID | None = None,
) -> Entered:
    """Out of what is out on a round, of a cup if one is named. More than the book says opens a discrepancy: it is on the floor.

    Raises NotThere, AmountRefused, IssueClosed, SecondPersonNeeded, SamePerson, BookChanged.
    """
    moved(amount)
    by = signed(Kind.SPILL, entering.hands, entering.law)
    out = held_issue(connection, entering, issue)
    if before := lines_of(connection, entering.event):
        return Entered(before, opened_by(connection, entering.event))
    if out.closed_by is not None:
        raise IssueClosed
    entry = Entry(Kind.SPILL, out.batch, amount, issue=out.id, cup=cup, reason=reason)
    lines = write(connection, entering, out.book, by, [entry])
    return Entered(lines, opened_if_container_is_off(connection, entering, by, out, lines))
