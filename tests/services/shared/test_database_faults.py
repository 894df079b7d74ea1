"""Connections that are lost, cancelled or left in the middle of something: the next request has a good one."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import psycopg
import pytest
from psycopg.pq import TransactionStatus
from resources import a_dose, a_patient, post, put, transaction
from sqlalchemy import Connection, event, text
from sqlalchemy.exc import OperationalError, PendingRollbackError

from fhir_store.walls import Wall
from fhir_store.write import raw_cursor
from services.exchange import transaction as transactions
from services.shared.database import Database
from services.shared.embedded_postgres import RunningServer
from services.shared.errors import DISK_FULL_MESSAGE, service_error
from services.shared.installation import Urls

END_ALL = """
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name = 'throughcare'
"""


@pytest.fixture
def one_connection(urls: Urls) -> Iterator[Database]:
    """A pool of one connection: whatever state a use leaves it in, the next use would meet."""
    made = Database(urls.server, pool_size=1)
    yield made
    made.close()


@pytest.fixture
def end_all(postgres: RunningServer, own_database: Urls) -> Callable[[], None]:
    """End every connection of the program to the test's database, as an administrator or a restart does."""
    name = own_database.owner.rpartition("/")[2].partition("?")[0]

    def end() -> None:
        with psycopg.connect(postgres.superuser_conninfo(name), autocommit=True) as connection:
            connection.execute(END_ALL)

    return end


def _backend(database: Database) -> int:
    with database.cursor() as cursor:
        return cursor.connection.info.backend_pid


ADD = text("INSERT INTO access.client (name, scope, created_at) VALUES ('x', 's', now())")


def _write_and_fail(database: Database) -> None:
    with database.transaction() as connection:
        connection.execute(ADD)
        raise ZeroDivisionError


def _is_as_new(database: Database) -> None:
    """The connection that comes next works, alone in each statement as a cursor and together in a transaction."""
    with database.cursor() as cursor:
        assert cursor.connection.info.transaction_status is TransactionStatus.IDLE
        assert cursor.connection.autocommit
        assert cursor.execute("SELECT 1").fetchall() == [(1,)]
    with pytest.raises(ZeroDivisionError):
        _write_and_fail(database)
    with database.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM access.client")).scalar() == 0
    with database.snapshot() as connection:
        assert connection.execute(text("SHOW transaction_isolation")).scalar() == "repeatable read"
    with database.transaction() as connection:
        assert connection.execute(text("SHOW transaction_isolation")).scalar() == "read committed"


def _fails_in_sql(cursor: psycopg.Cursor[Any]) -> None:
    cursor.execute("SELECT 1/0")


def _leaves_rows_unread(cursor: psycopg.Cursor[Any]) -> None:
    cursor.execute("SELECT generate_series(1, 100000)")
    cursor.fetchone()
    raise ZeroDivisionError


def _stops_in_a_stream(cursor: psycopg.Cursor[Any]) -> None:
    for number, _ in enumerate(cursor.stream("SELECT generate_series(1, 100000)")):
        if number == 10:
            raise ZeroDivisionError


def _stops_in_a_copy(cursor: psycopg.Cursor[Any]) -> None:
    with cursor.copy("COPY access.client (name) FROM STDIN") as writing:
        writing.write_row(("x",))
        raise ZeroDivisionError


def _leaves_a_transaction_open(cursor: psycopg.Cursor[Any]) -> None:
    cursor.execute("BEGIN")
    cursor.execute("INSERT INTO access.client (name, scope, created_at) VALUES ('x', 's', now())")


def _leaves_a_failed_transaction(cursor: psycopg.Cursor[Any]) -> None:
    cursor.execute("BEGIN")
    cursor.execute("SELECT 1/0")


def _is_cancelled(cursor: psycopg.Cursor[Any]) -> None:
    connection = cursor.connection
    threading.Timer(0.2, connection.cancel_safe).start()
    cursor.execute("SELECT pg_sleep(20)")


def _is_interrupted(cursor: psycopg.Cursor[Any]) -> None:
    cursor.execute("SELECT 1")
    raise KeyboardInterrupt


def _is_closed(cursor: psycopg.Cursor[Any]) -> None:
    cursor.connection.close()


def _is_ended(cursor: psycopg.Cursor[Any]) -> None:
    cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")


def _loses_its_socket(cursor: psycopg.Cursor[Any]) -> None:
    with socket.socket(fileno=socket.dup(cursor.connection.fileno())) as ours:
        ours.shutdown(socket.SHUT_RDWR)
    cursor.execute("SELECT 1")


@pytest.mark.parametrize(
    "use",
    [
        _fails_in_sql,
        _leaves_rows_unread,
        _stops_in_a_stream,
        _stops_in_a_copy,
        _leaves_a_transaction_open,
        _leaves_a_failed_transaction,
        _is_cancelled,
        _is_interrupted,
        _is_closed,
        _is_ended,
        _loses_its_socket,
    ],
)
def test_however_a_cursor_is_left_the_next_use_is_as_new(
    one_connection: Database, use: Callable[[psycopg.Cursor[Any]], None]
) -> None:
    expected = (psycopg.Error, ZeroDivisionError, KeyboardInterrupt)
    try:
        with one_connection.cursor() as cursor:
            use(cursor)
    except expected:
        pass
    _is_as_new(one_connection)


@pytest.mark.parametrize("use", [_fails_in_sql, _leaves_rows_unread, _is_cancelled, _is_interrupted])
def test_a_good_connection_is_kept(
    one_connection: Database, use: Callable[[psycopg.Cursor[Any]], None]
) -> None:
    before = _backend(one_connection)
    with (
        pytest.raises((psycopg.Error, ZeroDivisionError, KeyboardInterrupt)),
        one_connection.cursor() as cursor,
    ):
        use(cursor)
    assert _backend(one_connection) == before


def test_what_was_in_use_when_all_was_closed_is_closed_when_it_is_given_back(
    one_connection: Database,
) -> None:
    """A count for the ministry may outlast the server that began it."""
    with one_connection.transaction() as connection, one_connection.cursor() as cursor:
        used = raw_cursor(connection).connection, cursor.connection
        one_connection.close()
        assert [one.closed for one in used] == [False, False]
        assert cursor.execute("SELECT 1").fetchall() == [(1,)]
        assert connection.execute(text("SELECT 1")).scalar_one() == 1
    assert [one.closed for one in used] == [True, True]


def test_many_who_ask_at_once_get_the_same_connections_behind_a_wall(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Database.__init__

    def slowly(*args: Any, **kwargs: Any) -> None:
        time.sleep(0.05)
        made(*args, **kwargs)

    monkeypatch.setattr(Database, "__init__", slowly)
    barrier = threading.Barrier(8)

    def ask(_: int) -> int:
        barrier.wait()
        return id(database.behind(Wall.CUSTODY))

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(ask, range(8)))) == 1


def test_the_error_that_is_raised_is_the_one_that_happened(one_connection: Database) -> None:
    def use() -> None:
        with one_connection.cursor() as cursor:
            cursor.connection.close()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        use()


@pytest.mark.parametrize("use", [_is_ended, _loses_its_socket, _is_cancelled, _fails_in_sql])
def test_however_a_transaction_breaks_the_next_use_is_as_new(
    one_connection: Database, use: Callable[[psycopg.Cursor[Any]], None]
) -> None:
    def write() -> None:
        with one_connection.transaction() as connection:
            connection.execute(ADD)
            use(raw_cursor(connection))

    with pytest.raises((psycopg.Error, OperationalError)):
        write()
    _is_as_new(one_connection)


def test_connections_that_died_a_moment_ago_are_not_lent(
    database: Database, end_all: Callable[[], None]
) -> None:
    """All of them were used just now, so none is asked whether it lives; but each was told that it ends."""
    barrier = threading.Barrier(10)

    def use() -> None:
        with database.cursor() as cursor:
            cursor.execute("SELECT 1")
            barrier.wait()

    threads = [threading.Thread(target=use) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    end_all()
    time.sleep(0.05)
    for _ in range(12):
        with database.cursor() as cursor:
            assert cursor.execute("SELECT 1").fetchall() == [(1,)]


def test_a_connection_that_dies_as_soon_as_it_is_made_is_the_fault_of_the_database(
    one_connection: Database, end_all: Callable[[], None]
) -> None:
    with one_connection.transaction() as connection:
        connection.execute(text("SELECT 1"))
    end_all()
    event.listen(one_connection.engine, "connect", lambda *_: end_all())
    with pytest.raises(OperationalError), one_connection.transaction() as connection:
        connection.execute(text("SELECT 1"))


# --- over HTTP


def test_requests_whose_connections_are_ended_get_503_and_the_next_ones_work(
    fhir: httpx.Client, database: Database, end_all: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection ends in the middle of the transaction, after rows were written."""
    ended: list[int] = []
    save = transactions.save_and_follow

    def save_and_end(connection: Connection, *asked: Any) -> Any:
        saved = save(connection, *asked)
        if not ended:
            ended.append(1)
            end_all()
        return saved

    monkeypatch.setattr(transactions, "save_and_follow", save_and_end)
    bundle = transaction(put(a_patient("p1")), post(a_dose()), post(a_dose()))
    refused = fhir.post("", json=bundle)
    assert (refused.status_code, refused.json()["issue"][0]["code"]) == (503, "transient")
    assert refused.headers["retry-after"]
    assert fhir.get("/Patient/p1").status_code == 404, (
        "the reading works at once, and nothing was half-written"
    )
    assert fhir.get("/MedicationAdministration").json().get("entry", []) == []
    assert fhir.post("", json=bundle).status_code == 200


def test_under_load_lost_connections_are_never_a_mistake_of_the_server(
    fhir: httpx.Client, end_all: Callable[[], None]
) -> None:
    seen: list[int] = []
    stop = threading.Event()

    def work(number: int) -> None:
        while not stop.is_set():
            if number % 2:
                seen.append(fhir.post("/Patient", json=a_patient()).status_code)
            else:
                seen.append(fhir.put(f"/Patient/p{number}", json=a_patient(f"p{number}")).status_code)
                seen.append(fhir.get("/Patient?family=DEMO&_count=3").status_code)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for _ in range(10):
        time.sleep(0.15)
        end_all()
    stop.set()
    for thread in threads:
        thread.join()
    assert set(seen) <= {200, 201, 503}
    assert seen.count(503) < len(seen) / 2
    assert fhir.post("/Patient", json=a_patient()).status_code == 201


# --- what is said


@pytest.mark.parametrize(
    "error",
    [psycopg.errors.DiskFull(), OperationalError("INSERT", {}, psycopg.errors.DiskFull())],
)
def test_a_full_disk_is_called_that(error: Exception) -> None:
    problem = service_error(error, {}).problem
    assert (problem.status, problem.message) == (503, DISK_FULL_MESSAGE)
    assert problem.headers["Retry-After"]


def test_a_connection_that_died_within_a_transaction_is_no_mistake_of_the_server() -> None:
    assert service_error(PendingRollbackError("it died"), {}).problem.status == 503
