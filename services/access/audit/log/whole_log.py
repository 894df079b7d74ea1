"""Verify the log as it is kept, in one pass and one snapshot of the database.

Beside what ``verification`` sees, this compares what is kept for speed with what is in the tree: the columns that
events are searched by, the index of subjects, the tree's own right edge, the register of erasures. Memory: O(log n)
and the heads.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import psycopg
from psycopg.rows import namedtuple_row
from sqlalchemy import Connection

from fhir_store.write import raw_cursor
from services.access.audit import head as signed
from services.access.audit.errors import AuditError, EventDiffers, HeadNotUnderstood, InvalidTree, NotAnEvent
from services.access.audit.event import SealedEvent, check, read
from services.access.audit.head import SignedHead
from services.access.audit.log.about import sealed_event
from services.access.audit.log.heads import kept_lines
from services.access.audit.log.record import subject_index
from services.access.audit.log.sequencing import kept_tree
from services.access.audit.log.signing_key import public_keys
from services.access.audit.report import Finding, Kind, Report, Span
from services.access.audit.tree import Frontier
from services.access.audit.verification import Entry, verify_log

# The time as text: PostgreSQL knows moments that Python does not, and one of them must not stop the verification.
COLUMNS = """
    e.kind, e.actor, e.facility, to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at,
    e.body, o.places, o.salts, o.subjects, o.keys
"""
OPENINGS = """
LEFT JOIN LATERAL (
    SELECT array_agg(place ORDER BY place) AS places, array_agg(salt ORDER BY place) AS salts,
        array_agg(subject ORDER BY place) AS subjects, array_agg(subject_key ORDER BY place) AS keys
    FROM access.audit_opening WHERE event = e.seq
) o ON true
"""
SEQUENCED = f"""
SELECT l.index, l.hash, {COLUMNS}
FROM access.audit_leaf l LEFT JOIN access.audit_event e ON e.seq = l.event {OPENINGS}
ORDER BY l.index
"""  # noqa: S608 - our own text
UNSEQUENCED = f"""
SELECT {COLUMNS}, (e.epoch, e.xid, e.seq) <= (t.epoch, t.xid, t.seq) AS passed_over
FROM access.audit_tree t, access.audit_event e {OPENINGS}
WHERE NOT EXISTS (SELECT FROM access.audit_leaf l WHERE l.event = e.seq)
"""  # noqa: S608 - our own text
HOW_MANY = "SELECT count(*) FROM access.audit_leaf"
REGISTER = "SELECT count(*), coalesce(sum(openings), 0)::bigint FROM access.audit_erasure"

AT_ONCE = 1_000
"""Rows that are read at once, and entries between two looks at the progress."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Verified:
    """What was found. ``report`` holds every finding."""

    report: Report
    unsequenced: int
    """Events that are recorded but have no place in the tree yet: nothing shows if one of them goes."""
    erased: int
    """Subjects that have no opening any more."""
    registered: int
    """How many of them the register of erasures says."""
    given: int
    """How many heads came from off the box. Without one, all of it could have been written anew."""


def verify_kept_log(
    connection: Connection,
    given: Sequence[SignedHead],
    key: bytes,
    progress: Progress = lambda done, total: None,
) -> Verified:
    """Verify against the heads in the database and those given. ``connection`` is a snapshot of the database."""
    cursor = raw_cursor(connection)
    heads, unreadable = _kept_heads(kept_lines(cursor))
    reading = _Reading(key, progress, _one(cursor, HOW_MANY)[0])
    with _stream(cursor, SEQUENCED) as rows:
        report = verify_log(reading.entries(rows), [*heads, *given], *public_keys(cursor))
    with _stream(cursor, UNSEQUENCED) as rows:
        reading.rest(rows)
    erased = report.subjects_erased + reading.subjects_missing
    times, registered = _one(cursor, REGISTER)
    findings = [
        *report.findings,
        *reading.findings.values(),
        *unreadable,
        *reading.tree_finding(cursor),
        *_erasure_findings(erased, (times, registered), reading.logged_erasures),
    ]
    return Verified(
        replace(report, findings=tuple(findings)), reading.unsequenced, erased, registered, len(given)
    )


class _Reading:
    """What is seen of the rows on their way to the verification."""

    def __init__(self, key: bytes, progress: Progress, total: int) -> None:
        self._key = key
        self._progress = progress
        self._total = total
        self._frontier = Frontier()
        self.findings: dict[Kind, Finding] = {}
        self.unsequenced = 0
        self.subjects_missing = 0
        """In events that are not in the tree yet."""
        self.logged_erasures = (0, 0)
        """How many times, and how many openings in all."""

    def entries(self, rows: Iterable[Any]) -> Iterator[Entry]:
        """The entries of the tree in their order."""
        for number, row in enumerate(rows):
            if number % AT_ONCE == 0:
                self._progress(number, self._total)
            self._grow(bytes(row.hash))
            yield Entry(row.index, bytes(row.hash), self._event(row))

    def rest(self, rows: Iterable[Any]) -> None:
        """The events that are not in the tree."""
        for row in rows:
            self.unsequenced += 1
            if row.passed_over:
                self._note(Kind.NOT_SEQUENCED, "An event was passed over by the sequencer. Report this.")
            event = sealed_event(bytes(row.body), row.places, row.salts, row.subjects)
            self.subjects_missing += event.openings.count(None)
            try:
                check(event, event.leaf())
            except EventDiffers as differs:
                self._note(Kind.NOT_RECORDED_WHOLE, f"An event that is not in the tree yet: {differs}")
            self._compare(row, None)

    def tree_finding(self, cursor: psycopg.Cursor[Any]) -> Iterator[Finding]:
        """Whether what is kept of the tree is that of the leaves."""
        try:
            kept = kept_tree(cursor).frontier
        except AuditError:
            kept = None
        if kept is None or (kept.size, kept.subtrees) != (self._frontier.size, self._frontier.subtrees):
            message = (
                "What is kept of the tree is not that of its leaves: the next heads would be wrong. "
                "Compare both with a backup."
            )
            yield Finding(Kind.TREE_DIFFERS, message)

    def _event(self, row: Any) -> SealedEvent | None:
        if row.body is None:
            self._note(Kind.EVENT_MISSING, "The event is gone. Look for it in a backup.", row.index)
            return None
        self._compare(row, row.index)
        return sealed_event(bytes(row.body), row.places, row.salts, row.subjects)

    def _compare(self, row: Any, index: int | None) -> None:
        """What is beside the event with what it says."""
        try:
            members = read(bytes(row.body)).members
        except NotAnEvent:
            return  # is found by whoever checks it
        if (row.kind, row.actor, row.facility, row.at) != _said(members):
            message = "It is listed under another actor, facility, kind or time than it says. Compare with a backup."
            self._note(Kind.COLUMNS_DIFFER, message, index)
        if [bytes(one) for one in row.keys or ()] != [
            subject_index(self._key, subject) for subject in row.subjects or ()
        ]:
            message = (
                "A subject is not found where it is looked for. If audit-subject.key is not the one from when it was "
                "recorded, put that back from a backup; else compare with a backup."
            )
            self._note(Kind.INDEX_DIFFERS, message, index)
        self._count_erasure(members)

    def _count_erasure(self, members: Any) -> None:
        openings = (
            members.get("openings") if type(members) is dict and members.get("kind") == "erasure" else None
        )
        if type(openings) is int:
            times, so_far = self.logged_erasures
            self.logged_erasures = times + 1, so_far + openings

    def _grow(self, leaf: bytes) -> None:
        with suppress(InvalidTree):  # the verification says so
            self._frontier.append(leaf)

    def _note(self, kind: Kind, message: str, index: int | None = None) -> None:
        span = None if index is None else Span(index, index + 1)
        said = message if index is None else f"Entry {index}: {message}"
        self.findings.setdefault(kind, Finding(kind, said, span))


def _said(members: Any) -> tuple[Any, ...] | None:
    """Kind, actor, facility and time as an event says them."""
    if type(members) is not dict or type(members.get("actor")) is not dict:
        return None
    actor = members["actor"]
    return (
        members.get("kind"),
        f"{actor.get('kind')}/{actor.get('name')}",
        members.get("facility"),
        str(members.get("at")).replace("Z", "000Z"),
    )


def _kept_heads(lines: Iterable[str]) -> tuple[list[SignedHead], list[Finding]]:
    heads, findings = [], []
    for line in lines:
        try:
            heads.append(signed.parse(line))
        except HeadNotUnderstood as problem:
            message = f"A head that is kept in the database cannot be read: {problem}"
            findings.append(Finding(Kind.HEAD_UNREADABLE, message))
    return heads, findings


def _erasure_findings(erased: int, registered: tuple[int, int], logged: tuple[int, int]) -> Iterator[Finding]:
    if erased != registered[1]:
        message = (
            f"{erased:,} subjects are gone, but the register of erasures says {registered[1]:,}. "
            "Compare both with a backup."
        )
        yield Finding(Kind.ERASURES_DIFFER, message)
    if logged != registered:
        message = (
            f"The register has {registered[0]:,} erasures of {registered[1]:,} subjects, the log {logged[0]:,} "
            f"of {logged[1]:,}. Compare both with a backup."
        )
        yield Finding(Kind.ERASURES_DIFFER, message)


def _stream(cursor: psycopg.Cursor[Any], statement: str) -> "_Stream":
    return _Stream(cursor.connection, statement)


class _Stream:
    """The rows of a statement, a bounded number of them in memory."""

    def __init__(self, connection: psycopg.Connection[Any], statement: str) -> None:
        self._cursor = connection.cursor("audit_log", row_factory=namedtuple_row)
        self._cursor.itersize = AT_ONCE
        self._statement = statement

    def __enter__(self) -> Iterator[Any]:
        self._cursor.execute(self._statement)
        return iter(self._cursor)

    def __exit__(self, *_: object) -> None:
        self._cursor.close()


def _one(cursor: psycopg.Cursor[Any], statement: str) -> tuple[Any, ...]:
    row: tuple[Any, ...] | None = cursor.execute(statement).fetchone()
    assert row is not None
    return row
