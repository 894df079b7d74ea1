"""What somebody counted alone is confirmed by somebody else, who counts after them and finds the same.

The two counts together are one by two: it confirms what was done alone before it. As long as nothing went in or out since
is it the same count; after that, two count.
"""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Connection, text

from clinical.register.amount import NOTHING
from clinical.register.discrepancy import known_off
from clinical.register.entering import Entered, Entering, Line
from clinical.register.errors import NothingToConfirm, SamePerson
from clinical.register.kind import Kind
from clinical.register.ledger import COLUMNS, Entry, line_in, lines_of, write
from clinical.register.reading import CONFIRMED
from clinical.register.stock import batch_with, held_book
from clinical.register.two_people import Signed

TO_CONFIRM = text(f"""
SELECT {COLUMNS} FROM clinical.register_line l
WHERE book = :book AND kind IN ('count', 'close') AND single_handed AND NOT {CONFIRMED} AND NOT EXISTS (
    SELECT FROM clinical.register_line m WHERE m.batch = l.batch AND m.number > l.number AND m.event <> l.event
        AND (m.safe_change <> 0 OR m.kind IN ('count', 'close'))
) ORDER BY number
""")  # noqa: S608 - our own text
ALONE = text(f"""
SELECT DISTINCT first_account FROM clinical.register_line l WHERE batch = :batch AND single_handed AND NOT {CONFIRMED}
""")  # noqa: S608 - our own text


@dataclass(frozen=True)
class ToConfirm:
    """A count, or a count back, of somebody who was alone.

    Attributes:
        line: as it stands in the book.
        in_safe: what has to lie in the safe of the batch.
        alone: who did something alone since the last count by two: none of them confirms it.
    """

    line: Line
    in_safe: Decimal
    alone: frozenset[UUID]


def to_confirm(connection: Connection, book: UUID) -> list[ToConfirm]:
    """The counts of a book that somebody else may confirm, in their order."""
    return [
        _to_confirm(connection, line_in(row)) for row in connection.execute(TO_CONFIRM, {"book": book}).all()
    ]


def confirm(connection: Connection, entering: Entering, book: UUID, number: int) -> Entered:
    """Enter that what a line counted was counted again and is there.

    Raises NotThere, NothingToConfirm, SamePerson.
    """
    held_book(connection, entering, book)
    if before := lines_of(connection, entering.event):
        return Entered(before)
    found = next((one for one in to_confirm(connection, book) if one.line.number == number), None)
    if found is None or found.in_safe < NOTHING:
        raise NothingToConfirm
    if entering.hands.first in found.alone:
        raise SamePerson
    by = Signed(entering.hands.first, None, single_handed=False)
    entry = Entry(Kind.COUNT, found.line.batch, NOTHING, counted=found.in_safe, follows=number)
    return Entered(write(connection, entering, book, by, [entry]))


def _to_confirm(connection: Connection, line: Line) -> ToConfirm:
    in_safe = batch_with(connection, line.batch).in_safe + known_off(connection, line.batch)
    alone = connection.execute(ALONE, {"batch": line.batch}).scalars()
    return ToConfirm(line, in_safe, frozenset(alone))
