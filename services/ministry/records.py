"""The record store as the cube reads it."""

from collections.abc import Iterator

from fhir_store.feed import position
from fhir_store.read import current_bodies
from services.ministry.cube import Records
from services.shared.database import Database


def records_of(database: Database) -> Records:
    """Every current resource, one type at a time, and the place of the change feed."""

    def read_bodies(resource_type: str) -> Iterator[str]:
        with database.transaction() as connection:
            yield from current_bodies(connection, resource_type)

    def feed_position() -> str:
        with database.transaction() as connection:
            return str(position(connection))

    return Records(read_bodies, feed_position)
