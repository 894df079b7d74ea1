"""Connections of the driver itself, each statement a transaction of its own, lent out and taken back.

For what is asked thousands of times: to borrow one costs a few microseconds. The general pool beside it costs as
much as a small statement.
"""

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from select import POLLIN, poll
from threading import BoundedSemaphore
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus
from sqlalchemy.exc import TimeoutError as PoolTimeout

from services.shared.yielding import YieldingConnection

# A connection used this recently is lent without asking whether it still lives.
TRUSTED_S = 1.0
LONGEST_WAIT_S = 30.0


class NoneRests(Exception):
    """Every connection is lent, or has yet to be made."""


class LentConnections:
    """At most ``most`` connections to ``conninfo``, made when they are needed."""

    def __init__(self, conninfo: str, most: int, **options: Any) -> None:
        self._conninfo = conninfo
        self._options = options
        self._free = BoundedSemaphore(most)
        # The last one given back comes first: it is the one least likely to have died.
        self._resting: deque[tuple[psycopg.Connection[Any], float]] = deque()
        self._is_closed = False

    def cursor(self) -> AbstractContextManager[psycopg.Cursor[Any]]:
        """A cursor of one of them, for a while. Raises PoolTimeout if all are lent for too long."""
        return self._lent(LONGEST_WAIT_S, self._new, PoolTimeout("every connection is in use"))

    def cursor_at_once(self) -> AbstractContextManager[psycopg.Cursor[Any]]:
        """The same of one that need be neither waited for nor made. Raises NoneRests."""
        return self._lent(0, None, NoneRests())

    @contextmanager
    def _lent(
        self, wait_s: float, new: Callable[[], psycopg.Connection[Any]] | None, otherwise: Exception
    ) -> Iterator[psycopg.Cursor[Any]]:
        if not self._free.acquire(timeout=wait_s):
            raise otherwise
        try:
            connection = self._living() or (new and new())
            if connection is None:
                raise otherwise
            try:
                # Binary, because a body as text would be twice as long and would have to be read digit by digit.
                yield connection.cursor(binary=True)
            finally:
                self._take_back(connection)
        finally:
            self._free.release()

    def _living(self) -> psycopg.Connection[Any] | None:
        while self._resting:
            try:
                connection, since = self._resting.pop()
            except IndexError:
                break  # another thread was first
            if _lives(connection, time.monotonic() - since):
                return connection
            connection.close()
        return None

    def _new(self) -> psycopg.Connection[Any]:
        return YieldingConnection.connect(self._conninfo, autocommit=True, **self._options)

    def _take_back(self, connection: psycopg.Connection[Any]) -> None:
        """Only what can be lent again; one that is lost or still busy is closed."""
        if connection.info.transaction_status is TransactionStatus.IDLE:
            self._resting.append((connection, time.monotonic()))
        else:
            connection.close()
        if self._is_closed:
            self.close()

    def close(self) -> None:
        """Close those that are not lent; the others, as soon as they are given back."""
        self._is_closed = True
        while self._resting:
            self._resting.pop()[0].close()


def _lives(connection: psycopg.Connection[Any], rested_s: float) -> bool:
    if rested_s < TRUSTED_S and not has_been_told_something(connection.fileno()):
        return True
    try:
        connection.execute("SELECT 1")
    except psycopg.OperationalError:
        return False
    return True


def has_been_told_something(fileno: int) -> bool:
    """Whether the server sent something unasked: most often that it ends the connection."""
    asking = poll()
    asking.register(fileno, POLLIN)
    return bool(asking.poll(0))
