"""What is destroyed out of the safe, under the number of its record."""

from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Connection

from clinical.register.amount import moved
from clinical.register.entering import Entered, Entering
from clinical.register.errors import NotEnough
from clinical.register.kind import Kind
from clinical.register.ledger import Entry, lines_of, write
from clinical.register.stock import held_batch
from clinical.register.two_people import signed


class DestroyReason(StrEnum):
    """Why."""

    EXPIRED = "expired"
    DAMAGED = "damaged"
    RECALLED = "recalled"
    OTHER = "other"


def destroy(
    connection: Connection,
    entering: Entering,
    batch: UUID,
    amount: Decimal,
    reason: DestroyReason,
    reference: str,
) -> Entered:
    """Destroy it. Raises NotThere, AmountRefused, NotEnough, SecondPersonNeeded, SamePerson, BookChanged."""
    moved(amount)
    by = signed(Kind.DESTROY, entering.hands, entering.law)
    found = held_batch(connection, entering, batch)
    if before := lines_of(connection, entering.event):
        return Entered(before)
    if amount > found.in_safe:
        raise NotEnough
    entry = Entry(Kind.DESTROY, found.id, amount, reason=reason, reference=reference)
    return Entered(write(connection, entering, found.book, by, [entry]))
