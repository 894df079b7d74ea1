"""The tree grows by every event once, in one order, whatever commits late and wherever the sequencer crashes."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from audit_events import KEY, a_read, plain, recorded, rows

from fhir_store.write import raw_cursor
from services.access.audit.log.errors import TreeBroken
from services.access.audit.log.record import record
from services.access.audit.log.sequencing import kept_tree, sequence, sequence_all
from services.access.audit.tree import leaf_hash, root
from services.shared.database import Database
from services.shared.installation import Urls

SOON_S = 30.0
EVENTS = "SELECT seq, body FROM access.audit_event ORDER BY epoch, xid, seq"
LEAVES = "SELECT index, event, hash FROM access.audit_leaf ORDER BY index"


def _settled(database: Database, size: int) -> None:
    """Sequence until there are so many: any running transaction of the cluster holds the rest back."""
    deadline = time.monotonic() + SOON_S
    while _size(database) < size:
        sequence_all(database)
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _size(database: Database) -> int:
    with database.cursor() as cursor:
        return kept_tree(cursor).frontier.size


def _is_whole(database: Database, urls: Urls) -> None:
    """Every event has its leaf, in their order, and the tree is that of the leaves."""
    events, leaves = rows(urls.owner, EVENTS), rows(urls.owner, LEAVES)
    assert [(index, event) for index, event, _ in leaves] == list(enumerate(seq for seq, _ in events))
    assert [hash_ for *_, hash_ in leaves] == [leaf_hash(body) for _, body in events]
    with database.cursor() as cursor:
        frontier = kept_tree(cursor).frontier
    assert (frontier.size, frontier.root()) == (len(events), root(leaf_hash(body) for _, body in events))


def test_events_get_their_leaves_in_the_order_of_their_transactions(database: Database, urls: Urls) -> None:
    recorded(database, *(a_read(minutes=minute) for minute in range(7)))
    _settled(database, 7)
    _is_whole(database, urls)
    assert sequence_all(database) == 0
    recorded(database, a_read())
    _settled(database, 8)
    _is_whole(database, urls)


def test_what_is_sequenced_at_once_is_bounded(database: Database, urls: Urls) -> None:
    recorded(database, *(a_read() for _ in range(5)))
    deadline = time.monotonic() + SOON_S
    added: list[int] = []
    while sum(added) < 5:
        with database.transaction() as connection:
            added.append(sequence(raw_cursor(connection), most=2))
        assert time.monotonic() < deadline
    assert max(added) == 2
    _is_whole(database, urls)


def test_a_late_commit_is_not_passed_over(database: Database, urls: Urls) -> None:
    with database.transaction() as slow:
        record(raw_cursor(slow), [a_read("Patient/slow")], KEY)
        recorded(database, a_read("Patient/quick"))
        assert sequence_all(database) == 0, (
            "nothing after a transaction that is still running has its place yet"
        )
    _settled(database, 2)
    _is_whole(database, urls)
    by_leaf = "SELECT subject FROM access.audit_leaf l JOIN access.audit_opening o USING (event) WHERE place = 0 ORDER BY index"
    assert rows(urls.server, by_leaf) == [("Patient/slow",), ("Patient/quick",)]


def test_one_that_is_rolled_back_leaves_no_gap(database: Database, urls: Urls) -> None:
    recorded(database, a_read())
    with database.engine.connect() as connection:
        record(raw_cursor(connection), [a_read()], KEY)
        connection.rollback()
    recorded(database, a_read())
    _settled(database, 2)
    _is_whole(database, urls)


def test_with_many_writers_and_two_sequencers_every_event_has_one_leaf_and_the_order_stays(
    database: Database, urls: Urls
) -> None:
    writers, each = 6, 30
    seen: list[list[tuple[Any, ...]]] = []

    def write(number: int) -> None:
        for turn in range(each):
            with database.transaction() as connection:
                record(raw_cursor(connection), [a_read(f"Patient/{number}-{turn}")] * 2, KEY)
                if turn % 7 == number:
                    time.sleep(0.03)  # a late commit

    def sequence_meanwhile(stop: Callable[[], bool]) -> None:
        while not stop():
            sequence_all(database)
            seen.append(rows(urls.server, LEAVES))

    with ThreadPoolExecutor(writers + 2) as pool:
        writing = [pool.submit(write, number) for number in range(writers)]
        stop = lambda: all(one.done() for one in writing)
        sequencing = [pool.submit(sequence_meanwhile, stop) for _ in range(2)]
        for one in (*writing, *sequencing):
            one.result(60)
    _settled(database, writers * each * 2)
    _is_whole(database, urls)
    final = rows(urls.server, LEAVES)
    assert all(one == final[: len(one)] for one in seen), "no leaf ever changed its place"


class Dying:
    """A cursor whose connection is ended before its nth statement: what is left of a program that crashed there."""

    def __init__(self, cursor: psycopg.Cursor[Any], before: int) -> None:
        self._cursor = cursor
        self._left = before

    def execute(self, *asked: Any) -> psycopg.Cursor[Any]:
        if self._left == 0:
            self._cursor.connection.close()
        self._left -= 1
        return self._cursor.execute(*asked)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)


@pytest.mark.parametrize("before", range(5))
def test_wherever_it_crashes_the_next_one_goes_on(database: Database, urls: Urls, before: int) -> None:
    recorded(database, *(a_read() for _ in range(3)))
    _settled(database, 3)
    recorded(database, *(a_read() for _ in range(4)))
    _wait_until_nothing_runs(database, 4)
    with psycopg.connect(plain(urls.server)) as connection:
        dying: Any = Dying(connection.cursor(), before)
        with pytest.raises(psycopg.Error):
            sequence(dying)
    assert _size(database) == 3
    assert len(rows(urls.server, LEAVES)) == 3
    _settled(database, 7)
    _is_whole(database, urls)


def _wait_until_nothing_runs(database: Database, count: int) -> None:
    deadline = time.monotonic() + SOON_S
    while True:
        with database.engine.connect() as connection:
            found = sequence(raw_cursor(connection))
            connection.rollback()
        if found == count:
            return
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_crash_before_the_commit_leaves_everything_as_it_was(database: Database, urls: Urls) -> None:
    recorded(database, a_read(), a_read())
    _wait_until_nothing_runs(database, 2)
    with psycopg.connect(plain(urls.server)) as connection:
        assert sequence(connection.cursor()) == 2
        connection.close()
    assert (_size(database), rows(urls.server, LEAVES)) == (0, [])
    _settled(database, 2)
    _is_whole(database, urls)


def test_while_one_sequences_another_waits(database: Database, urls: Urls) -> None:
    recorded(database, a_read(), a_read())
    _wait_until_nothing_runs(database, 2)
    with ThreadPoolExecutor(1) as pool, database.transaction() as first:
        assert sequence(raw_cursor(first)) == 2
        second = pool.submit(sequence_all, database)
        time.sleep(0.3)
        assert not second.done()
        first.commit()
        assert second.result(SOON_S) == 0
    _is_whole(database, urls)


def test_after_a_restore_the_order_goes_on(database: Database, urls: Urls) -> None:
    recorded(database, a_read(), a_read())
    _settled(database, 2)
    # A new cluster counts transactions from a lower number than those in the log.
    rows(urls.owner, "UPDATE access.audit_event SET xid = '9000000000000000'")
    rows(urls.owner, "UPDATE access.audit_tree SET xid = '9000000000000000'")
    rows(urls.owner, "UPDATE fhir_store.installation SET epoch = 2")
    recorded(database, a_read())
    _settled(database, 3)
    _is_whole(database, urls)


def test_a_tree_that_does_not_fit_its_leaves_is_not_added_to(database: Database, urls: Urls) -> None:
    recorded(database, a_read(), a_read())
    _settled(database, 2)
    rows(urls.owner, "UPDATE access.audit_tree SET size = 0, subtrees = '{}'")
    recorded(database, a_read())
    with pytest.raises(TreeBroken, match="audit verify"):
        _settled(database, 1)
    assert len(rows(urls.server, LEAVES)) == 2


@pytest.fixture(autouse=True)
def _no_tree_left_behind(urls: Urls) -> Iterator[None]:
    yield
    rows(urls.owner, "UPDATE fhir_store.installation SET epoch = 1")
