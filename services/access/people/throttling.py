"""The tries to sign in, counted in the database so that a restart forgets none.

A try is counted before anything is compared, so that many at once do not slip through; if it was right it is taken
back. What stands in the table is a keyed hash of the login name or address: it names nobody, and a name without
account leaves the same trace.
"""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, text

from services.access.people.throttle import (
    FORGOTTEN_AFTER,
    OF_LOGIN,
    OF_SOURCE,
    Failures,
    Limit,
    after_another,
    still_blocked,
)
from services.shared.database import Database

# One statement that makes the row or holds it: between two it could be forgotten by a success elsewhere.
HELD = text("""
INSERT INTO access.throttle AS t (key, failures, last_at) VALUES (:key, 0, :at)
ON CONFLICT (key) DO UPDATE SET failures = t.failures RETURNING failures, blocked_until, last_at
""")
COUNT = text("""
UPDATE access.throttle SET failures = :failures, blocked_until = :until, last_at = :at WHERE key = :key
""")
# Only the wait that this very try has set is lifted: others may have failed meanwhile.
GIVE_BACK = text("""
UPDATE access.throttle SET failures = greatest(failures - 1, 0),
    blocked_until = CASE WHEN blocked_until = :until THEN NULL ELSE blocked_until END
WHERE key = :key
""")
FORGET = text("DELETE FROM access.throttle WHERE key = :key")
FORGET_OLD = text("DELETE FROM access.throttle WHERE last_at < :before")


class Source(NamedTuple):
    """Where a try comes from."""

    address: str
    """The network address, after the trusted proxy."""
    device: UUID | None = None
    """The registered device that has proved to be it, if any."""


class Key(NamedTuple):
    """What is counted."""

    value: bytes
    limit: Limit


@dataclass(frozen=True)
class Try:
    """A try that was counted, to be taken back if it was right."""

    counted: tuple[tuple[Key, datetime | None], ...]


@dataclass(frozen=True)
class TooSoon:
    """No try is taken yet."""

    wait: timedelta


class Throttle:
    """Counts tries and takes them back."""

    def __init__(self, database: Database, key: bytes) -> None:
        self._database = database
        self._key = key

    def take(self, source: Source, login: str | None, at: datetime) -> Try | TooSoon:
        """Count a try; of a passkey, which names nobody beforehand, only by its source."""
        keys = sorted({self._of_source(source), *(() if login is None else (self._of_login(source, login),))})
        return self._database.run(lambda connection: _take(connection, keys, at))

    def forget_of(self, connection: Connection, what: str, who: str) -> None:
        """Of that kind there was a success: earlier failures of somebody are forgotten."""
        connection.execute(FORGET, {"key": self._hashed(what, who)})

    def take_of(self, what: str, who: str, limit: Limit, at: datetime) -> Try | TooSoon:
        """Count a try of another kind by somebody: ``what`` keeps kinds apart."""
        key = Key(self._hashed(what, who), limit)
        return self._database.run(lambda connection: _take(connection, [key], at))

    def give_back(self, connection: Connection, counted: Try) -> None:
        """The try was no failure."""
        for key, until in counted.counted:
            connection.execute(GIVE_BACK, {"key": key.value, "until": until})

    def reset(self, connection: Connection, counted: Try, source: Source, login: str, at: datetime) -> None:
        """Somebody is in: earlier failures of this login name are forgotten.

        Those of the address are not, or whoever has an account could go on trying others' from the same place.
        """
        self.give_back(connection, counted)
        connection.execute(FORGET, {"key": self._of_login(source, login).value})
        connection.execute(FORGET_OLD, {"before": at - FORGOTTEN_AFTER})

    def _of_login(self, source: Source, login: str) -> Key:
        # Counted apart for each registered device: nobody can keep a nurse out of her own tablet from elsewhere.
        return Key(self._hashed("login", str(source.device), login), OF_LOGIN)

    def _of_source(self, source: Source) -> Key:
        return Key(self._hashed("source", str(source.device), source.address), OF_SOURCE)

    def _hashed(self, *parts: str) -> bytes:
        return hmac.new(self._key, "\0".join(parts).encode(), sha256).digest()


def _take(connection: Connection, keys: Iterable[Key], at: datetime) -> Try | TooSoon:
    held = [(key, _held(connection, key, at)) for key in keys]
    longest = max(still_blocked(before, key.limit, at) for key, before in held)
    if longest:
        return TooSoon(longest)
    return Try(
        tuple((key, _count(connection, key, after_another(before, key.limit, at))) for key, before in held)
    )


def _held(connection: Connection, key: Key, at: datetime) -> Failures:
    return Failures(*connection.execute(HELD, {"key": key.value, "at": at}).one())


def _count(connection: Connection, key: Key, after: Failures) -> datetime | None:
    values = {"key": key.value, "failures": after.count, "until": after.blocked_until, "at": after.last_at}
    connection.execute(COUNT, values)
    return after.blocked_until
