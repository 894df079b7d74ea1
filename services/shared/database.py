"""The database as the services use it: a pool of connections, one transaction per request, retries.

The commit happens here and nowhere else.
"""

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, TypeVar

import psycopg
from psycopg.sql import SQL, Identifier
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, DisconnectionError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from fhir_store.rebuild import is_current
from fhir_store.walls import Wall
from services.shared.lent_connections import TRUSTED_S, LentConnections, has_been_told_something
from services.shared.migrations import heads

Result = TypeVar("Result")

# Two transactions met: the loser may simply be run again. Unique violations are among them because
# two clients that create the same new id at once see it only when the first commits, and missing values because
# a version whose key was destroyed meanwhile has none.
RETRIED_SQLSTATES = {"40001", "40P01", "23505", "23502"}
ATTEMPTS = 6

APPLICATION = "throughcare"


FEW = 5

NO_JIT = "-c jit=off"
"""Plans of many people are reckoned dear and run for milliseconds: to compile one would take ten times as long."""


class NotReady(Exception):
    """The database cannot be reached, or its tables are not those of this version."""


class LostEveryTime(Exception):
    """Other transactions got in the way again and again; the caller may try later."""


class Database:
    """A pool of connections to one PostgreSQL database as one role, all behind the same wall."""

    def __init__(self, url: str, *, pool_size: int = 20, wall: Wall = Wall.RECORD) -> None:
        self._options: dict[str, Any] = {
            "options": f"-c timezone=UTC {NO_JIT} {wall.option}",
            "application_name": APPLICATION,
        }
        self.engine = _engine(url, pool_size, self._options)
        self._url = url
        self._conninfo = _conninfo(url)
        self._behind: dict[Wall, Database] = {}
        self._making = threading.Lock()
        self._lent = LentConnections(self._conninfo, pool_size, **self._options)

    def behind(self, wall: Wall) -> "Database":
        """The same database by a few connections of its own that stand behind another wall. Closed with this one."""
        with self._making:
            if wall not in self._behind:
                self._behind[wall] = Database(self._url, pool_size=FEW, wall=wall)
            return self._behind[wall]

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """For a single statement that only reads: no transaction around it, which saves two round trips."""
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            yield connection

    def cursor(self) -> AbstractContextManager[psycopg.Cursor[Any]]:
        """The driver's own cursor, each statement a transaction of its own: for what is asked thousands of times."""
        return self._lent.cursor()

    def cursor_at_once(self) -> AbstractContextManager[psycopg.Cursor[Any]]:
        """The same without waiting for a connection, for what runs in the event loop. Raises NoneRests."""
        return self._lent.cursor_at_once()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """One transaction: committed at the end, rolled back on any exception."""
        with self.engine.begin() as connection:
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """One moment of the whole database, read-only: all that is read in it belongs together."""
        how = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        # It is committed: what is rolled back makes the driver forget every statement that it has prepared.
        with self.engine.connect().execution_options(**how) as connection, connection.begin():
            yield connection

    def run(self, work: Callable[[Connection], Result]) -> Result:
        """Run ``work`` in a transaction of its own, again if it lost against another one.

        ``work`` must have no effect but on the database. Raises LostEveryTime.
        """

        def once() -> Result:
            with self.transaction() as connection:
                return work(connection)

        return again(once)

    def listening(self, channel: str) -> psycopg.Connection[Any]:
        """A connection of its own that hears what is notified on a channel. The caller closes it."""
        connection = psycopg.connect(self._conninfo, autocommit=True, **self._options)
        connection.execute(SQL("LISTEN {}").format(Identifier(channel)))
        return connection

    def ready(self) -> None:
        """Return if requests can be served. Raises NotReady."""
        try:
            with self.transaction() as connection:
                applied = _applied_revisions(connection)
                indexed = applied == heads() and is_current(connection)
        except OperationalError:
            raise NotReady("The database does not answer. Is PostgreSQL running?") from None
        if applied != heads():
            raise NotReady("The database's tables are of another version. Run: throughcare migrate")
        if not indexed:
            raise NotReady("The search index is of another version. Run: throughcare migrate")

    def close(self) -> None:
        """Close every connection; one that is still in use, as soon as it is given back."""
        for other in self._behind.values():
            other.close()
        event.listen(self.engine, "checkin", _close_as_well)
        self.engine.dispose()
        self._lent.close()


def again(work: Callable[[], Result]) -> Result:
    """Do something that is one transaction, again if it lost against another one. Raises LostEveryTime."""
    for attempt in range(ATTEMPTS):
        try:
            return work()
        except (DBAPIError, psycopg.Error) as lost:
            if sqlstate(lost) not in RETRIED_SQLSTATES:
                raise
            time.sleep(random.uniform(0, 0.02 * 2**attempt))  # noqa: S311
    raise LostEveryTime


def _conninfo(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def _engine(url: str, pool_size: int, options: dict[str, Any]) -> Engine:
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=30,
        hide_parameters=True,  # a parameter is a name or a result, and errors are logged
        connect_args=options,
    )
    event.listen(engine, "checkin", _note_use)
    event.listen(engine, "checkout", _probe_if_doubtful)
    return engine


def _note_use(_: object, record: ConnectionPoolEntry) -> None:
    record.info["used_at"] = time.monotonic()


def _close_as_well(_: object, record: ConnectionPoolEntry) -> None:
    """The pool that it goes back to was closed, and does it no more."""
    record.invalidate()


def _probe_if_doubtful(connection: DBAPIConnection, record: ConnectionPoolEntry, _: object) -> None:
    """A connection that rested may have died with the database; the pool then takes another one.

    A new one is not asked: what is wrong with it is the database's error and not one of the pool.
    """
    if "used_at" not in record.info:
        return
    rested = time.monotonic() - record.info["used_at"]
    if rested < TRUSTED_S and not has_been_told_something(connection.fileno()):
        return
    try:
        connection.cursor().execute("SELECT 1")
        connection.commit()
    except psycopg.OperationalError:
        raise DisconnectionError from None


def sqlstate(error: Exception) -> str | None:
    """PostgreSQL's code of an error, whether SQLAlchemy or the driver raised it."""
    return getattr(error.orig if isinstance(error, DBAPIError) else error, "sqlstate", None)


def _applied_revisions(connection: Connection) -> set[str]:
    table = connection.execute(text("SELECT to_regclass('public.alembic_version')")).scalar()
    if table is None:
        return set()
    return set(connection.execute(text("SELECT version_num FROM public.alembic_version")).scalars())
