"""Sign-ins elsewhere that have begun and are not finished: a row for each browser's handle, for some minutes."""

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, text

from services.access.people.lasting import ends_between
from services.access.people.oidc.id_token import Stated
from services.access.people.random_codes import digest, new_token

LIFETIME = timedelta(minutes=10)
"""Proposed."""

OPEN = text("""
INSERT INTO access.oidc_sign_in (digest, linking, onward, begun_at, expires_at)
VALUES (:digest, :linking, :onward, :at, :expires)
""")
FORGET_OVER = text("DELETE FROM access.oidc_sign_in WHERE expires_at <= :at")
# Of two who show one answer, one is heard.
ANSWER = text("""
UPDATE access.oidc_sign_in SET answered = true
WHERE digest = :digest AND NOT answered AND expires_at > :at AND expires_at <= :latest RETURNING linking, begun_at
""")
KEEP = text("""
UPDATE access.oidc_sign_in SET issuer = :issuer, subject = :subject, two_factors = :two_factors WHERE digest = :digest
""")
SHOWN = text("""
SELECT linking, onward, issuer, subject, two_factors FROM access.oidc_sign_in
WHERE digest = :digest AND subject IS NOT NULL AND expires_at > :at AND expires_at <= :latest
""")
CLOSE = text("DELETE FROM access.oidc_sign_in WHERE digest = :digest RETURNING digest")


class Answered(NamedTuple):
    """An unfinished sign-in whose answer has just come."""

    linking: UUID | None
    """The account that is to be linked; None if somebody signs in."""
    begun_at: datetime


class Shown(NamedTuple):
    """A sign-in whose answer was found to hold."""

    linking: UUID | None
    onward: str
    issuer: str
    subject: str
    two_factors: bool


def begin_elsewhere(connection: Connection, linking: UUID | None, onward: str, at: datetime) -> str:
    """The handle for the browser; only its digest is kept."""
    connection.execute(FORGET_OVER, {"at": at})
    handle = new_token()
    values = {"digest": digest(handle), "linking": linking, "onward": onward, "at": at}
    connection.execute(OPEN, {**values, "expires": at + LIFETIME})
    return handle


def take_answer(connection: Connection, handle: str, at: datetime) -> Answered | None:
    """The sign-in that an answer is for; no further answer is looked at."""
    row = connection.execute(ANSWER, {"digest": digest(handle), **ends_between(at, LIFETIME)}).one_or_none()
    return None if row is None else Answered(*row)


def keep_stated(connection: Connection, handle: str, issuer: str, stated: Stated) -> None:
    """Remember who it is until the browser goes on."""
    values = {"digest": digest(handle), "issuer": issuer, **vars(stated)}
    connection.execute(KEEP, values)


def shown(connection: Connection, handle: str, at: datetime) -> Shown | None:
    """The sign-in of a browser, if its answer was found to hold."""
    row = connection.execute(SHOWN, {"digest": digest(handle), **ends_between(at, LIFETIME)}).one_or_none()
    return None if row is None else Shown(*row)


def close_elsewhere(connection: Connection, handle: str) -> bool:
    """Whether the sign-in was still there; it is not any more. Of two who finish it, one does."""
    return connection.execute(CLOSE, {"digest": digest(handle)}).one_or_none() is not None
