"""Typed tables derived from resources inside the transaction that writes them.

``clinical`` defines projections, ``services`` registers them with the ``Store``; the store keeps them true.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, delete, insert

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Projection:
    """A table whose rows follow from single resources.

    ``table`` has the columns ``source_type`` and ``source_id``: the resource a row was derived from.
    ``rows`` is pure: a resource in, the other columns of its rows out. It is not called for deletions.
    """

    table: Table
    source_types: frozenset[str]
    rows: Callable[[Mapping[str, Any]], Iterable[Row]]


def project(connection: Connection, projection: Projection, resources: Iterable[Mapping[str, Any]]) -> None:
    """Replace what these resources, of the projection's types, gave to its table."""
    for resource in resources:
        source = {"source_type": resource["resourceType"], "source_id": resource["id"]}
        withdraw(connection, projection, **source)
        rows = [{**row, **source} for row in projection.rows(resource)]
        if rows:
            connection.execute(insert(projection.table), rows)


def withdraw(connection: Connection, projection: Projection, source_type: str, source_id: str) -> None:
    """Take away what one resource gave to the projection's table."""
    table = projection.table
    connection.execute(
        delete(table).where(table.c.source_type == source_type, table.c.source_id == source_id)
    )
