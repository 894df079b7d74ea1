"""Named logins of people to pages, until they get sign-in of their own: by the name and token of a client.

A session is a random text in a cookie and a name in the server's memory. It ends with the sign-out, after a working day,
when its client is shut out or loses its scope, and when the server stops.
"""

import hashlib
import secrets
import threading
import time

from fhir_store.write import raw_cursor
from services.access.clients import Client, client_named, holder
from services.access.decision import may
from services.shared.database import Database

COOKIE = "session"
LIFETIME_S = 8 * 3600
"""A working day. Proposed."""

MOST = 1_000


class SessionRefused(Exception):
    """No client has this name and token, or it may not read figures."""


class Sessions:
    """Who is signed in."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._open: dict[bytes, tuple[str, float]] = {}

    def begin(self, name: str, token: str) -> str:
        """Sign in; the secret for the cookie. Raises SessionRefused."""
        with self._database.transaction() as connection:
            client = holder(raw_cursor(connection), token)
        if client is None or client.name != name or not _may_read_figures(client):
            raise SessionRefused
        secret = secrets.token_urlsafe(32)
        with self._lock:
            self._forget_old()
            if len(self._open) >= MOST:
                raise SessionRefused
            self._open[_digest(secret)] = name, time.monotonic() + LIFETIME_S
        return secret

    def holder(self, secret: str) -> str | None:
        """Whose session it is; None if it is over, or its client may not read figures any more."""
        with self._lock:
            name, until = self._open.get(_digest(secret), ("", 0.0))
        if time.monotonic() >= until:
            return None
        with self._database.transaction() as connection:
            client = client_named(raw_cursor(connection), name)
        return name if client is not None and _may_read_figures(client) else None

    def end(self, secret: str) -> None:
        """Sign out."""
        with self._lock:
            self._open.pop(_digest(secret), None)

    def _forget_old(self) -> None:
        now = time.monotonic()
        self._open = {digest: one for digest, one in self._open.items() if now < one[1]}


def _may_read_figures(client: Client) -> bool:
    # In FHIR a computed figure is a MeasureReport: system/MeasureReport.r lets a ministry in and shows it no record.
    return may(client, "read", "MeasureReport")


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
