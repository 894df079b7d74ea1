"""Every look at these pages is in the audit log before it is answered, also one that found nobody."""

from collections.abc import Collection, Sequence

from fastapi import Request

from services.access.audit.kinds import Circumstances, Subjects, search
from services.access.audit.log.audit_log import AuditLog
from services.access.decision import Purpose
from services.access.pages.signed_in import desk_of
from services.custody.reader import Reader


def log_look(
    request: Request, reader: Reader, type_: str, asked: Sequence[tuple[str, str]], patients: Collection[str]
) -> None:
    """Log that somebody saw these people, having asked for resources of a type. Raises AuditUnavailable."""
    audit: AuditLog = request.app.state.audit
    desk = desk_of(request)
    at = Circumstances(
        reader.who,
        desk.now(),
        purpose=Purpose.ADMINISTRATION.value,
        facility=reader.facility,
        request=request.state.request_id,
        address=request.client.host if request.client else None,
    )
    about = Subjects(patients=[f"Patient/{patient}" for patient in sorted(patients)])
    event = search(at, type_, asked, about, results=len(patients), key=audit.keys.search)
    with desk.database.cursor() as cursor:
        audit.record_read(cursor, [event])
