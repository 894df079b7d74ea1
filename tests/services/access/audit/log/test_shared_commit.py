"""No request gets an answer before its events are on the disk, and none waits for ever."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from audit_events import KEY, a_read, rows

from services.access.audit.errors import NotCanonical
from services.access.audit.log import shared_commit
from services.access.audit.log.errors import AuditUnavailable
from services.access.audit.log.shared_commit import SharedCommit, usual_after
from services.shared.database import Database
from services.shared.embedded_postgres import RunningServer
from services.shared.errors import service_error
from services.shared.installation import Urls
from services.shared.yielding import in_loop

COUNT = "SELECT count(*) FROM access.audit_event"
OPENINGS = "SELECT count(*) FROM access.audit_opening"
SOON_S = 10.0

END_ALL = """
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name = 'throughcare'
"""


@pytest.fixture
def shared() -> Iterator[SharedCommit]:
    made = SharedCommit(KEY, longest_wait_s=SOON_S)
    with made.running():
        yield made


@pytest.fixture
def as_superuser(postgres: RunningServer, own_database: Urls) -> Iterator[psycopg.Connection[Any]]:
    name = own_database.owner.rpartition("/")[2].partition("?")[0]
    with psycopg.connect(postgres.superuser_conninfo(name), autocommit=True) as connection:
        yield connection


def _until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SOON_S
    while not holds():
        assert time.monotonic() < deadline, "that did not come about"
        time.sleep(0.005)


def _record(database: Database, shared: SharedCommit, event: Any = None) -> Exception | None:
    """What came of it."""
    try:
        with database.cursor() as cursor:
            shared.record(cursor, [event or a_read()])
    except Exception as failed:  # noqa: BLE001
        return failed
    return None


def test_it_returns_when_another_connection_can_read_it(
    database: Database, shared: SharedCommit, urls: Urls
) -> None:
    for number in range(1, 4):
        assert _record(database, shared) is None
        assert rows(urls.server, COUNT) == [(number,)]


def test_what_many_threads_record_at_once_is_all_there_and_shares_commits(
    database: Database, shared: SharedCommit, urls: Urls
) -> None:
    with ThreadPoolExecutor(16) as pool:
        outcomes = list(pool.map(lambda _: _record(database, shared), range(400)))
    assert outcomes == [None] * 400
    assert rows(urls.server, COUNT) == [(400,)]
    assert rows(urls.server, OPENINGS) == [(800,)]
    assert rows(urls.server, "SELECT count(DISTINCT xid) < 300 FROM access.audit_event") == [(True,)]


class Held:
    """An exclusive lock on the log: whoever commits hangs until it is let go."""

    def __init__(self, url: str) -> None:
        self.connection = psycopg.connect(url.replace("+psycopg", ""))
        self.connection.execute("LOCK TABLE access.audit_event")

    def commits_under_way(self) -> int:
        found = self.connection.execute(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'access.audit_event'::regclass"
        ).fetchone()
        assert found
        return int(found[0])

    def let_go(self) -> None:
        self.connection.close()


@pytest.fixture
def held(urls: Urls) -> Iterator[Held]:
    made = Held(urls.owner)
    yield made
    made.let_go()


def test_nobody_is_answered_while_the_commit_is_under_way(
    database: Database, shared: SharedCommit, held: Held
) -> None:
    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(_record, database, shared) for _ in range(4)]
        _until(lambda: held.commits_under_way() == 1)
        time.sleep(0.2)
        assert not any(one.done() for one in asked)
        held.let_go()
        assert [one.result(SOON_S) for one in asked] == [None] * 4


def test_when_the_connection_is_killed_in_the_middle_everyone_it_was_for_is_refused(
    database: Database, shared: SharedCommit, held: Held, as_superuser: psycopg.Connection[Any], urls: Urls
) -> None:
    with ThreadPoolExecutor(6) as pool:
        first = pool.submit(_record, database, shared)
        _until(lambda: held.commits_under_way() == 1)
        others = [pool.submit(_record, database, shared) for _ in range(5)]
        _until(lambda: len(shared._waiting) == 5)
        as_superuser.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE NOT granted AND relation = 'access.audit_event'::regclass"
        )
        assert isinstance(first.result(SOON_S), AuditUnavailable)
        # One of the others has gone on, with all five.
        _until(lambda: held.commits_under_way() == 1)
        assert not any(one.done() for one in others)
        held.let_go()
        assert [one.result(SOON_S) for one in others] == [None] * 5
    assert rows(urls.server, COUNT) == [(5,)]


def test_a_batch_that_fails_fails_everyone_in_it(
    database: Database, shared: SharedCommit, held: Held, as_superuser: psycopg.Connection[Any], urls: Urls
) -> None:
    with ThreadPoolExecutor(6) as pool:
        first = pool.submit(_record, database, shared)
        _until(lambda: held.commits_under_way() == 1)
        others = [pool.submit(_record, database, shared) for _ in range(5)]
        _until(lambda: len(shared._waiting) == 5)
        as_superuser.execute("REVOKE INSERT ON access.audit_opening FROM throughcare_server")
        try:
            held.let_go()
            failed = [one.result(SOON_S) for one in (first, *others)]
        finally:
            as_superuser.execute("GRANT INSERT ON access.audit_opening TO throughcare_server")
    assert all(isinstance(one, AuditUnavailable) for one in failed)
    assert len({id(one) for one in failed}) == 6, "each has an error of its own"
    assert rows(urls.server, COUNT) == [(0,)], "no event without its openings"
    assert _record(database, shared) is None


def test_under_load_with_lost_connections_everything_acknowledged_is_there(
    database: Database, shared: SharedCommit, as_superuser: psycopg.Connection[Any], urls: Urls
) -> None:
    stop = threading.Event()

    def work(number: int) -> list[str]:
        acknowledged = []
        while not stop.is_set():
            name = f"Patient/{number}-{len(acknowledged)}-{time.monotonic_ns()}"
            if _record(database, shared, a_read(name)) is None:
                acknowledged.append(name)
        return acknowledged

    with ThreadPoolExecutor(6) as pool:
        workers = [pool.submit(work, number) for number in range(6)]
        for _ in range(12):
            time.sleep(0.1)
            as_superuser.execute(END_ALL)
        time.sleep(0.2)
        stop.set()
        acknowledged = {name for worker in workers for name in worker.result(SOON_S)}
    there = {
        name for (name,) in rows(urls.server, "SELECT subject FROM access.audit_opening WHERE place = 0")
    }
    assert len(acknowledged) > 50
    assert acknowledged <= there
    assert shared._waiting == []
    assert not shared._somebody_commits


def test_a_connection_that_loses_its_socket_refuses(database: Database, shared: SharedCommit) -> None:
    with database.cursor() as cursor:
        with socket.socket(fileno=socket.dup(cursor.connection.fileno())) as ours:
            ours.shutdown(socket.SHUT_RDWR)
        with pytest.raises(AuditUnavailable):
            shared.record(cursor, [a_read()])
    assert _record(database, shared) is None


def test_who_waits_for_too_long_is_refused_and_does_not_keep_the_others_from_going_on(
    database: Database, held: Held
) -> None:
    shared = SharedCommit(KEY, longest_wait_s=0.3)
    with shared.running(), ThreadPoolExecutor(3) as pool:
        first = pool.submit(_record, database, shared)
        _until(lambda: held.commits_under_way() == 1)
        began = time.monotonic()
        assert isinstance(pool.submit(_record, database, shared).result(SOON_S), AuditUnavailable)
        assert time.monotonic() - began < 3
        assert shared._waiting == []
        held.let_go()
        assert first.result(SOON_S) is None
        assert pool.submit(_record, database, shared).result(SOON_S) is None


def test_no_more_than_so_many_wait(
    database: Database, shared: SharedCommit, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_commit, "MOST_WAITING", 2)
    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(_record, database, shared)]
        _until(lambda: held.commits_under_way() == 1)
        asked += [pool.submit(_record, database, shared) for _ in range(2)]
        _until(lambda: len(shared._waiting) == 2)
        assert isinstance(_record(database, shared), AuditUnavailable)
        held.let_go()
        assert [one.result(SOON_S) for one in asked] == [None] * 3


def test_more_than_one_commit_holds_are_served_by_several(
    database: Database, shared: SharedCommit, held: Held, monkeypatch: pytest.MonkeyPatch, urls: Urls
) -> None:
    monkeypatch.setattr(shared_commit, "MOST_TOGETHER", 3)
    with ThreadPoolExecutor(12) as pool:
        asked = [pool.submit(_record, database, shared) for _ in range(12)]
        _until(lambda: held.commits_under_way() == 1)
        held.let_go()
        assert [one.result(SOON_S) for one in asked] == [None] * 12
    assert rows(
        urls.server, "SELECT max(n) <= 3 FROM (SELECT count(*) n FROM access.audit_event GROUP BY xid)"
    ) == [(True,)]


def test_an_event_that_cannot_be_sealed_harms_nobody_else(
    database: Database, shared: SharedCommit, held: Held, urls: Urls
) -> None:
    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(_record, database, shared)
        _until(lambda: held.commits_under_way() == 1)
        bad = pool.submit(_record, database, shared, a_read("Patient/\ud800"))
        good = pool.submit(_record, database, shared)
        _until(lambda: len(shared._waiting) == 2)
        held.let_go()
        assert isinstance(bad.result(SOON_S), NotCanonical)
        assert (first.result(SOON_S), good.result(SOON_S)) == (None, None)
    assert rows(urls.server, COUNT) == [(2,)]


def test_it_is_refused_before_the_start_and_after_the_end(database: Database) -> None:
    shared = SharedCommit(KEY)
    assert isinstance(_record(database, shared), AuditUnavailable)
    with shared.running():
        assert _record(database, shared) is None
    assert isinstance(_record(database, shared), AuditUnavailable)
    with shared.running():
        assert _record(database, shared) is None


def test_who_waits_at_the_end_is_still_served(database: Database, held: Held) -> None:
    shared = SharedCommit(KEY)
    with ThreadPoolExecutor(2) as pool:
        with shared.running():
            first = pool.submit(_record, database, shared)
            _until(lambda: held.commits_under_way() == 1)
            second = pool.submit(_record, database, shared)
            _until(lambda: len(shared._waiting) == 1)
        held.let_go()
        assert (first.result(SOON_S), second.result(SOON_S)) == (None, None)


def test_a_cursor_in_a_transaction_is_refused_since_nothing_would_be_durable(
    database: Database, shared: SharedCommit, urls: Urls
) -> None:
    with database.cursor() as cursor:
        cursor.execute("BEGIN")
        with pytest.raises(AssertionError):
            shared.record(cursor, [a_read()])
        cursor.execute("ROLLBACK")
    assert _record(database, shared) is None


def test_the_web_answers_503() -> None:
    problem = service_error(AuditUnavailable(), {}).problem
    assert (problem.status, problem.code) == (503, "transient")
    assert "logged" in problem.message


# --- in the event loop


def _run(asked: Any) -> Any:
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, asked).result(60)


def _record_at_once(database: Database, shared: SharedCommit) -> None:
    with database.cursor_at_once() as cursor:
        shared.record(cursor, [a_read()])


@pytest.fixture
def resting(urls: Urls) -> Iterator[Database]:
    """A pool of eight connections, all made."""
    made = Database(urls.server, pool_size=8)
    lent = [made.cursor() for _ in range(8)]
    for one in lent:
        one.__enter__()
    for one in lent:
        one.__exit__(None, None, None)
    yield made
    made.close()


def test_what_runs_in_the_loop_shares_commits_too(
    resting: Database, shared: SharedCommit, urls: Urls
) -> None:
    async def all_of_them() -> None:
        for _ in range(20):
            await asyncio.gather(*(in_loop(_record_at_once, resting, shared) for _ in range(8)))

    _run(all_of_them())
    assert rows(urls.server, COUNT) == [(160,)]
    assert rows(urls.server, "SELECT count(DISTINCT xid) < 100 FROM access.audit_event") == [(True,)]


def test_the_loop_goes_on_while_one_waits(resting: Database, shared: SharedCommit, held: Held) -> None:
    async def both() -> bool:
        waiting = [asyncio.create_task(in_loop(_record_at_once, resting, shared)) for _ in range(3)]
        while held.commits_under_way() < 1 or len(shared._waiting) < 2:
            await asyncio.sleep(0.01)
        undone = not any(one.done() for one in waiting)
        held.let_go()
        await asyncio.wait_for(asyncio.gather(*waiting), SOON_S)
        return undone

    assert _run(both())


def test_requests_that_are_called_off_leave_the_turn_to_the_others(
    resting: Database, shared: SharedCommit, held: Held, urls: Urls
) -> None:
    async def some_go() -> list[Any]:
        tasks = []
        for number in range(4):
            tasks.append(asyncio.create_task(in_loop(_record_at_once, resting, shared)))
            while held.commits_under_way() < 1 or len(shared._waiting) < number:
                await asyncio.sleep(0.01)
        tasks[1].cancel()  # the one that would have been next
        tasks[0].cancel()  # the one that commits
        await asyncio.sleep(0.1)
        held.let_go()
        return await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), SOON_S)

    outcomes = _run(some_go())
    assert isinstance(outcomes[0], asyncio.CancelledError)
    assert isinstance(outcomes[1], asyncio.CancelledError)
    assert (outcomes[2], outcomes[3]) == (None, None)
    assert shared._waiting == []
    assert not shared._somebody_commits


def test_in_the_loop_too_who_waits_for_too_long_is_refused(resting: Database, held: Held) -> None:
    shared = SharedCommit(KEY, longest_wait_s=0.3)

    async def two() -> list[Any]:
        first = asyncio.create_task(in_loop(_record_at_once, resting, shared))
        while held.commits_under_way() < 1:
            await asyncio.sleep(0.01)
        second = await asyncio.gather(in_loop(_record_at_once, resting, shared), return_exceptions=True)
        held.let_go()
        return [await asyncio.wait_for(first, SOON_S), *second]

    with shared.running():
        first, second = _run(two())
    assert first is None
    assert isinstance(second, AuditUnavailable)


@pytest.mark.parametrize("before", [1, 2, 3, 7, 32, 500])
@pytest.mark.parametrize("now", [1, 2, 5, 32])
def test_how_many_are_waited_for_becomes_as_many_as_come(before: int, now: int) -> None:
    usual = before
    for _ in range(20):
        usual = usual_after(usual, now)
    assert usual == now
