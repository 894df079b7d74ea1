"""Days are closed by the running server: at each facility at which somebody treats, once, with its audit."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import structlog
from sqlalchemy import Connection

from clinical.oat.closing import Closing, close_day
from clinical.protocols import Protocol
from fhir_store.store import Store
from fhir_store.write import Saved, raw_cursor
from services.access.audit import kinds
from services.access.audit.kinds import Circumstances, Subjects
from services.access.audit.log.audit_log import AuditLog
from services.access.people.staffed import staffed
from services.clinic.reading import people
from services.shared.database import Database

log = structlog.get_logger()

EVERY_S = 60.0


def now() -> datetime:
    """The instant."""
    return datetime.now(UTC)


def close_days(
    database: Database,
    store: Store,
    law: Protocol,
    audit: AuditLog,
    clock: Callable[[], datetime] = now,
) -> None:
    """Close the last day wherever it is open. Each facility for itself: one that fails keeps no other from closing, and is
    tried again the next time.
    """
    with database.transaction() as connection:
        facilities = staffed(connection)
    for facility in facilities:
        try:
            database.run(partial(_close, store, law, audit, clock(), facility))
        except Exception as lost:
            log.warning("a day was not closed", exc_info=lost)


def _close(
    store: Store, law: Protocol, audit: AuditLog, at: datetime, facility: str, connection: Connection
) -> None:
    def logged(patient: str, saved: Saved) -> None:
        by = Circumstances(kinds.Actor("program", "day close"), at, None, facility)
        about = Subjects(people([patient]), [f"{saved.type}/{saved.id}"])
        with raw_cursor(connection) as cursor:
            audit.record_write(cursor, [kinds.write(by, saved.interaction, saved.type, about)])

    close_day(Closing(connection, store, law, at, logged), facility)
