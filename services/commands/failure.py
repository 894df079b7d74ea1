"""Failures that the person at the keyboard can mend: one line on standard error, and exit code 1."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import duckdb
from sqlalchemy.exc import OperationalError

from cascade.errors import CascadeError
from fhir_store.erasure import NothingToErase
from fhir_store.key_encryption import KeyLost
from services.access.audit.errors import AuditError
from services.access.clients import ClientExists, RoleRefused, UnknownClient
from services.access.people.errors import PeopleError
from services.access.roles import ROLES
from services.access.scopes import ScopeNotUnderstood
from services.access.systems.errors import SigningIn
from services.exchange.load import LoadInterrupted, SourceNotFound
from services.settings import SettingsError
from services.shared.database import NotReady
from services.shared.embedded_postgres import EmbeddedPostgresFailed
from services.shared.hsm.errors import TokenUnusable
from services.shared.installation import LiveRecords, NotOwner

SAID_IN_THE_ERROR = (
    AuditError,
    CascadeError,
    EmbeddedPostgresFailed,
    KeyLost,
    LoadInterrupted,
    NotReady,
    NothingToErase,
    PeopleError,
    ScopeNotUnderstood,
    SettingsError,
    SigningIn,
    SourceNotFound,
    TokenUnusable,
)
SAID_HERE: Mapping[type[Exception], str] = {
    RoleRefused: f"Name one of the roles ({', '.join(ROLES)}), and with --facility the id of the Organization that the "
    "client acts for.",
    ClientExists: "A client of that name exists. Choose another name, or revoke it first.",
    UnknownClient: "No such client, or it was revoked. See: throughcare client list",
    LiveRecords: "This database holds real records. Point THROUGHCARE_HOME or DATABASE_URL elsewhere for a demo.",
    NotOwner: "Only the owner of the tables may do this. Set DATABASE_OWNER_URL to the role that migrates them.",
    duckdb.OutOfMemoryException: "What was asked for fits neither in the memory that counting may take nor on the disk beside "
    "it. Free space in THROUGHCARE_HOME, or ask for fewer periods or cuts at once.",
    OperationalError: "The database does not answer. Is PostgreSQL running, and is DATABASE_URL right?",
}
KNOWN: tuple[type[Exception], ...] = tuple(SAID_HERE)


class CommandFailed(Exception):
    """A command cannot go on; the message says why and what to do."""


@contextmanager
def explained() -> Iterator[None]:
    """Turn the failures named here into one line; anything else is a defect and keeps its traceback."""
    try:
        yield
    except (*SAID_IN_THE_ERROR, CommandFailed) as failure:
        _stop(str(failure))
    except KNOWN as failure:
        _stop(next(said for kind, said in SAID_HERE.items() if isinstance(failure, kind)))
    except OSError as failure:
        _stop(
            f"{failure.strerror or 'The system refused'}: {failure.filename or ''}. Check space and permissions."
        )


def _stop(message: str) -> None:
    sys.stderr.write(f"throughcare: {message}\n")
    sys.exit(1)
