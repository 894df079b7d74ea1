"""Who holds a token, remembered for a few seconds, so that not every request has to ask the database.

A client that is shut out is forgotten at once: every change of clients and tokens is notified (``clients.CHANNEL``)
and empties the memory of every server. A server that cannot hear remembers nobody. However long a server hears
nothing, it remembers nobody longer than ``REMEMBERED_S``.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any

import psycopg
import structlog

from services.access.actors import caller
from services.access.clients import CHANNEL, Client
from services.shared.database import Database

log = structlog.get_logger()

REMEMBERED_S = 5.0
MOST = 1_000
HEARD_WITHIN_S = 0.1
TRY_AGAIN_S = 1.0


class KnownCallers:
    """The clients behind the tokens that were shown lately."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[str, tuple[Client, float]] = {}
        self._changes = 0
        self._hears = False
        self._stopping = Event()

    @contextmanager
    def remembering(self) -> Iterator[None]:
        """Listen, and so remember; afterwards everyone is forgotten and every request asks the database."""
        self._stopping.clear()
        ear = Thread(target=self._listen, name="changes of clients", daemon=True)
        ear.start()
        try:
            yield
        finally:
            self._stopping.set()
            ear.join()

    def caller(self, cursor: psycopg.Cursor[Any], authorization: str) -> Client:
        """The client that an Authorization header names. Raises Unauthorized."""
        known = self._known.get(authorization)
        if known and time.monotonic() < known[1]:
            return known[0]
        before = self._changes
        client = caller(cursor, authorization)
        # What was asked before a change that was heard meanwhile may be out of date already.
        if self._hears and before == self._changes and len(self._known) < MOST:
            self._known[authorization] = client, time.monotonic() + REMEMBERED_S
        return client

    def _listen(self) -> None:
        while not self._stopping.is_set():
            try:
                with self._database.listening(CHANNEL) as connection:
                    self._forget(hears=True)
                    self._hear(connection)
            except psycopg.Error as lost:
                log.warning("changes of clients are not heard", exc_info=lost)
                self._forget(hears=False)
                self._stopping.wait(TRY_AGAIN_S)
        self._forget(hears=False)

    def _hear(self, connection: psycopg.Connection[Any]) -> None:
        while not self._stopping.is_set():
            for _ in connection.notifies(timeout=HEARD_WITHIN_S):
                self._forget(hears=True)
            if len(self._known) >= MOST:
                self._forget(hears=True)

    def _forget(self, *, hears: bool) -> None:
        self._hears = hears
        self._changes += 1
        self._known = {}
