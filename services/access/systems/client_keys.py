"""The public keys of each client: registered from a file, or fetched from the address it gave.

A kid that was revoked stays revoked, whatever a file or an address says later.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, text

from services.access.clients import UnknownClient, forget_tokens
from services.access.systems.errors import KeysNotUnderstood, UnknownKey
from services.access.systems.public_keys import PublicKey

FRESH = timedelta(minutes=5)
"""Keys that were read at an address so lately are not read again. Proposed."""

ASKED_AGAIN_AFTER = timedelta(minutes=1)
"""Nor is an address asked more often for a kid that is not known, lest whoever invents kids has us ask. Proposed."""

TRUSTED = timedelta(days=1)
"""Keys of an address that does not answer are used so long after they were last read there. Proposed: a network that is
down overnight is no reason to stop, a key that its owner took away is one."""

KNOWN = text("SELECT jwks_url FROM access.client WHERE name = :client AND revoked_at IS NULL FOR UPDATE")
ADD = text("""
INSERT INTO access.client_key (client, kid, algorithm, jwk, fetched, added_at)
VALUES (:client, :kid, :algorithm, :jwk, :fetched, now())
ON CONFLICT (client, kid) DO UPDATE SET added_at = now(), fetched = client_key.fetched AND excluded.fetched
WHERE client_key.jwk = excluded.jwk AND client_key.revoked_at IS NULL
RETURNING kid
""")
GONE = text("""
DELETE FROM access.client_key
WHERE client = :client AND fetched AND revoked_at IS NULL AND NOT kid = ANY(:kids)
RETURNING kid
""")
REVOKE = text("""
UPDATE access.client_key SET revoked_at = now()
WHERE client = :client AND kid = :kid AND revoked_at IS NULL RETURNING kid
""")
LIST = text("""
SELECT kid, algorithm, fetched, added_at, revoked_at FROM access.client_key
WHERE client = :client ORDER BY added_at, kid
""")
FIND = text("""
SELECT k.kid, k.algorithm, k.jwk FROM access.client_key k JOIN access.client c ON c.name = k.client
WHERE k.client = :client AND k.kid = :kid AND k.revoked_at IS NULL AND c.revoked_at IS NULL
    AND (NOT k.fetched OR k.added_at > now() - :trusted)
""")
TO_ASK = text("""
UPDATE access.client SET jwks_asked_at = now()
WHERE name = :client AND revoked_at IS NULL AND jwks_url IS NOT NULL
    AND (jwks_asked_at IS NULL OR jwks_asked_at < now() - :again)
RETURNING jwks_url
""")
SET_URL = text("UPDATE access.client SET jwks_url = :url, jwks_asked_at = NULL WHERE name = :client")


class RegisteredKey(NamedTuple):
    """A key as an administrator sees it."""

    kid: str
    algorithm: str
    fetched: bool
    added_at: datetime
    revoked_at: datetime | None


def add_keys(connection: Connection, client: str, keys: Iterable[PublicKey]) -> None:
    """Register further keys of a client. Raises UnknownClient, and KeysNotUnderstood if a kid is taken or was revoked."""
    _lock(connection, client)
    for key in keys:
        if not _added(connection, client, key, fetched=False):
            raise KeysNotUnderstood(
                "A kid of the set is that of another key, or of one that was revoked. Give the new key a new kid."
            )


def keep_fetched(connection: Connection, client: str, keys: Iterable[PublicKey]) -> None:
    """Take over what the address of a client says now: what is not there any more is no key, nor is a revoked one."""
    _lock(connection, client)
    listed = list(keys)
    for key in listed:
        _added(connection, client, key, fetched=True)
    if connection.execute(GONE, {"client": client, "kids": [key.kid for key in listed]}).first():
        forget_tokens(connection, client)


def set_address(connection: Connection, client: str, url: str) -> None:
    """Say where the client's keys are read. Raises UnknownClient."""
    _lock(connection, client)
    connection.execute(SET_URL, {"client": client, "url": url})


def address_to_ask(connection: Connection, client: str, *, known: bool) -> str | None:
    """Where to read the client's keys now; None if it gave no address, or keys were read there lately.

    ``known``: the key that is looked for is here, and is only to be confirmed.
    """
    again = FRESH if known else ASKED_AGAIN_AFTER
    found = connection.execute(TO_ASK, {"client": client, "again": again}).scalar_one_or_none()
    return None if found is None else str(found)


def find_key(connection: Connection, client: str, kid: str) -> PublicKey | None:
    """The key of that kid, if it counts."""
    row = connection.execute(FIND, {"client": client, "kid": kid, "trusted": TRUSTED}).one_or_none()
    return PublicKey(*row) if row else None


def revoke_key(connection: Connection, client: str, kid: str) -> None:
    """Trust a key no more, for good, and end every token of the client. Raises UnknownClient, UnknownKey."""
    _lock(connection, client)
    if connection.execute(REVOKE, {"client": client, "kid": kid}).one_or_none() is None:
        raise UnknownKey("The client has no such key, or it was revoked. See: throughcare client keys NAME")
    forget_tokens(connection, client)


def list_keys(connection: Connection, client: str) -> list[RegisteredKey]:
    """The keys of a client, revoked ones too, oldest first. Raises UnknownClient."""
    _lock(connection, client)
    return [RegisteredKey(*row) for row in connection.execute(LIST, {"client": client})]


def _lock(connection: Connection, client: str) -> None:
    if connection.execute(KNOWN, {"client": client}).one_or_none() is None:
        raise UnknownClient


def _added(connection: Connection, client: str, key: PublicKey, *, fetched: bool) -> bool:
    values = {"client": client, "kid": key.kid, "algorithm": key.algorithm, "jwk": key.jwk}
    return connection.execute(ADD, {**values, "fetched": fetched}).one_or_none() is not None
