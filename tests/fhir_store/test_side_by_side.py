"""Readings side by side: what they read, how they meet, and what becomes of one that fails."""

from contextvars import ContextVar

import psycopg
import pytest

from fhir_store.side_by_side import side_by_side
from fhir_store.write import raw_cursor
from services.shared.database import Database

IN_MIND = ContextVar("in mind", default="")


def twice(first: int):
    """A reading of two statements, of which the second asks for what the first found."""

    def read(cursor: psycopg.Cursor) -> tuple[int, int]:
        (found,) = cursor.execute("SELECT %s::integer", (first,)).fetchone()
        (more,) = cursor.execute("SELECT %s::integer + 1", (found,)).fetchone()
        return found, more

    return read


def test_each_reading_finds_what_it_finds_alone(database: Database) -> None:
    with database.snapshot() as connection, side_by_side(raw_cursor(connection)) as beside:
        found = [beside.read(twice(n)) for n in range(5)]
    assert [one.result for one in found] == [(n, n + 1) for n in range(5)]


def test_all_have_asked_before_the_first_waits(database: Database) -> None:
    happened: list[str] = []

    def reading(name: str):
        def read(cursor: psycopg.Cursor) -> None:
            cursor.execute("SELECT 1")
            happened.append(f"{name} waits")

        happened.append(f"{name} asks")
        return read

    with database.snapshot() as connection, side_by_side(raw_cursor(connection)) as beside:
        for name in "ab":
            beside.read(reading(name))
    assert happened == ["a asks", "b asks", "a waits", "b waits"]


def test_a_reading_may_itself_read_side_by_side(database: Database) -> None:
    def nested(cursor: psycopg.Cursor) -> list[tuple[int, int]]:
        with side_by_side(cursor) as beside:
            found = [beside.read(twice(n)) for n in (10, 20)]
        return [one.result for one in found]

    with database.snapshot() as connection, side_by_side(raw_cursor(connection)) as beside:
        inner, beside_it = beside.read(nested), beside.read(twice(1))
    assert inner.result == [(10, 11), (20, 21)]
    assert beside_it.result == (1, 2)


def test_a_reading_knows_whose_request_it_is_of(database: Database) -> None:
    IN_MIND.set("the language of the request")
    with database.snapshot() as connection, side_by_side(raw_cursor(connection)) as beside:
        found = beside.read(lambda cursor: cursor.execute("SELECT 1") and IN_MIND.get())
    assert found.result == "the language of the request"


def test_what_one_of_them_raises_is_raised_and_the_others_are_ended(database: Database) -> None:
    ended: list[str] = []

    def long(cursor: psycopg.Cursor) -> None:
        try:
            while True:
                cursor.execute("SELECT 1").fetchone()
        finally:
            ended.append("long")

    with pytest.raises(psycopg.errors.DivisionByZero):
        _read(database, long, lambda cursor: cursor.execute("SELECT 1/0").fetchone())
    assert ended == ["long"]
    assert _still_reads(database)


def test_what_is_raised_beside_them_is_raised(database: Database) -> None:
    def begin_and_fail() -> None:
        with database.snapshot() as connection, side_by_side(raw_cursor(connection)) as beside:
            beside.read(twice(1))
            raise KeyError

    with pytest.raises(KeyError):
        begin_and_fail()
    assert _still_reads(database)


def test_the_connection_goes_on_afterwards_in_the_same_transaction(database: Database) -> None:
    with database.transaction() as connection:
        cursor = raw_cursor(connection)
        cursor.execute("SELECT txid_current()")
        (before,) = cursor.fetchone()
        with side_by_side(cursor) as beside:
            found = beside.read(lambda own: own.execute("SELECT txid_current()").fetchone())
        assert found.result == cursor.execute("SELECT txid_current()").fetchone() == (before,)


def _read(database: Database, *works) -> None:
    with database.snapshot() as connection, side_by_side(raw_cursor(connection)) as beside:
        for work in works:
            beside.read(work)


def _still_reads(database: Database) -> bool:
    with database.snapshot() as connection:
        return raw_cursor(connection).execute("SELECT 1").fetchone() == (1,)
