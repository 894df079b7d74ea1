"""Events of the audit log for tests: only what matters in a test is said."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg

from services.access.audit.event import read as logged
from services.access.audit.kinds import Actor, AuditEvent, Circumstances, Subjects, read
from services.access.audit.log.record import record
from services.shared.database import Database

KEY = bytes(range(32))
NURSE = Actor("account", "drita", "nurse")
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def circumstances(**said: Any) -> Circumstances:
    return Circumstances(**{"actor": NURSE, "at": NOON, "facility": "north", "purpose": "TREAT", **said})


def a_read(patient: str = "Patient/amina", *, minutes: int = 0, **said: Any) -> AuditEvent:
    """Somebody read a dose of a patient."""
    at = circumstances(at=NOON + timedelta(minutes=minutes), **said)
    return read(at, "read", "MedicationAdministration", Subjects([patient], ["MedicationAdministration/d1"]))


def recorded(database: Database, *events: AuditEvent) -> None:
    """Each event in a transaction of its own, in this order."""
    with database.cursor() as cursor:
        for event in events:
            record(cursor, [event], KEY)


def said(database: Database, *kinds: str) -> list[dict[str, Any]]:
    """What the log says, oldest first; of these kinds, if any are named. ``subjects`` are those not erased."""
    with database.cursor() as cursor:
        cursor.execute("""
            SELECT e.body, array(SELECT subject FROM access.audit_opening WHERE event = e.seq ORDER BY place)
            FROM access.audit_event e ORDER BY e.seq
        """)
        events = [
            {**logged(bytes(body)).members, "subjects": subjects} for body, subjects in cursor.fetchall()
        ]
    return [one for one in events if not kinds or one["kind"] in kinds]


@contextmanager
def log_closed(owner_url: str) -> Iterator[None]:
    """Meanwhile nobody can write into the log."""
    tables = "access.audit_event, access.audit_opening"
    rows(owner_url, f"REVOKE INSERT ON {tables} FROM throughcare_server")
    rows(
        owner_url,
        "REVOKE INSERT (seq, kind, actor, facility, at, body) ON access.audit_event FROM throughcare_server",
    )
    try:
        yield
    finally:
        rows(
            owner_url,
            "GRANT INSERT (seq, kind, actor, facility, at, body) ON access.audit_event TO throughcare_server",
        )
        rows(owner_url, "GRANT INSERT ON access.audit_opening TO throughcare_server")


def plain(url: str) -> str:
    """The address as the driver itself understands it."""
    return url.replace("+psycopg", "")


def rows(url: str, statement: str, *arguments: Any) -> list[tuple[Any, ...]]:
    """What a statement answers, as the role of the address."""
    with psycopg.connect(plain(url), autocommit=True) as connection:
        cursor = connection.execute(statement, arguments)  # type: ignore[arg-type]
        return cursor.fetchall() if cursor.description else []


Logged = dict[str, Any]
"""The members of an event, and its ``subjects``."""

EVENTS = """
SELECT e.body, ARRAY(SELECT o.subject FROM access.audit_opening o WHERE o.event = e.seq ORDER BY o.place)
FROM access.audit_event e ORDER BY e.seq
"""


def fresh_events(url: str) -> Callable[[], list[Logged]]:
    """Asks what was logged since it was last asked."""
    seen = 0

    def fresh() -> list[Logged]:
        nonlocal seen
        found = rows(url, EVENTS)
        newest, seen = found[seen:], len(found)
        return [{**json.loads(bytes(body))["event"], "subjects": subjects} for body, subjects in newest]

    return fresh
