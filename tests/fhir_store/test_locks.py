"""Locks are taken in one order whoever asks, and nobody waits for itself."""

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fhir_store import locks
from fhir_store.sql import Sql
from fhir_store.write import raw_cursor
from services.shared.database import Database

LOCKS = st.sets(st.integers(-3, 3), max_size=7)
HELD = "SELECT (classid::bigint << 32) | objid::bigint, mode FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"


def _signed(number: int) -> int:
    return number - 2**64 if number >= 2**63 else number


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(exclusive=LOCKS, shared=LOCKS, then=LOCKS)
def test_what_is_wanted_is_held_and_nobody_waits_for_itself(
    database: Database, exclusive: set[int], shared: set[int], then: set[int]
) -> None:
    with database.transaction() as connection:
        cursor = raw_cursor(connection)
        cursor.execute("SET LOCAL lock_timeout = '1s'")
        locks.take(cursor, exclusive, shared)
        condition = locks.held(then)
        assert _true(cursor, condition)
        found = cursor.execute(HELD).fetchall()
    held = {(_signed(number), mode) for number, mode in found}
    assert {(one, "ExclusiveLock") for one in exclusive} <= held
    assert {(one, "ShareLock") for one in (shared - exclusive) | then} <= held
    assert len(held) == len(exclusive) + len((shared - exclusive) | then)


def _true(cursor, condition: Sql) -> bool:
    return bool(cursor.execute(f"SELECT {condition.text}", condition.args).fetchall()[0][0])


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sets=st.lists(st.tuples(LOCKS, LOCKS), min_size=2, max_size=6), order=st.randoms())
def test_whoever_takes_locks_at_once_and_in_any_order_never_deadlocks(
    database: Database, sets: Sequence[tuple[set[int], set[int]]], order
) -> None:
    """A deadlock would raise; each also keeps its locks for a while."""
    barrier = threading.Barrier(len(sets))
    # Drawn before the threads begin: what draws is not made for several at once.
    in_order = [[order.sample(sorted(one), len(one)) for one in wanted] for wanted in sets]

    def take(wanted: list[list[int]]) -> None:
        exclusive, shared = wanted
        barrier.wait(30)
        with database.transaction() as connection:
            locks.take(raw_cursor(connection), exclusive, shared)
            time.sleep(0.01)

    with ThreadPoolExecutor(len(sets)) as pool:
        list(pool.map(take, in_order))
