"""The code with which an account is used for the first time, or again after a reset.

Whoever makes the account hands it over on paper. It lets its holder choose a password of their own, once, so nobody
else ever knows one; if somebody else was first, the code does not work any more, and that shows.
"""

import hmac
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, text

from services.access.people.lasting import ends_between
from services.access.people.random_codes import code_digest, new_code

LIFETIME = timedelta(days=3)
"""Proposed."""

MAKE = text("""
INSERT INTO access.activation (account, digest, made_at, expires_at) VALUES (:account, :digest, :at, :expires)
ON CONFLICT (account) DO UPDATE
SET digest = excluded.digest, made_at = excluded.made_at, expires_at = excluded.expires_at
""")
KEPT = text(
    "SELECT digest FROM access.activation WHERE account = :account AND expires_at > :at AND expires_at <= :latest"
)
USE = text("""
DELETE FROM access.activation WHERE account = :account AND expires_at > :at AND expires_at <= :latest RETURNING account
""")


def new_activation_code(connection: Connection, account: UUID, at: datetime) -> str:
    """A new code, shown this once; one from before counts no more."""
    code = new_code()
    values = {"account": account, "digest": code_digest(code), "at": at, "expires": at + LIFETIME}
    connection.execute(MAKE, values)
    return code


def is_activation_code(connection: Connection, account: UUID, typed: str, at: datetime) -> bool:
    """Whether it is the account's code; it still counts afterwards."""
    kept = connection.execute(KEPT, {"account": account, **ends_between(at, LIFETIME)}).scalar()
    return kept is not None and hmac.compare_digest(bytes(kept), code_digest(typed))


def use_activation_code(connection: Connection, account: UUID, at: datetime) -> bool:
    """Whether the account still waited to be activated; it does not any more."""
    return (
        connection.execute(USE, {"account": account, **ends_between(at, LIFETIME)}).one_or_none() is not None
    )
