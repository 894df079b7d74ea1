"""The floor of every write: the same rows by parameterised INSERT, as fast as psycopg alone does it."""

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
from psycopg.types.string import TextLoader

GENERATED = {"epoch", "xid"}

TABLES = """
SELECT table_name FROM information_schema.columns
WHERE table_schema = 'fhir_store' AND column_name = 'key' AND data_type = 'bigint' AND table_name <> 'open_reference'
ORDER BY table_name <> 'resource_version', table_name <> 'current_resource', table_name
"""


class Rows:
    """The rows that one save made, to be inserted again under new keys."""

    def __init__(self, connection: psycopg.Connection[Any], keys: list[int]) -> None:
        # As text: Python has no infinity to load the open ends of periods as.
        connection.adapters.register_loader("timestamptz", TextLoader)
        self.columns: dict[str, list[str]] = {}
        self.rows: dict[str, list[tuple[Any, ...]]] = {}
        for (table,) in connection.execute(TABLES).fetchall():
            cursor = connection.execute(f"SELECT * FROM fhir_store.{table} WHERE key = ANY(%s)", [keys])
            names = [column.name for column in cursor.description or ()]
            kept = [n for n, name in enumerate(names) if name not in GENERATED]
            self.columns[table] = [names[n] for n in kept]
            self.rows[table] = [tuple(row[n] for n in kept) for row in cursor.fetchall()]

    def renumbered(self, offset: int, body: bytes | None = None) -> list[tuple[str, list[tuple[Any, ...]]]]:
        return [
            (t, [self._moved(t, row, offset, body) for row in rows]) for t, rows in self.rows.items() if rows
        ]

    def _moved(self, table: str, row: tuple[Any, ...], offset: int, body: bytes | None) -> tuple[Any, ...]:
        moved = []
        for name, value in zip(self.columns[table], row, strict=True):
            if name in ("key", "seq"):
                value = value + offset
            elif name == "id":
                value = f"{value[:20]}-{offset}"
            elif name == "body" and body is not None:
                value = body
            moved.append(value)
        return tuple(moved)

    def insert_of(self, table: str, rows: int = 1) -> str:
        marks = "(" + ", ".join(["%s"] * len(self.columns[table])) + ")"
        return f"INSERT INTO fhir_store.{table} ({', '.join(self.columns[table])}) VALUES {', '.join([marks] * rows)}"


def one_statement(rows: Rows, cursor: psycopg.Cursor[Any], offset: int, *, body: bytes | None = None) -> None:
    """All rows of one resource by a single statement of INSERTs in WITH: the fastest the driver can do."""
    tables = rows.renumbered(offset, body)
    parts = [
        f"w{n} AS ({rows.insert_of(table, len(values))})" for n, (table, values) in enumerate(tables[:-1])
    ]
    last, values = tables[-1]
    statement = f"WITH {', '.join(parts)} {rows.insert_of(last, len(values))}"
    cursor.execute(statement, [value for _, made in tables for row in made for value in row])


def row_by_row(rows: Rows, cursor: psycopg.Cursor[Any], offset: int) -> None:
    """One parameterised INSERT per row."""
    for table, values in rows.renumbered(offset):
        statement = rows.insert_of(table)
        for row in values:
            cursor.execute(statement, row)


FIRST_KEY = 10_000_000
"""Rows that the floor wrote have keys from here on."""

# Each program begins elsewhere, so that two of them never meet.
_offsets = iter(range(FIRST_KEY + os.getpid() * 10**9, 10**15, 100_000))
_lock = threading.Lock()


def next_offset() -> int:
    """An offset that no other insert of this run uses."""
    with _lock:
        return next(_offsets)


def rate(conninfo: str, rows: Rows, insert: Any, *, clients: int, seconds: float) -> float:
    """Transactions committed per second."""

    def work(connection: psycopg.Connection[Any]) -> int:
        done = 0
        while time.perf_counter() < until:
            with connection.transaction(), connection.cursor() as cursor:
                insert(rows, cursor, next_offset())
            done += 1
        return done

    connections = [psycopg.connect(conninfo, autocommit=True, prepare_threshold=2) for _ in range(clients)]
    try:
        began = time.perf_counter()
        until = began + seconds
        with ThreadPoolExecutor(clients) as pool:
            return sum(pool.map(work, connections)) / (time.perf_counter() - began)
    finally:
        for connection in connections:
            connection.close()
