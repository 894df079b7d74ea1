"""The record store as the cascade reads it, and where the cascade is kept."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from sqlalchemy import Connection

from cascade.sources import Changed
from cascade.sources.record_store import ChangingRecordStore
from fhir_store.feed import Cursor, changes, identity, position
from fhir_store.keyring import Keyring
from fhir_store.read import current_bodies
from services.shared.database import Database


def kept_cascade(home: Path) -> Path:
    """The file in which the cascade is kept. It is as confidential as the record store."""
    return home / "cascade" / "cascade.duckdb"


@contextmanager
def records_of(database: Database, keyring: Keyring) -> Iterator[ChangingRecordStore]:
    """One moment of every current resource, and the changes up to it."""
    with database.snapshot() as connection:
        yield ChangingRecordStore(
            partial(current_bodies, connection, keyring),
            partial(identity, connection),
            lambda: str(position(connection)),
            partial(_changes, connection, keyring),
        )


def _changes(connection: Connection, keyring: Keyring, after: str) -> Iterator[Changed]:
    cursor = Cursor.parse(after)
    while batch := list(changes(connection, keyring, cursor)):
        yield from (Changed(one.type, one.id, one.text) for one in batch)
        cursor = batch[-1].cursor


def feed_position(database: Database) -> str:
    """Where the change feed stands: another text once anything was written."""
    with database.transaction() as connection:
        return str(position(connection))
