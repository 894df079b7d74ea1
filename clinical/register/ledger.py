"""Writes lines, under the lock of their book. Nobody else writes any, and nothing changes one.

The tables count: numbers and balances come back from them, and are computed nowhere else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

from clinical.register.entering import Entering, Line
from clinical.register.errors import BookChanged, NotThere
from clinical.register.kind import Change, Kind, change
from clinical.register.two_people import Signed

HOLD = text("SELECT clinical.register_hold(:book)")
LAST_LINE = text("SELECT last_line FROM clinical.register_book WHERE id = :book AND facility = :facility")

COLUMNS = """book, number, event, part, kind, batch, issue, cup, amount, safe_change, container_change, safe_after,
    container_after, book_after, counted, happened_at, recorded_at, first_account, second_account, single_handed,
    takes_back, follows, reason, party, reference, transfer, discrepancy"""
WRITE = text(f"""
INSERT INTO clinical.register_line (book, event, part, kind, batch, issue, cup, amount, safe_change, container_change,
    counted, happened_at, first_account, second_account, single_handed, takes_back, follows, reason, party, reference,
    transfer, discrepancy)
VALUES (:book, :event, :part, :kind, :batch, :issue, :cup, :amount, :safe_change, :container_change,
    :counted, :happened_at, :first_account, :second_account, :single_handed, :takes_back, :follows, :reason, :party,
    :reference, :transfer, :discrepancy)
RETURNING {COLUMNS}
""")  # noqa: S608 - our own text
TAKEN_BACK = text(
    "SELECT EXISTS (SELECT FROM clinical.register_line WHERE book = :book AND takes_back = :number)"
)
OF_EVENT = text(f"SELECT {COLUMNS} FROM clinical.register_line WHERE event = :event ORDER BY part")  # noqa: S608 - our own text


@dataclass(frozen=True)
class Entry:
    """A line that is to be written; ``Line`` says what its parts mean.

    ``undoes``: what the line that a correction names did.
    """

    kind: Kind
    batch: UUID
    amount: Decimal
    issue: UUID | None = None
    cup: UUID | None = None
    counted: Decimal | None = None
    takes_back: int | None = None
    follows: int | None = None
    reason: str | None = None
    party: str | None = None
    reference: str | None = None
    transfer: UUID | None = None
    discrepancy: UUID | None = None
    undoes: Change | None = None

    @property
    def change(self) -> Change:
        """What it does to the amounts."""
        if self.undoes is not None:
            return self.undoes.undone()
        if self.kind is Kind.SPILL and self.takes_back is not None:
            # What the dose took is gone, and stays it.
            return Change(Decimal(), Decimal())
        return change(self.kind, self.amount, in_container=self.issue is not None)


def hold(connection: Connection, entering: Entering, book: UUID) -> None:
    """Keep a book from everybody else until the transaction ends. Raises NotThere, BookChanged."""
    connection.execute(HOLD, {"book": book})
    values = {"book": book, "facility": entering.facility}
    last: int | None = connection.execute(LAST_LINE, values).scalar()
    if last is None:
        raise NotThere
    if entering.seen is not None and entering.seen != last and not lines_of(connection, entering.event):
        raise BookChanged


def write(
    connection: Connection, entering: Entering, book: UUID, by: Signed, entries: Sequence[Entry]
) -> tuple[Line, ...]:
    """Write the lines of one entry into a book that is held, in their order."""
    return tuple(
        line_in(connection.execute(WRITE, _values(entering, book, by, part, entry)).one())
        for part, entry in enumerate(entries)
    )


def lines_of(connection: Connection, event: UUID) -> tuple[Line, ...]:
    """The lines of an entry, if it was made before."""
    return tuple(line_in(row) for row in connection.execute(OF_EVENT, {"event": event}))


def _values(entering: Entering, book: UUID, by: Signed, part: int, entry: Entry) -> Mapping[str, Any]:
    own = {name: value for name, value in vars(entry).items() if name != "undoes"}
    changed = entry.change
    return {
        **own,
        "book": book,
        "event": entering.event,
        "part": part,
        "safe_change": changed.safe,
        "container_change": changed.container,
        "happened_at": entering.at,
        "first_account": by.first,
        "second_account": by.second,
        "single_handed": by.single_handed,
    }


def is_taken_back(connection: Connection, line: Line) -> bool:
    """Whether another line says that this one counts no more."""
    values = {"book": line.book, "number": line.number}
    found: bool = connection.execute(TAKEN_BACK, values).scalar_one()
    return found


def line_in(row: Row[Any]) -> Line:
    """A line from its columns."""
    return Line(
        row.book, row.number, row.event, row.part, Kind(row.kind), row.batch, row.issue, row.cup, row.amount,
        row.safe_change, row.container_change, row.safe_after, row.container_after, row.book_after, row.counted,
        row.happened_at, row.recorded_at, Signed(row.first_account, row.second_account, row.single_handed),
        row.takes_back, row.follows, row.reason, row.party, row.reference, row.transfer, row.discrepancy,
    )  # fmt: skip
