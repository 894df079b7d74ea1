"""Challenges: each for one use, one purpose and one browser, for some minutes."""

from datetime import datetime, timedelta
from typing import Literal, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, text

from services.access.people.lasting import is_to_come
from services.access.people.random_codes import digest, new_token

Purpose = Literal["registration", "second factor", "alone"]

LIFETIME = timedelta(minutes=5)
"""Proposed."""

LIFETIME_MS = int(LIFETIME.total_seconds() * 1000)

KEEP = text("""
INSERT INTO access.ceremony (digest, purpose, account, challenge, expires_at)
VALUES (:digest, :purpose, :account, :challenge, :expires)
""")
FORGET_OVER = text("DELETE FROM access.ceremony WHERE expires_at <= :at")
TAKE = text("""
DELETE FROM access.ceremony WHERE digest = :digest
RETURNING purpose, account, challenge, expires_at
""")


class Ceremony(NamedTuple):
    """What a browser needs to ask its authenticator."""

    handle: str
    """For the browser that asked: without it the answer is nobody's."""
    options: str
    """JSON for ``navigator.credentials``."""

    def __repr__(self) -> str:
        return "Ceremony()"


def keep_challenge(
    connection: Connection, purpose: Purpose, account: UUID | None, challenge: bytes, at: datetime
) -> str:
    """The handle by which the challenge is found again, once."""
    connection.execute(FORGET_OVER, {"at": at})
    handle = new_token()
    values = {"digest": digest(handle), "purpose": purpose, "account": account, "challenge": challenge}
    connection.execute(KEEP, {**values, "expires": at + LIFETIME})
    return handle


def take_challenge(
    connection: Connection, handle: str, purpose: Purpose, account: UUID | None, at: datetime
) -> bytes | None:
    """The challenge, which is gone with it, whether or not what follows holds."""
    row = connection.execute(TAKE, {"digest": digest(handle)}).one_or_none()
    if row is None:
        return None
    its_purpose, its_account, challenge, expires_at = row
    if (its_purpose, its_account) != (purpose, account) or expires_at <= at:
        return None
    if is_to_come(expires_at - LIFETIME, at):
        return None
    return bytes(challenge)
