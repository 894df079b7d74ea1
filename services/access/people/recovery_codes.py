"""Recovery codes, for when phone, token or key is lost: shown once, kept as digests, each used once."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from services.access.people.random_codes import code_digest, new_code

HOW_MANY = 10
"""Proposed."""

FORGET = text("DELETE FROM access.recovery_code WHERE account = :account")
KEEP = text("INSERT INTO access.recovery_code (account, digest, made_at) VALUES (:account, :digest, :at)")
USE = text("""
UPDATE access.recovery_code SET used_at = :at
WHERE account = :account AND digest = :digest AND used_at IS NULL RETURNING account
""")
LEFT = text("SELECT count(*) FROM access.recovery_code WHERE account = :account AND used_at IS NULL")


def new_recovery_codes(connection: Connection, account: UUID, at: datetime) -> list[str]:
    """Ten new codes, shown this once; those from before count no more."""
    codes = [new_code() for _ in range(HOW_MANY)]
    forget_recovery_codes(connection, account)
    connection.execute(KEEP, [{"account": account, "digest": code_digest(code), "at": at} for code in codes])
    return codes


def use_recovery_code(connection: Connection, account: UUID, typed: str, at: datetime) -> bool:
    """Whether it is a code of the account that was not used yet; now it is."""
    values = {"account": account, "digest": code_digest(typed), "at": at}
    return connection.execute(USE, values).one_or_none() is not None


def codes_left(connection: Connection, account: UUID) -> int:
    """How many the account can still use."""
    return int(connection.execute(LEFT, {"account": account}).scalar_one())


def forget_recovery_codes(connection: Connection, account: UUID) -> None:
    """None of the account's codes counts any more."""
    connection.execute(FORGET, {"account": account})
