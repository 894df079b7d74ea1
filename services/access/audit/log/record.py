"""Events into the database: sealed by whoever has them, all rows by one statement."""

import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg

from fhir_store.arrays import array, bytes_array
from fhir_store.sql import Sql, execute_together
from services.access.audit.errors import NotCanonical
from services.access.audit.event import SealedEvent, seal
from services.access.audit.kinds import AuditEvent
from services.shared.secret_keys import secret_key

SUBJECT_KEY = "audit-subject"
SEARCH_KEY = "audit-search"

# Long enough that two subjects never share one, and half the size of the index.
INDEX_LENGTH = 16

# The events take their numbers here and the openings refer to them, so all are parts of one statement: a transaction
# of its own where there is none around it.
GIVEN = """
SELECT nextval('access.audit_event_seq') AS seq, e.*
FROM unnest(%s::text[], %s::text[], %s::text[], %s::timestamptz[], %s::bytea[])
    WITH ORDINALITY AS e (kind, actor, facility, at, body, nth)
"""
EVENTS = """
INSERT INTO access.audit_event (seq, kind, actor, facility, at, body)
SELECT seq, kind, actor, facility, at, body FROM audit_given ORDER BY nth
"""
OPENINGS = """
INSERT INTO access.audit_opening (event, place, salt, subject, subject_key)
SELECT g.seq, o.place, o.salt, o.subject, o.subject_key
FROM unnest(%s::bigint[], %s::smallint[], %s::bytea[], %s::text[], %s::bytea[])
    AS o (nth, place, salt, subject, subject_key)
JOIN audit_given g USING (nth)
"""


@dataclass(frozen=True)
class Keys:
    """The keys of this installation's log: for finding a subject, and for what was searched for."""

    subject: bytes = field(repr=False)
    search: bytes = field(repr=False)


def keys_of(home: Path) -> Keys:
    """The keys in THROUGHCARE_HOME, each made once."""
    return Keys(secret_key(home, SUBJECT_KEY), secret_key(home, SEARCH_KEY))


@dataclass(frozen=True)
class Ready:
    """An event that only has to be inserted."""

    event: AuditEvent
    sealed: SealedEvent
    index: tuple[bytes, ...] = field(repr=False)
    """By which each of its subjects is found."""


def ready(event: AuditEvent, key: bytes, salts: Sequence[bytes] | None = None) -> Ready:
    """Seal an event. Whatever the database would refuse in it is refused here, where it harms no other event.

    Raises SubjectInClear, NotCanonical.
    """
    texts = (event.kind, event.actor, event.facility or "", *event.subjects)
    if any("\0" in text for text in texts):
        raise NotCanonical("An event's texts hold no null character. Leave it out.")
    # Half a surrogate pair is refused by the sealing: the members hold the other texts, and the subjects are hashed.
    sealed = seal(event.members, event.subjects, salts)
    return Ready(event, sealed, tuple(subject_index(key, subject) for subject in event.subjects))


def subject_index(key: bytes, subject: str) -> bytes:
    """By which a subject is found without standing in an index itself."""
    return hmac.digest(key, subject.encode(), "sha256")[:INDEX_LENGTH]


def insert(cursor: psycopg.Cursor[Any], events: Sequence[Ready]) -> None:
    """Insert events in their order, in the caller's transaction or in one of their own."""
    if events:
        execute_together(cursor, parts(events))


def parts(events: Sequence[Ready]) -> dict[str, Sql]:
    """The same as named parts of a statement that writes something else too."""
    return {
        "audit_given": Sql(GIVEN, _events(events)),
        "audit_events": Sql(EVENTS),
        "audit_openings": Sql(OPENINGS, _openings(events)),
    }


def record(cursor: psycopg.Cursor[Any], events: Iterable[AuditEvent], key: bytes) -> None:
    """Log events in the caller's transaction: they stand if, and only if, what they are about does.

    Raises SubjectInClear, NotCanonical.
    """
    insert(cursor, [ready(event, key) for event in events])


def _events(events: Sequence[Ready]) -> tuple[str, ...]:
    return (
        array(one.event.kind for one in events),
        array(one.event.actor for one in events),
        array(one.event.facility for one in events),
        array(_to_the_millisecond(one.event.at) for one in events),
        bytes_array(one.sealed.body for one in events),
    )


def _openings(events: Sequence[Ready]) -> tuple[str, ...]:
    rows = [
        (nth, place, opening, index)
        for nth, one in enumerate(events, start=1)
        for place, (opening, index) in enumerate(zip(one.sealed.openings, one.index, strict=True))
        if opening
    ]
    return (
        array(nth for nth, _, _, _ in rows),
        array(place for _, place, _, _ in rows),
        bytes_array(opening.salt for _, _, opening, _ in rows),
        array(opening.subject for _, _, opening, _ in rows),
        bytes_array(index for _, _, _, index in rows),
    )


def _to_the_millisecond(moment: datetime) -> datetime:
    """As the body says it."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
