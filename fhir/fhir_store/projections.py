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
    table = projection.table
    for resource in resources:
        source = {"source_type": resource["resourceType"], "source_id": resource["id"]}
        connection.execute(
            delete(table).where(
                table.c.source_type == source["source_type"], table.c.source_id == source["source_id"]
            )
        )
        rows = [{**row, **source} for row in projection.rows(resource)]
        if rows:
            connection.execute(insert(table), rows)
