"""Sessions, kept on the server: the browser has 256 random bits, the database their digest.

Each request asks the database, so a session, a device or an account that was ended is out at the next one.
"""

from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import psycopg
from sqlalchemy import Connection, text

from fhir_store.write import raw_cursor
from services.access.people.lasting import ends_between
from services.access.people.random_codes import digest, new_token
from services.access.people.session_state import SHIFT, State, Times, state

TOUCHED_EVERY = timedelta(seconds=10)
"""A session in use is written this often, not with every request."""

PROVED_FOR = timedelta(minutes=5)
"""A proof lets its giver change their credentials for so long. Proposed."""

BEGIN = text("""
INSERT INTO access.session (id, token_digest, account, device, created_at, seen_at, expires_at)
VALUES (:id, :digest, :account, :device, :at, :at, :expires)
""")
# Whoever signs in anew on a tablet leaves no older session of theirs on it.
FORGET_OVER = text("""
DELETE FROM access.session WHERE expires_at <= :at OR (account = :account AND device = :device)
""")
# One statement for each request: everything that ends a session is asked here.
FIND = """
SELECT s.id, s.account, s.device, s.created_at, s.seen_at, s.hidden_at, s.locked_at, s.expires_at, s.rotation_due
FROM access.session s
JOIN access.account a ON a.id = s.account
LEFT JOIN access.device d ON d.id = s.device
WHERE s.token_digest = %(digest)s AND s.expires_at > %(at)s AND s.expires_at <= %(latest)s AND a.closed_at IS NULL
    AND (s.device IS NULL OR (d.revoked_at IS NULL AND d.token_digest = %(device)s))
"""
LOCK_IDLE = """
UPDATE access.session SET locked_at = %(at)s WHERE id = %(id)s AND locked_at IS NULL AND seen_at = %(seen)s
"""
# A session that was locked meanwhile stays locked, and one that was touched later keeps the later touch.
TOUCH = """
UPDATE access.session SET seen_at = greatest(seen_at, %(at)s), hidden_at = NULL
WHERE id = %(id)s AND locked_at IS NULL
"""
HIDE = text("""
UPDATE access.session SET hidden_at = :at WHERE token_digest = :digest AND hidden_at IS NULL AND locked_at IS NULL
""")
LOCK = text("UPDATE access.session SET locked_at = :at WHERE token_digest = :digest AND locked_at IS NULL")
ROTATE = text("""
UPDATE access.session SET token_digest = :new, rotation_due = false WHERE token_digest = :old RETURNING id
""")
PROVE = text("UPDATE access.session SET proved_at = :at WHERE id = :id")
PROVED = text("SELECT proved_at FROM access.session WHERE id = :id")
END = text("DELETE FROM access.session WHERE id = :id RETURNING account")
END_TOKEN = text("DELETE FROM access.session WHERE token_digest = :digest RETURNING account")
END_ALL = text(
    "DELETE FROM access.session WHERE account = :account AND id IS DISTINCT FROM :but RETURNING id"
)
END_DEVICE = text("DELETE FROM access.session WHERE device = :device RETURNING id")
ASK_ROTATION = text("UPDATE access.session SET rotation_due = true WHERE account = :account")
LIST = text("""
SELECT s.id, a.login, s.device, s.created_at, s.seen_at, s.locked_at, s.expires_at
FROM access.session s JOIN access.account a ON a.id = s.account WHERE s.expires_at > :at ORDER BY s.created_at, s.id
""")


class Begun(NamedTuple):
    """A new session."""

    id: UUID
    token: str
    """For the cookie, and for nothing else."""
    expires_at: datetime

    def __repr__(self) -> str:
        return f"Begun(id={self.id})"


class Session(NamedTuple):
    """A session as a request finds it."""

    id: UUID
    account: UUID
    device: UUID | None
    state: State
    created_at: datetime
    expires_at: datetime
    rotation_due: bool
    """What its holder may do has changed: give the browser another token (``rotate``) with this answer."""


class ListedSession(NamedTuple):
    """A session as an administrator sees it."""

    id: UUID
    login: str
    device: UUID | None
    created_at: datetime
    seen_at: datetime
    locked_at: datetime | None
    expires_at: datetime


def begin(connection: Connection, account: UUID, device: UUID | None, at: datetime) -> Begun:
    """A new session with a token of its own: one that somebody brought along is never taken on."""
    connection.execute(FORGET_OVER, {"at": at, "account": account, "device": device})
    begun = Begun(uuid4(), new_token(), at + SHIFT)
    values = {"id": begun.id, "digest": digest(begun.token), "account": account, "device": device, "at": at}
    connection.execute(BEGIN, {**values, "expires": begun.expires_at})
    return begun


def find(
    cursor: psycopg.Cursor[Any],
    token: str,
    device_token: str | None,
    at: datetime,
    *,
    lock_after: timedelta,
    touches: bool = True,
) -> Session | None:
    """The session of a token, if it is one that counts and comes from the device it began on.

    ``touches``: a person did something. What a page asks by itself does not keep a session from locking.
    """
    shown = {"digest": digest(token), "device": None if device_token is None else digest(device_token)}
    cursor.execute(FIND, {**shown, **ends_between(at, SHIFT)})
    row = cursor.fetchone()
    if row is None:
        return None
    id_, account, device, created_at, seen_at, hidden_at, locked_at, expires_at, rotation_due = row
    now = state(Times(seen_at, hidden_at, locked_at), lock_after, at)
    if now is State.LOCKED and locked_at is None:
        cursor.execute(LOCK_IDLE, {"id": id_, "at": at, "seen": seen_at})
    elif now is not State.LOCKED and touches:
        now = State.OPEN
        if hidden_at is not None or at - seen_at >= TOUCHED_EVERY:
            cursor.execute(TOUCH, {"id": id_, "at": at})
    return Session(id_, account, device, now, created_at, expires_at, rotation_due)


def find_in(
    connection: Connection, token: str, device_token: str | None, at: datetime, *, lock_after: timedelta
) -> Session | None:
    """The same within a transaction, touching nothing."""
    return find(raw_cursor(connection), token, device_token, at, lock_after=lock_after, touches=False)


def hide(connection: Connection, token: str, at: datetime) -> None:
    """Hide the screen, as by its button; the next touch shows it again."""
    connection.execute(HIDE, {"digest": digest(token), "at": at})


def lock(connection: Connection, token: str, at: datetime) -> None:
    """Lock at once, as by the button or when the tablet's screen goes off."""
    connection.execute(LOCK, {"digest": digest(token), "at": at})


def rotate(connection: Connection, token: str) -> str | None:
    """Another token for the same session; the old one counts no more. None if it did not count: somebody was first."""
    new = new_token()
    rotated = connection.execute(ROTATE, {"new": digest(new), "old": digest(token)}).one_or_none()
    return None if rotated is None else new


def prove_anew(connection: Connection, id_: UUID, at: datetime) -> None:
    """The session's holder has just proved again who they are."""
    connection.execute(PROVE, {"id": id_, "at": at})


def is_proved_anew(connection: Connection, id_: UUID, at: datetime) -> bool:
    """Whether the session's holder has proved that within the last minutes."""
    proved_at: datetime | None = connection.execute(PROVED, {"id": id_}).scalar()
    return proved_at is not None and timedelta(0) <= at - proved_at < PROVED_FOR


def end(connection: Connection, id_: UUID) -> UUID | None:
    """End one session at once; whose it was, if it was there."""
    return connection.execute(END, {"id": id_}).scalar()


def sign_out(connection: Connection, token: str) -> UUID | None:
    """End the session of a token; whose it was, if it was there."""
    return connection.execute(END_TOKEN, {"digest": digest(token)}).scalar()


def end_all(connection: Connection, account: UUID, *, but: UUID | None = None) -> int:
    """End every session of an account at once, but for one, if named; how many there were."""
    return len(connection.execute(END_ALL, {"account": account, "but": but}).all())


def end_device(connection: Connection, device: UUID) -> int:
    """End every session on a device at once; how many there were."""
    return len(connection.execute(END_DEVICE, {"device": device}).all())


def ask_rotation(connection: Connection, account: UUID) -> None:
    """What the account may do has changed: each of its sessions gets another token."""
    connection.execute(ASK_ROTATION, {"account": account})


def list_sessions(connection: Connection, at: datetime) -> list[ListedSession]:
    """Every session, the oldest first."""
    return [ListedSession(*row) for row in connection.execute(LIST, {"at": at})]
