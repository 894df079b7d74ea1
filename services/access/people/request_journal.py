"""Where the requests of a page log what people do."""

from fastapi import Request

from services.access.audit.kinds import AuditEvent
from services.access.audit.log.audit_log import AuditLog
from services.access.people.journal import Journal


def journal_of(request: Request) -> Journal:
    """The journal of a request."""
    audit = audit_of(request)
    address = request.client.host if request.client else None
    return Journal(audit.keys, request.state.request_id, address, audit.may_log_stranger)


def audit_of(request: Request) -> AuditLog:
    """The audit log of the installation."""
    audit: AuditLog = request.app.state.audit
    return audit


def log_read(request: Request, *events: AuditEvent) -> None:
    """Return once events are durable: only then may what they are about be shown. Raises AuditUnavailable."""
    with request.app.state.database.cursor() as cursor:
        audit_of(request).record_read(cursor, events)
