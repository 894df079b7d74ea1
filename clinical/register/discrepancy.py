"""What does not fit: opened by what showed it, looked into step by step, closed by two. It never changes a line.

While a balance is below nothing, or a container that was counted back is not empty by the book, one is open: the tables ask
for it when a transaction ends.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, Row, text

from clinical.register.amount import NOTHING, moved
from clinical.register.entering import Entered, Entering, Line
from clinical.register.errors import NotThere
from clinical.register.stock import Issue, batch_with, held_batch
from clinical.register.two_people import Act, Signed, signed

OPEN = text("""
INSERT INTO clinical.register_discrepancy
    (id, book, batch, issue, found_by, amount, event, opened_at, first_account, second_account)
VALUES (:id, :book, :batch, :issue, :found_by, :amount, :event, :at, :first, :second)
""")
IS_OPEN = "NOT EXISTS (SELECT FROM clinical.register_discrepancy_closing c WHERE c.discrepancy = d.id)"
OPEN_OF_ISSUE = text(f"""
SELECT EXISTS (SELECT FROM clinical.register_discrepancy d WHERE d.issue = :issue AND {IS_OPEN})
""")  # noqa: S608 - our own text
KNOWN_OFF = text(f"""
SELECT coalesce(sum(d.amount), 0) FROM clinical.register_discrepancy d
WHERE d.batch = :batch AND d.issue IS NULL AND d.found_by = ANY(:of_the_safe) AND {IS_OPEN}
""")  # noqa: S608 - our own text
OF_EVENT = text("SELECT id FROM clinical.register_discrepancy WHERE event = :event ORDER BY recorded_at, id")
COLUMNS = f"""d.id, d.book, d.batch, d.issue, d.found_by, d.amount, d.event, d.opened_at, d.first_account, d.second_account,
    {IS_OPEN} AS is_open"""
WITH_ID = text(f"SELECT {COLUMNS} FROM clinical.register_discrepancy d WHERE d.id = :id")  # noqa: S608 - our own text


class FoundBy(StrEnum):
    """What showed it. The code is stored: never changed."""

    COUNT = "count"
    RESIDUE = "residue"
    """What was counted back is not what the book says."""
    ISSUED = "issued"
    """More left the safe than the book says there was."""
    OVERDRAWN = "overdrawn"
    """More was drawn from a container than the book says was in it."""
    AFTER_CLOSE = "after-close"
    """Something was entered of a container that was counted back before."""
    NO_CONTAINER = "no-container"
    """A dose was given, or spilled, and nobody knows from which container."""
    NO_AMOUNT = "no-amount"
    """A dose was given, or spilled, and nobody can say how much it was in the unit of the book."""
    CUP = "cup"
    """A cup went to somebody, or for something, that it was not poured for."""
    TRANSFER = "transfer"
    """What arrived is not what left."""
    PERSON = "person"
    """Somebody says so."""


OF_THE_SAFE = frozenset({FoundBy.COUNT, FoundBy.ISSUED, FoundBy.PERSON})
"""Those by which what lies in the safe is not what the book says. The table asks for one of them too."""

OF_A_DOSE = frozenset({FoundBy.NO_CONTAINER, FoundBy.NO_AMOUNT})
"""Those of a dose that has no line yet: it is given one once somebody says from where it was."""


@dataclass(frozen=True)
class Discrepancy:
    """One, as it was opened.

    ``amount``: what there is less what the book said at that time.
    """

    id: UUID
    book: UUID
    batch: UUID | None
    issue: UUID | None
    found_by: FoundBy
    amount: Decimal
    event: UUID
    opened_at: datetime
    first: UUID
    second: UUID | None
    is_open: bool


@dataclass(frozen=True)
class Found:
    """What one is opened of.

    ``amount``: as in ``Discrepancy``.
    """

    by: FoundBy
    amount: Decimal
    book: UUID
    batch: UUID | None = None
    issue: UUID | None = None


def opened(connection: Connection, entering: Entering, by: Signed, found: Found) -> UUID:
    """Open one, in a book that is held."""
    id_ = uuid4()
    values: Mapping[str, Any] = {
        "id": id_,
        "book": found.book,
        "batch": found.batch,
        "issue": found.issue,
        "found_by": found.by,
        "amount": found.amount,
        "event": entering.event,
        "at": entering.at,
        "first": by.first,
        "second": by.second,
    }
    connection.execute(OPEN, values)
    return id_


def opened_if_container_is_off(
    connection: Connection, entering: Entering, by: Signed, before: Issue, lines: Sequence[Line]
) -> tuple[UUID, ...]:
    """Open one of a container that does not hold, unless one is open already.

    ``before``: as it was before the ``lines``, of which none counts it back.
    """
    left = lines[-1].in_container
    assert left is not None
    if left >= NOTHING and (before.closed_by is None or left == NOTHING):
        return ()
    if connection.execute(OPEN_OF_ISSUE, {"issue": before.id}).scalar_one():
        return ()
    why = FoundBy.OVERDRAWN if before.closed_by is None else FoundBy.AFTER_CLOSE
    found = Found(why, -left, before.book, before.batch, before.id)
    return (opened(connection, entering, by, found),)


def opened_if_safe_is_off(
    connection: Connection, entering: Entering, by: Signed, batch: UUID
) -> tuple[UUID, ...]:
    """Open one of a batch of which more left the safe than there was by the book, and than was known to be there."""
    now = batch_with(connection, batch)
    short = -now.in_safe - known_off(connection, batch)
    if now.in_safe >= NOTHING or short <= NOTHING:
        return ()
    return (opened(connection, entering, by, Found(FoundBy.ISSUED, short, now.book, batch)),)


def known_off(connection: Connection, batch: UUID) -> Decimal:
    """By how much a batch in the safe is known to be off: what there is less what the book says."""
    asked = {"batch": batch, "of_the_safe": sorted(OF_THE_SAFE)}
    found: Decimal = connection.execute(KNOWN_OFF, asked).scalar_one()
    return found


def opened_by(connection: Connection, event: UUID) -> tuple[UUID, ...]:
    """Those that an entry opened."""
    return tuple(connection.execute(OF_EVENT, {"event": event}).scalars())


def report(connection: Connection, entering: Entering, batch: UUID, amount: Decimal) -> Entered:
    """Open one that somebody noticed, in the safe. Raises NotThere, AmountRefused, SamePerson."""
    moved(abs(amount))
    found = held_batch(connection, entering, batch)
    if before := opened_by(connection, entering.event):
        return Entered((), before)
    by = signed(Act.REPORT, entering.hands, entering.law)
    one = opened(connection, entering, by, Found(FoundBy.PERSON, amount, found.book, found.id))
    return Entered((), (one,))


def discrepancy_with(connection: Connection, id_: UUID) -> Discrepancy:
    """The one of that id, of whichever site. Raises NotThere."""
    row = connection.execute(WITH_ID, {"id": id_}).one_or_none()
    if row is None:
        raise NotThere
    return discrepancy_in(row)


def discrepancy_in(row: Row[Any]) -> Discrepancy:
    """One from its columns."""
    return Discrepancy(
        row.id, row.book, row.batch, row.issue, FoundBy(row.found_by), row.amount, row.event, row.opened_at,
        row.first_account, row.second_account, row.is_open,
    )  # fmt: skip
