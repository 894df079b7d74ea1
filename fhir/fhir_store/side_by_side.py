"""Several readings by one connection, side by side: what none of them waits for another to know is asked at once.

On the way to PostgreSQL and back a small statement spends more time than on being worked on, and meanwhile nobody does
anything. So each reading goes on until it has sent its first statement and is then left for the next one; when all have
asked, each reads its answer and goes on. Nothing of a reading has to be written for that: it is given a cursor that lets
the others go on once a statement is sent. A reading may itself read side by side.
"""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from contextvars import copy_context
from typing import Any, Generic, Self, TypeVar

import psycopg
from greenlet import getcurrent, greenlet

Result = TypeVar("Result")


class Reading(greenlet, Generic[Result]):
    """One of them. ``result`` is what it returned, known once all are done."""

    result: Result

    def __init__(self, work: Callable[[psycopg.Cursor[Any]], Result], cursor: psycopg.Cursor[Any]) -> None:
        super().__init__()
        self.gr_context = copy_context()
        self._work = work
        self._cursor = cursor

    def run(self) -> None:
        """Called by the first switch to it."""
        self.result = self._work(self._cursor)


class _LeavingCursor(psycopg.Cursor[Any]):
    """Once its statement is sent, the others go on."""

    def execute(self, *args: Any, **kwargs: Any) -> Self:
        super().execute(*args, **kwargs)
        self.connection.pgconn.send_flush_request()
        _let_others_go_on()
        return self


class SideBySide:
    """Begins readings, and ends them."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection
        self._begun: deque[Reading[Any]] = deque()

    def read(self, work: Callable[[psycopg.Cursor[Any]], Result]) -> Reading[Result]:
        """Begin one. Of the cursor that it is given it executes statements and fetches what they find, and no more."""
        reading = Reading(work, _LeavingCursor(self._connection))
        self._begun.append(reading)
        reading.switch()
        return reading

    def finish(self) -> None:
        """Go on with each in turn until all are done. Raises what one of them raises."""
        while self._begun:
            reading = self._begun.popleft()
            if not reading.dead:
                self._begun.append(reading)
                _let_others_go_on()
                reading.switch()

    def give_up(self) -> None:
        """End those that are not done."""
        for reading in self._begun:
            reading.throw()


@contextmanager
def side_by_side(cursor: psycopg.Cursor[Any]) -> Iterator[SideBySide]:
    """At its end all readings are done. Not for what runs in an event loop, which would stand still meanwhile.

    ``cursor`` is one of the connection, whose transaction they share.
    """
    beside = SideBySide(cursor.connection)
    try:
        with nullcontext() if _is_reading() else cursor.connection.pipeline():
            yield beside
            beside.finish()
    finally:
        beside.give_up()


def _is_reading() -> bool:
    return isinstance(getcurrent(), Reading)


def _let_others_go_on() -> None:
    if _is_reading():
        parent = getcurrent().parent
        assert parent
        parent.switch()
