"""What follows on a dose that comes through the FHIR API, by the program itself, with its audit."""

from collections.abc import Sequence

from sqlalchemy import Connection

from clinical.oat.round.foreign_dose import foreign_doses_followed
from clinical.oat.round.recording import Recording
from clinical.protocols import Protocol
from fhir_store.store import Author, Store
from fhir_store.write import Saved, raw_cursor
from services.access.audit import kinds
from services.access.audit.kinds import Circumstances, Subjects
from services.access.audit.log.audit_log import AuditLog
from services.clinic.reading import people

BY = "foreign dose"


def follow_foreign_doses(
    store: Store, law: Protocol, audit: AuditLog, connection: Connection, saved: Sequence[Saved]
) -> None:
    """Write what follows on the doses among what was just written, in the caller's transaction. Raises BadProtocol."""
    recording = Recording(connection, store, Author("throughcare", steward=True), law)
    for person, made in foreign_doses_followed(recording, saved):
        by = Circumstances(kinds.Actor("program", BY), made.last_updated, None, made.facility)
        about = Subjects(people([person]), [f"{made.type}/{made.id}"])
        with raw_cursor(connection) as cursor:
            audit.record_write(cursor, [kinds.write(by, made.interaction, made.type, about)])
