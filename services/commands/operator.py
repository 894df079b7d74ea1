"""What is done at the command line by whoever runs the server, into the audit log."""

import getpass
import os
from datetime import UTC, datetime

from sqlalchemy import Connection

from services.access.audit.event import Json
from services.access.audit.kinds import Actor, AuditEvent, Circumstances
from services.access.audit.log.record import keys_of
from services.access.people.journal import Journal
from services.settings import Settings


def operator() -> Actor:
    """Whoever sits at the command line, by the name of their account on this machine."""
    try:
        return Actor("operator", getpass.getuser())
    except (KeyError, OSError):  # a container's user may have no name
        return Actor("operator", f"user number {os.getuid()}")


def journal_at(settings: Settings) -> Journal:
    """Where a command logs."""
    return Journal(keys_of(settings.home))


def by_operator() -> Circumstances:
    """Done now, by the operator, on the server itself."""
    return Circumstances(operator(), datetime.now(UTC))


def log(settings: Settings, connection: Connection, event: AuditEvent) -> None:
    """Log in the transaction of what is done. Raises AuditUnavailable."""
    journal_at(settings).record(connection, event)


def log_change(settings: Settings, connection: Connection, change: str, *of: str, **said: Json) -> None:
    """Log what the operator changed of who may get in, in the transaction in which it is changed."""
    journal_at(settings).changed(connection, change, operator(), datetime.now(UTC), *of, **said)
