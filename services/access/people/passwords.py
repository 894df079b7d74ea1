"""The password of an account, as it is kept."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

KEPT = text("SELECT hash FROM access.password WHERE account = :account")
KEEP = text("""
INSERT INTO access.password (account, hash, set_at) VALUES (:account, :hash, :at)
ON CONFLICT (account) DO UPDATE SET hash = excluded.hash, set_at = excluded.set_at
""")
# The password may have been changed since it was compared.
REPLACE = text("UPDATE access.password SET hash = :better WHERE account = :account AND hash = :hash")


def kept_password(connection: Connection, account: UUID) -> str | None:
    """The hash of the account's password, if it has one."""
    return connection.execute(KEPT, {"account": account}).scalar()


def keep_password(connection: Connection, account: UUID, hash_: str, at: datetime) -> None:
    """From now on this is the account's password."""
    connection.execute(KEEP, {"account": account, "hash": hash_, "at": at})


def improve_password(connection: Connection, account: UUID, hash_: str, better: str) -> None:
    """Keep the same password under today's parameters."""
    connection.execute(REPLACE, {"account": account, "hash": hash_, "better": better})
