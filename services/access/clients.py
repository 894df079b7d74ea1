"""System clients of the FHIR API and their bearer tokens."""

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import psycopg
from sqlalchemy import Connection, text

from fhir_store.identities import canonical, remember_source
from fhir_store.write import ID, raw_cursor
from services.access.roles import ROLES
from services.access.scopes import Scopes, parse_scopes

# A clinic's interface is set up by hand; a quarter of a year keeps that rare. Proposed, see docs/decisions.
TOKEN_LIFETIME = timedelta(days=90)

ADD = text("""
INSERT INTO access.client (name, scope, source, role, facility, created_at)
VALUES (:name, :scope, :source, :role, :facility, now())
ON CONFLICT (name) DO NOTHING RETURNING name
""")
LIST = text(
    "SELECT name, scope, source, role, facility, created_at, revoked_at FROM access.client ORDER BY name"
)
REVOKE = text(
    "UPDATE access.client SET revoked_at = now() WHERE name = :name AND revoked_at IS NULL RETURNING name"
)
FORGET_TOKENS = text("DELETE FROM access.token WHERE client = :name")
KNOWN = text("SELECT 1 FROM access.client WHERE name = :name AND revoked_at IS NULL")
ISSUE = text("""
INSERT INTO access.token (digest, client, issued_at, expires_at, scope)
VALUES (:digest, :name, now(), now() + :lifetime, :scope)
""")
CHANNEL = "throughcare_clients"
"""On which every change of who may call is notified."""

NOTIFY = text("SELECT pg_notify(:channel, '')")
# One that was made by a clock that was ahead would last until that time has come.
HOLDER = """
SELECT c.name, c.scope, c.source, c.role, c.facility, t.scope FROM access.token t JOIN access.client c ON c.name = t.client
WHERE t.digest = %s AND t.expires_at > now() AND t.issued_at <= now() + interval '1 minute' AND c.revoked_at IS NULL
"""

NAMED = "SELECT name, scope, source, role, facility FROM access.client WHERE name = %s AND revoked_at IS NULL"


class ClientExists(Exception):
    """A client of that name is there already."""


class RoleRefused(Exception):
    """There is no such role, or it goes with a facility here and none was named, or no facility of that id can be."""


class UnknownClient(Exception):
    """No client of that name may sign in."""


@dataclass(frozen=True)
class Client:
    """A system that may use the FHIR API.

    ``source`` is the base URL of its own records, if it has any: ``Patient/1`` from it is then its own person 1, and
    is kept here under an id of ours (``fhir_store.identities``).
    ``role`` is the code of a role whose rules limit it further, at the Organization whose id is ``facility``; without
    one it may do what its scopes say.
    """

    name: str
    scopes: Scopes
    source: str | None = None
    role: str | None = None
    facility: str | None = None


def add_client(
    connection: Connection,
    name: str,
    scope: str,
    source: str | None = None,
    *,
    role: str | None = None,
    facility: str | None = None,
) -> None:
    """Register a client; references to its ``source`` are from now on to its records.

    Raises ClientExists, ScopeNotUnderstood, RoleRefused.
    """
    parse_scopes(scope)
    _refuse_role(role, facility)
    kept = None if source is None else canonical(source)
    row = {"name": name, "scope": scope, "source": kept, "role": role, "facility": facility}
    if connection.execute(ADD, row).one_or_none() is None:
        raise ClientExists
    if source is not None:
        remember_source(raw_cursor(connection), source)


def _refuse_role(role: str | None, facility: str | None) -> None:
    if facility is not None and not ID.fullmatch(facility):
        raise RoleRefused
    if role is not None and (role not in ROLES or facility is None):
        raise RoleRefused


def revoke_client(connection: Connection, name: str) -> None:
    """Shut a client out at once and for good. Raises UnknownClient."""
    if connection.execute(REVOKE, {"name": name}).one_or_none() is None:
        raise UnknownClient
    forget_tokens(connection, name)


def forget_tokens(connection: Connection, name: str) -> None:
    """End every token of a client at once."""
    connection.execute(FORGET_TOKENS, {"name": name})
    connection.execute(NOTIFY, {"channel": CHANNEL})


def issue_token(
    connection: Connection, name: str, *, lifetime: timedelta = TOKEN_LIFETIME, scope: str | None = None
) -> str:
    """A new bearer token, shown this once: only its digest is kept. Raises UnknownClient.

    ``scope`` is for what part of the client's scopes it stands; None: for all of them.
    """
    if connection.execute(KNOWN, {"name": name}).one_or_none() is None:
        raise UnknownClient
    token = secrets.token_urlsafe(32)
    connection.execute(ISSUE, {"digest": _digest(token), "name": name, "lifetime": lifetime, "scope": scope})
    return token


def holder(cursor: psycopg.Cursor[Any], token: str) -> Client | None:
    """Whose token it is, if it is one that still counts."""
    cursor.execute(HOLDER, (_digest(token),))
    row = cursor.fetchone()
    if row is None:
        return None
    *registered, granted = row
    client = _client(tuple(registered))
    return client if granted is None else replace(client, scopes=client.scopes.meet(parse_scopes(granted)))


def client_named(cursor: psycopg.Cursor[Any], name: str) -> Client | None:
    """The client of that name, if it is not shut out."""
    cursor.execute(NAMED, (name,))
    row = cursor.fetchone()
    return _client(row) if row else None


def _client(row: tuple[Any, ...]) -> Client:
    name, scope, source, role, facility = row
    return Client(name, parse_scopes(scope), source, role, facility)


def _digest(token: str) -> bytes:
    # The token is 256 random bits, so a plain digest cannot be guessed backwards.
    return hashlib.sha256(token.encode()).digest()


class RegisteredClient(NamedTuple):
    """A client as an administrator sees it."""

    name: str
    scope: str
    source: str | None
    role: str | None
    facility: str | None
    created_at: datetime
    revoked_at: datetime | None


def list_clients(connection: Connection) -> list[RegisteredClient]:
    """Every client, shut out or not, by name."""
    return [RegisteredClient(*row) for row in connection.execute(LIST)]
