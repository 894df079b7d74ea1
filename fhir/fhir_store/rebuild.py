"""Derive again all that can be derived: index, compartments, projections, labels. The record itself is not touched."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import psycopg
from sqlalchemy import Connection, delete, text

from fhir_store import index
from fhir_store.json_text import parse
from fhir_store.projections import inserts
from fhir_store.relabelling import relabel
from fhir_store.seal import COLUMNS
from fhir_store.store import Store

BATCH = 500

# Writers wait until the rebuild has committed; readers see the old index meanwhile.
HOLD_WRITERS = text("LOCK TABLE fhir_store.current_resource IN EXCLUSIVE MODE")
EMPTY = [
    text(f"DELETE FROM fhir_store.{table}")  # noqa: S608 - names of our own tables
    for table in index.TABLES
]
COUNT = text("SELECT count(*) FROM fhir_store.current_resource WHERE NOT deleted")
RESOURCES = text(f"""
SELECT c.key, {COLUMNS}
FROM fhir_store.current_resource c JOIN fhir_store.resource_version v USING (seq)
WHERE NOT c.deleted AND c.key > :after ORDER BY c.key LIMIT :limit
""")  # noqa: S608 - our own columns


INDEX_VERSION = text("SELECT index_version FROM fhir_store.installation")
SET_INDEX_VERSION = text("UPDATE fhir_store.installation SET index_version = :version")


def is_current(connection: Connection) -> bool:
    """Whether the index was derived by the rules of this program."""
    return bool(connection.execute(INDEX_VERSION).scalar_one() == index.VERSION)


def rebuild_if_outdated(connection: Connection, store: Store, progress: Callable[[int, int], None]) -> None:
    """Rebuild if the index was derived by an older program's rules; two programs that start at once do it once."""
    if is_current(connection):
        return
    connection.execute(HOLD_WRITERS)
    if not is_current(connection):
        rebuild(connection, store, progress)


def rebuild(connection: Connection, store: Store, progress: Callable[[int, int], None]) -> int:
    """Rebuild in the caller's transaction; tells ``progress`` (done, of how many). Returns the number of resources."""
    connection.execute(HOLD_WRITERS)
    for statement in EMPTY:
        connection.execute(statement)
    for projection in store.projections:
        connection.execute(delete(projection.table))
    total = connection.execute(COUNT).scalar_one()
    done = 0
    for batch in _batches(connection, store):
        _derive(connection, store, batch)
        done += len(batch)
        progress(done, total)
    relabel(connection, store)
    connection.execute(SET_INDEX_VERSION, {"version": index.VERSION})
    return done


def _batches(connection: Connection, store: Store) -> Iterator[list[tuple[int, Mapping[str, Any]]]]:
    after = 0
    while rows := connection.execute(RESOURCES, {"after": after, "limit": BATCH}).all():
        bodies = ((row.key, store.keyring.body(*row[1:])) for row in rows)
        yield [(key, parse(body).value) for key, body in bodies if body is not None]
        after = rows[-1].key


def _derive(connection: Connection, store: Store, batch: list[tuple[int, Mapping[str, Any]]]) -> None:
    raw = connection.connection.driver_connection
    assert isinstance(raw, psycopg.Connection)
    cursor = raw.cursor()
    index.add(cursor, index.rows_of(store, batch))
    for statement in inserts(store.projections, [resource for _, resource in batch]):
        cursor.execute(statement.text, statement.args)
