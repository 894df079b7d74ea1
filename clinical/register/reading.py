"""What stands in the register of a site, as its pages show it. Nobody's name is in it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from clinical.register.discrepancy import COLUMNS as DISCREPANCY_COLUMNS
from clinical.register.discrepancy import IS_OPEN, Discrepancy, discrepancy_in
from clinical.register.entering import Line
from clinical.register.investigation import Cause, Step
from clinical.register.ledger import COLUMNS as LINE_COLUMNS
from clinical.register.ledger import line_in
from clinical.register.stock import (
    BATCH_COLUMNS,
    BOOK_COLUMNS,
    ISSUE_COLUMNS,
    Batch,
    Book,
    Issue,
    book_in,
    issue_in,
)

BOOKS = text(f"""
SELECT {BOOK_COLUMNS} FROM clinical.register_book b WHERE facility = :facility ORDER BY atc, form, strength
""")  # noqa: S608 - our own text
SITES = text("SELECT DISTINCT facility FROM clinical.register_book ORDER BY facility")
# By a count by two, or by the count of one that follows that of another who was alone (``confirming``).
CONFIRMED = """EXISTS (
    SELECT FROM clinical.register_line c WHERE c.batch = l.batch AND c.number > l.number AND c.kind = 'count'
        AND (c.second_account IS NOT NULL OR c.follows IS NOT NULL)
)"""
BATCHES = text(f"""
SELECT {BATCH_COLUMNS} FROM clinical.register_batch b WHERE book = ANY(:books) ORDER BY expires_on, lot
""")  # noqa: S608 - our own text
# Of an empty batch there is nothing to count, unless somebody was alone with it and nobody has counted since.
TO_COUNT = text(f"""
SELECT {BATCH_COLUMNS} FROM clinical.register_batch b WHERE book = :book AND (
    in_safe <> 0 OR EXISTS (SELECT FROM clinical.register_line l WHERE l.batch = b.id AND single_handed AND NOT {CONFIRMED})
) ORDER BY expires_on, lot
""")  # noqa: S608 - our own text
LAST_ISSUES = text(f"""
SELECT {ISSUE_COLUMNS} FROM clinical.register_issue WHERE book = ANY(:books) ORDER BY round_on DESC, session, container LIMIT 20
""")  # noqa: S608 - our own text
OUT = text(f"""
SELECT {ISSUE_COLUMNS} FROM clinical.register_issue WHERE book = ANY(:books) AND closed_by IS NULL
ORDER BY round_on, session, container
""")  # noqa: S608 - our own text
UNCONFIRMED = text(f"""
SELECT {LINE_COLUMNS} FROM clinical.register_line l WHERE book = ANY(:books) AND single_handed AND NOT {CONFIRMED}
ORDER BY book, number
""")  # noqa: S608 - our own text
OPEN = text(f"""
SELECT {DISCREPANCY_COLUMNS} FROM clinical.register_discrepancy d WHERE book = ANY(:books) AND {IS_OPEN}
ORDER BY opened_at, recorded_at, id
""")  # noqa: S608 - our own text
CLOSED = text(f"""
SELECT {DISCREPANCY_COLUMNS} FROM clinical.register_discrepancy d WHERE book = ANY(:books) AND NOT {IS_OPEN}
ORDER BY opened_at DESC, recorded_at DESC, id LIMIT :most
""")  # noqa: S608 - our own text
ON_ITS_WAY = text(f"""
SELECT {LINE_COLUMNS} FROM clinical.register_line l WHERE kind = 'transfer-out' AND party = :facility
    AND NOT EXISTS (SELECT FROM clinical.register_line i WHERE i.transfer = l.event)
    AND NOT EXISTS (SELECT FROM clinical.register_line t WHERE t.book = l.book AND t.takes_back = l.number)
ORDER BY happened_at
""")  # noqa: S608 - our own text
NUMBERED = text(f"""
SELECT {LINE_COLUMNS} FROM clinical.register_line WHERE book = :book AND number BETWEEN :first AND :last ORDER BY number
""")  # noqa: S608 - our own text
TAKEN_BACK_AMONG = text("""
SELECT number, takes_back FROM clinical.register_line WHERE book = :book AND takes_back BETWEEN :first AND :last
""")
OF_TIME = text(f"""
SELECT {LINE_COLUMNS} FROM clinical.register_line
WHERE book = :book AND recorded_at >= :begins AND recorded_at < :ends ORDER BY number
""")  # noqa: S608 - our own text
OF_ISSUE = text(f"SELECT {LINE_COLUMNS} FROM clinical.register_line WHERE issue = :issue ORDER BY number")  # noqa: S608 - our own text
STEPS = text("""
SELECT step, note, at, account FROM clinical.register_discrepancy_step WHERE discrepancy = :discrepancy ORDER BY number
""")
CLOSING = text("""
SELECT cause, note, at, first_account, second_account FROM clinical.register_discrepancy_closing WHERE discrepancy = :discrepancy
""")
# A dose that waited may have been of another strength: its line stands in the book of that.
ACCEPTING = text(f"""
SELECT {LINE_COLUMNS} FROM clinical.register_line WHERE (book = :book OR event = :event) AND discrepancy = :discrepancy
""")  # noqa: S608 - our own text


@dataclass(frozen=True)
class Holding:
    """A book and what it holds.

    ``unconfirmed``: lines of somebody who was alone, since which nobody has counted by two.
    """

    book: Book
    batches: tuple[Batch, ...]
    out: tuple[Issue, ...]
    unconfirmed: tuple[Line, ...]
    discrepancies: tuple[Discrepancy, ...]


@dataclass(frozen=True)
class Taken:
    """A step of an investigation."""

    step: Step
    note: str
    at: datetime
    account: UUID


@dataclass(frozen=True)
class Closing:
    """How an investigation ended."""

    cause: Cause
    note: str
    at: datetime
    first: UUID
    second: UUID
    line: Line | None
    """The entry that accepts the difference, or that of the dose of which nobody knew from where it was."""


def sites(connection: Connection) -> list[str]:
    """The sites that keep a book."""
    return list(connection.execute(SITES).scalars())


def holdings(connection: Connection, facility: str) -> list[Holding]:
    """The books of a site and what they hold."""
    books = [book_in(row) for row in connection.execute(BOOKS, {"facility": facility})]
    asked = {"books": [one.id for one in books]}
    batches = _by_book(Batch(*row) for row in connection.execute(BATCHES, asked))
    out = _by_book(issue_in(row) for row in connection.execute(OUT, asked))
    alone = _by_book(line_in(row) for row in connection.execute(UNCONFIRMED, asked))
    off = _by_book(discrepancy_in(row) for row in connection.execute(OPEN, asked))
    return [Holding(one, batches[one.id], out[one.id], alone[one.id], off[one.id]) for one in books]


def closed_discrepancies(connection: Connection, books: Iterable[UUID], most: int) -> list[Discrepancy]:
    """The newest of those that are closed."""
    asked = {"books": list(books), "most": most}
    return [discrepancy_in(row) for row in connection.execute(CLOSED, asked)]


def batches_to_count(connection: Connection, book: UUID) -> list[Batch]:
    """The batches that a shift counts."""
    return [Batch(*row) for row in connection.execute(TO_COUNT, {"book": book})]


def places_of(connection: Connection, books: Iterable[UUID]) -> tuple[list[Issue], list[Batch]]:
    """From where a dose of one of some books may have been: what was out lately, the newest first, and every batch."""
    asked = {"books": list(books)}
    issues = [issue_in(row) for row in connection.execute(LAST_ISSUES, asked)]
    return issues, [Batch(*row) for row in connection.execute(BATCHES, asked)]


def taken_back_among(connection: Connection, book: UUID, first: int, last: int) -> dict[int, int]:
    """Of the lines from one number to another, those that count no more, and the line that says so."""
    asked = {"book": book, "first": first, "last": last}
    return {row.takes_back: row.number for row in connection.execute(TAKEN_BACK_AMONG, asked)}


def on_its_way(connection: Connection, facility: str) -> list[Line]:
    """What other sites have sent here and nobody has taken in."""
    return [line_in(row) for row in connection.execute(ON_ITS_WAY, {"facility": facility})]


def lines_numbered(connection: Connection, book: UUID, first: int, last: int) -> list[Line]:
    """The lines from one number to another, both included."""
    asked = {"book": book, "first": first, "last": last}
    return [line_in(row) for row in connection.execute(NUMBERED, asked)]


def lines_recorded(connection: Connection, book: UUID, begins: datetime, ends: datetime) -> list[Line]:
    """The lines that were written from one instant on, and before another."""
    asked = {"book": book, "begins": begins, "ends": ends}
    return [line_in(row) for row in connection.execute(OF_TIME, asked)]


def lines_of_issue(connection: Connection, issue: UUID) -> list[Line]:
    """What happened to what was issued."""
    return [line_in(row) for row in connection.execute(OF_ISSUE, {"issue": issue})]


def steps_of(connection: Connection, discrepancy: UUID) -> list[Taken]:
    """What was done to find out, in its order."""
    rows = connection.execute(STEPS, {"discrepancy": discrepancy})
    return [Taken(Step(row.step), row.note, row.at, row.account) for row in rows]


def closing_of(connection: Connection, discrepancy: Discrepancy) -> Closing | None:
    """How it ended; None: it is open."""
    row = connection.execute(CLOSING, {"discrepancy": discrepancy.id}).one_or_none()
    if row is None:
        return None
    asked = {"book": discrepancy.book, "event": discrepancy.event, "discrepancy": discrepancy.id}
    line = connection.execute(ACCEPTING, asked).one_or_none()
    return Closing(
        Cause(row.cause), row.note, row.at, row.first_account, row.second_account, line_in(line) if line else None
    )  # fmt: skip


def _by_book(found: Iterable[Any]) -> Mapping[UUID, tuple[Any, ...]]:
    grouped: dict[UUID, tuple[Any, ...]] = defaultdict(tuple)
    for one in found:
        grouped[one.book] = (*grouped[one.book], one)
    return grouped
