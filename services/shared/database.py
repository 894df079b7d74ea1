"""The database as the services use it: a pool of connections, one transaction per request, retries.

The commit happens here and nowhere else.
"""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from select import POLLIN, poll
from typing import Any, TypeVar

import psycopg
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, DisconnectionError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from fhir_store.rebuild import is_current
from services.shared.migrations import heads

Result = TypeVar("Result")

# Two transactions met: the loser may simply be run again. Unique violations are among them because
# two clients that create the same new id at once see it only when the first commits.
RETRIED_SQLSTATES = {"40001", "40P01", "23505"}
ATTEMPTS = 6

# A connection used this recently is handed out without asking whether it still lives.
TRUSTED_S = 1.0


class NotReady(Exception):
    """The database cannot be reached, or its tables are not those of this version."""


class LostEveryTime(Exception):
    """Other transactions got in the way again and again; the caller may try later."""


class Database:
    """A pool of connections to one PostgreSQL database as one role."""

    def __init__(self, url: str, *, pool_size: int = 20) -> None:
        self.engine = _engine(url, pool_size)
        # Connections of their own, because to switch one to and fro costs as much as asking it something.
        self._by_statement = _engine(url, pool_size, isolation_level="AUTOCOMMIT")

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """For a single statement that only reads: no transaction around it, which saves two round trips."""
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            yield connection

    @contextmanager
    def cursor(self) -> Iterator[psycopg.Cursor[Any]]:
        """The driver's own cursor, each statement a transaction of its own: for what is asked thousands of times."""
        checked_out = self._by_statement.raw_connection()
        try:
            # Binary, because a body as text would be twice as long and would have to be read digit by digit.
            yield _driver_connection(checked_out).cursor(binary=True)
        finally:
            _give_back(checked_out)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """One transaction: committed at the end, rolled back on any exception."""
        with self.engine.begin() as connection:
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """One moment of the whole database, read-only: all that is read in it belongs together."""
        with self.engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
            connection.execute(text("SET TRANSACTION READ ONLY"))
            yield connection

    def run(self, work: Callable[[Connection], Result]) -> Result:
        """Run ``work`` in a transaction of its own, again if it lost against another one.

        ``work`` must have no effect but on the database. Raises LostEveryTime.
        """
        for attempt in range(ATTEMPTS):
            try:
                with self.transaction() as connection:
                    return work(connection)
            except (DBAPIError, psycopg.Error) as lost:
                if sqlstate(lost) not in RETRIED_SQLSTATES:
                    raise
                time.sleep(random.uniform(0, 0.02 * 2**attempt))  # noqa: S311
        raise LostEveryTime

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
        """Close every connection."""
        self.engine.dispose()
        self._by_statement.dispose()


def _engine(url: str, pool_size: int, **options: Any) -> Engine:
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=30,
        hide_parameters=True,  # a parameter is a name or a result, and errors are logged
        connect_args={"options": "-c timezone=UTC", "application_name": "throughcare"},
        **options,
    )
    event.listen(engine, "checkin", _note_use)
    event.listen(engine, "checkout", _probe_if_doubtful)
    return engine


def _driver_connection(checked_out: PoolProxiedConnection) -> psycopg.Connection[Any]:
    connection = checked_out.driver_connection
    assert isinstance(connection, psycopg.Connection)
    return connection


def _give_back(checked_out: PoolProxiedConnection) -> None:
    """The pool takes back what can be lent again; a connection that is lost or still busy is thrown away."""
    if _driver_connection(checked_out).info.transaction_status is not TransactionStatus.IDLE:
        checked_out.invalidate()
    checked_out.close()


def _note_use(_: object, record: ConnectionPoolEntry) -> None:
    record.info["used_at"] = time.monotonic()


def _probe_if_doubtful(connection: DBAPIConnection, record: ConnectionPoolEntry, _: object) -> None:
    """A connection that rested may have died with the database; the pool then takes another one."""
    rested = time.monotonic() - record.info.get("used_at", float("-inf"))
    if rested < TRUSTED_S and not _has_been_told_something(connection):
        return
    try:
        connection.cursor().execute("SELECT 1")
        connection.rollback()
    except psycopg.OperationalError:
        raise DisconnectionError from None


def _has_been_told_something(connection: DBAPIConnection) -> bool:
    """Whether the server sent something unasked: most often that it ends the connection."""
    asking = poll()
    asking.register(connection.fileno(), POLLIN)
    return bool(asking.poll(0))


def sqlstate(error: Exception) -> str | None:
    """PostgreSQL's code of an error, whether SQLAlchemy or the driver raised it."""
    return getattr(error.orig if isinstance(error, DBAPIError) else error, "sqlstate", None)


def _applied_revisions(connection: Connection) -> set[str]:
    table = connection.execute(text("SELECT to_regclass('public.alembic_version')")).scalar()
    if table is None:
        return set()
    return set(connection.execute(text("SELECT version_num FROM public.alembic_version")).scalars())
