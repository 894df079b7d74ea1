"""Synchronous code in the event loop: it waits for its connection without holding up anybody else."""

import asyncio
import contextvars
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import psycopg
import pytest

from services.shared.database import Database
from services.shared.installation import Urls
from services.shared.lent_connections import NoneRests
from services.shared.yielding import in_loop

Result = TypeVar("Result")

ASKED = contextvars.ContextVar("asked", default="nobody")


@pytest.fixture
def database(urls: Urls) -> Iterator[Database]:
    """A pool of two, both made and resting."""
    made = Database(urls.server, pool_size=2)
    with made.cursor(), made.cursor():
        pass
    yield made
    made.close()


def run(asked: Coroutine[Any, Any, Result]) -> Result:
    """In a loop and a thread of its own: another test's browser may have a loop running in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, asked).result()


def ask(database: Database, statement: str) -> list[tuple[Any, ...]]:
    with database.cursor_at_once() as cursor:
        return cursor.execute(statement).fetchall()


def sleeping_backends(database: Database) -> int:
    with database.reading() as connection:
        found = connection.exec_driver_sql(
            "SELECT count(*) FROM pg_stat_activity WHERE query ~ '^SELECT pg_sleep'"
        )
        return int(found.scalar_one())


def test_two_that_wait_wait_together(database: Database) -> None:
    async def both() -> float:
        began = asyncio.get_running_loop().time()
        await asyncio.gather(*(in_loop(ask, database, "SELECT pg_sleep(0.5)") for _ in range(2)))
        return asyncio.get_running_loop().time() - began

    assert run(both()) < 0.9


def test_the_loop_goes_on_while_one_waits(database: Database) -> None:
    async def turns_meanwhile() -> int:
        waiting = asyncio.create_task(in_loop(ask, database, "SELECT pg_sleep(0.3)"))
        turns = 0
        while not waiting.done():
            await asyncio.sleep(0.01)
            turns += 1
        return turns

    assert run(turns_meanwhile()) > 5


def test_what_takes_several_statements_and_a_long_answer_is_whole(database: Database) -> None:
    def several() -> int:
        return sum(
            len(ask(database, f"SELECT repeat('x', 1000) FROM generate_series(1, {count})"))
            for count in (1, 20_000, 3)
        )

    assert run(in_loop(several)) == 20_004


def test_a_question_longer_than_the_socket_takes_at_once(database: Database) -> None:
    def long() -> Any:
        with database.cursor_at_once() as cursor:
            return cursor.execute("SELECT length(%s)", ("x" * 30_000_000,)).fetchone()

    assert run(in_loop(long)) == (30_000_000,)


def test_an_error_reaches_who_asked_and_the_connection_is_good_again(database: Database) -> None:
    async def twice() -> list[tuple[Any, ...]]:
        for _ in range(3):
            with pytest.raises(psycopg.errors.DivisionByZero):
                await in_loop(ask, database, "SELECT 1/0")
        return await in_loop(ask, database, "SELECT 1")

    assert run(twice()) == [(1,)]


def test_none_is_waited_for(database: Database) -> None:
    async def three() -> list[Any]:
        return await asyncio.gather(
            *(in_loop(ask, database, "SELECT pg_sleep(0.2)") for _ in range(3)), return_exceptions=True
        )

    assert [type(one) for one in run(three())] == [list, list, NoneRests]


def test_none_is_made(urls: Urls) -> None:
    empty = Database(urls.server)
    with pytest.raises(NoneRests):
        ask(empty, "SELECT 1")
    empty.close()


def test_one_that_is_given_up_ends_and_its_connection_is_not_lent_again(database: Database) -> None:
    async def given_up() -> list[tuple[Any, ...]]:
        waiting = asyncio.create_task(in_loop(ask, database, "SELECT pg_sleep(60)"))
        while not sleeping_backends(database):
            await asyncio.sleep(0.01)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        return await in_loop(ask, database, "SELECT 1")

    assert run(given_up()) == [(1,)]


def test_each_has_the_context_of_its_own_task(database: Database) -> None:
    def who() -> str:
        before = ASKED.get()
        ask(database, "SELECT pg_sleep(0.05)")
        return f"{before} {ASKED.get()}"

    async def task(name: str) -> str:
        ASKED.set(name)
        return await in_loop(who)

    async def tasks() -> list[str]:
        return await asyncio.gather(*(asyncio.create_task(task(name)) for name in ("a", "b")))

    assert run(tasks()) == ["a a", "b b"]
