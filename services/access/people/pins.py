"""PINs: they unlock the session of a shift on the tablet where they were chosen, and nothing else.

Six digits are soon tried out by whoever has the hash, so what is hashed is the PIN under a key that the database does
not have. A wrong one is counted before it is compared, and the fifth ends the session.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from sqlalchemy import Connection, text

from services.access.people.errors import PinRefused
from services.access.people.hashing import Hashing
from services.access.people.journal import Journal
from services.access.people.journal import device as device_named
from services.access.people.keys import CredentialKeys
from services.access.people.pin_rules import accepted
from services.access.people.random_codes import digest
from services.access.people.session_state import State
from services.access.people.sessions import Session, end, find_in, rotate
from services.shared.database import Database
from services.shared.languages import N_

MOST_WRONG = 5
"""The fifth wrong PIN ends the session. Proposed."""

NEEDS_DEVICE = N_("A PIN is for a registered tablet with an open session. Sign in on the tablet first.")

KEPT = text("SELECT hash FROM access.pin WHERE account = :account AND device = :device")
KEEP = text("""
INSERT INTO access.pin (account, device, hash, set_at) VALUES (:account, :device, :hash, :at)
ON CONFLICT (account, device) DO UPDATE SET hash = excluded.hash, set_at = excluded.set_at
""")
IMPROVE = text("""
UPDATE access.pin SET hash = :better WHERE account = :account AND device = :device AND hash = :hash
""")
FORGET = text("DELETE FROM access.pin WHERE account = :account")
COUNT = text("""
UPDATE access.session SET pin_failures = pin_failures + 1
WHERE id = :id AND locked_at IS NOT NULL AND pin_failures < :most RETURNING pin_failures
""")
GIVE_BACK = text("UPDATE access.session SET pin_failures = greatest(pin_failures - 1, 0) WHERE id = :id")
UNLOCK = text("""
UPDATE access.session SET locked_at = NULL, hidden_at = NULL, pin_failures = 0, seen_at = :at
WHERE id = :id AND token_digest = :digest AND locked_at IS NOT NULL RETURNING id
""")


@dataclass(frozen=True)
class Unlocked:
    """The session is open again, under another token."""

    session: UUID
    token: str

    def __repr__(self) -> str:
        return f"Unlocked(session={self.session})"


@dataclass(frozen=True)
class StillLocked:
    """The PIN was wrong."""

    session: UUID
    tries_left: int


@dataclass(frozen=True)
class FullSignInNeeded:
    """The session is over, or there is no PIN for it. ``ended``: this very try has ended it."""

    session: UUID | None = None
    ended: bool = False


class Pins:
    """Choosing a PIN, and unlocking with it."""

    def __init__(
        self,
        database: Database,
        hashing: Hashing,
        keys: CredentialKeys,
        lock_after: timedelta,
        journal: Journal,
    ) -> None:
        self._database = database
        self._hashing = hashing
        self._keys = keys
        self._lock_after = lock_after
        self._journal = journal

    def choose(self, token: str, device_token: str, pin: str, at: datetime) -> None:
        """The PIN of the session's holder on its device, from now on. Raises PinRefused, Busy."""
        chosen = accepted(pin)
        session = self._session(token, device_token, at)
        if session is None or session.device is None or session.state is State.LOCKED:
            raise PinRefused(NEEDS_DEVICE)
        hash_ = self._hashing.hash(self._keyed(session, chosen))
        with self._database.transaction() as connection:
            values = {"account": session.account, "device": session.device, "hash": hash_, "at": at}
            connection.execute(KEEP, values)
            self._journal.changed(connection, "pin-chosen", session.account, at, device_named(session.device))

    def unlock(
        self, token: str, device_token: str, pin: str, at: datetime
    ) -> Unlocked | StillLocked | FullSignInNeeded:
        """Open a locked session again. Raises Busy, which costs no try."""
        session = self._session(token, device_token, at)
        if session is None or session.device is None or session.state is not State.LOCKED:
            return FullSignInNeeded()
        with self._database.transaction() as connection:
            kept = kept_pin(connection, session.account, session.device)
            tries = None if kept is None else _count(connection, session.id)
        if kept is None or tries is None:
            return FullSignInNeeded(session.id)
        if self._is_right(session, pin, kept):
            return self._opened(session, token, at)
        return self._wrong(session, tries, at)

    def _session(self, token: str, device_token: str, at: datetime) -> Session | None:
        with self._database.transaction() as connection:
            return find_in(connection, token, device_token, at, lock_after=self._lock_after)

    def _is_right(self, session: Session, pin: str, kept: str) -> bool:
        try:
            same, better = self._hashing.check(self._keyed(session, pin), kept)
        except Exception:
            with self._database.transaction() as connection:
                connection.execute(GIVE_BACK, {"id": session.id})
            raise
        if same and better:
            with self._database.transaction() as connection:
                values = {
                    "account": session.account,
                    "device": session.device,
                    "hash": kept,
                    "better": better,
                }
                connection.execute(IMPROVE, values)
        return same

    def _opened(self, session: Session, token: str, at: datetime) -> Unlocked | FullSignInNeeded:
        with self._database.transaction() as connection:
            values = {"id": session.id, "digest": digest(token), "at": at}
            if connection.execute(UNLOCK, values).one_or_none() is None:
                return FullSignInNeeded(session.id)
            new = rotate(connection, token)
            self._journal.unlocked(connection, session.account, session.device, at)
        assert new is not None
        return Unlocked(session.id, new)

    def _wrong(self, session: Session, tries: int, at: datetime) -> StillLocked | FullSignInNeeded:
        ends = tries >= MOST_WRONG
        with self._database.transaction() as connection:
            self._journal.stays_locked(connection, session.account, session.device, at, ended=ends)
            if not ends:
                return StillLocked(session.id, MOST_WRONG - tries)
            end(connection, session.id)
        return FullSignInNeeded(session.id, ended=True)

    def _keyed(self, session: Session, pin: str) -> str:
        assert session.device is not None
        return keyed_pin(self._keys, session.account, session.device, pin)


def keyed_pin(keys: CredentialKeys, account: UUID, device: UUID, pin: str) -> str:
    """What is hashed of a PIN: it counts for this account on this device."""
    bound = f"{account}|{device}|{pin}"
    return hmac.new(keys.pins, bound.encode(errors="replace"), sha256).hexdigest()


def kept_pin(connection: Connection, account: UUID, device: UUID) -> str | None:
    """The hash of the PIN that the account has chosen on the device, if it has."""
    return connection.execute(KEPT, {"account": account, "device": device}).scalar()


def has_pin(connection: Connection, account: UUID, device: UUID) -> bool:
    """Whether the account has chosen a PIN on the device."""
    return kept_pin(connection, account, device) is not None


def forget_pins(connection: Connection, account: UUID) -> None:
    """The account has no PIN on any device any more."""
    connection.execute(FORGET, {"account": account})


def _count(connection: Connection, session: UUID) -> int | None:
    return connection.execute(COUNT, {"id": session, "most": MOST_WRONG}).scalar()
