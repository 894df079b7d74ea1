"""Events of the audit log for tests: only what matters in a test is said."""

from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg

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


def plain(url: str) -> str:
    """The address as the driver itself understands it."""
    return url.replace("+psycopg", "")


def rows(url: str, statement: str, *arguments: Any) -> list[tuple[Any, ...]]:
    """What a statement answers, as the role of the address."""
    with psycopg.connect(plain(url), autocommit=True) as connection:
        cursor = connection.execute(statement, arguments)  # type: ignore[arg-type]
        return cursor.fetchall() if cursor.description else []
