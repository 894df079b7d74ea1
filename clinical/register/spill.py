"""What runs out of a container before anybody has it."""

from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Connection

from clinical.register.amount import NOTHING, moved
from clinical.register.cups import cup_with
from clinical.register.discrepancy import opened_by, opened_if_container_is_off
from clinical.register.entering import Entered, Entering
from clinical.register.errors import AmountRefused, CupEmpty, IssueClosed, NotEnough, NotThere
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
    amount: Decimal | None,
    reason: SpillReason,
    cup: UUID | None = None,
) -> Entered:
    """Out of what is out on a round. More than the book says opens a discrepancy: it is on the floor.

    Of a cup, if one is named, ``amount`` None is all that is in it; more than that was not in a cup.

    Raises NotThere, AmountRefused, CupEmpty, NotEnough, IssueClosed, SecondPersonNeeded, SamePerson, BookChanged.
    """
    by = signed(Kind.SPILL, entering.hands, entering.law)
    out = held_issue(connection, entering, issue)
    if before := lines_of(connection, entering.event):
        return Entered(before, opened_by(connection, entering.event))
    if out.closed_by is not None:
        raise IssueClosed
    gone = _gone(connection, issue, amount, cup)
    entry = Entry(Kind.SPILL, out.batch, gone, issue=out.id, cup=cup, reason=reason)
    lines = write(connection, entering, out.book, by, [entry])
    return Entered(lines, opened_if_container_is_off(connection, entering, by, out, lines))


def _gone(connection: Connection, issue: UUID, amount: Decimal | None, cup: UUID | None) -> Decimal:
    """How much it was. Raises AmountRefused, NotThere, CupEmpty, NotEnough."""
    if cup is None:
        if amount is None:
            raise AmountRefused
        return moved(amount)
    found = cup_with(connection, cup)
    if found.issue != issue:
        raise NotThere
    if found.left <= NOTHING:
        raise CupEmpty
    if amount is not None and moved(amount) > found.left:
        raise NotEnough
    return found.left if amount is None else amount
