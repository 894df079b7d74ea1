"""Typed tables derived from resources inside the transaction that writes them.

``clinical`` defines projections, ``services`` registers them with the ``Store``; the store keeps them true.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, tuple_

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
    sources = [({"source_type": one["resourceType"], "source_id": one["id"]}, one) for one in resources]
    withdraw(connection, projection, [(name["source_type"], name["source_id"]) for name, _ in sources])
    rows = [{**row, **name} for name, resource in sources for row in projection.rows(resource)]
    if rows:
        connection.execute(insert(projection.table), rows)


def withdraw(connection: Connection, projection: Projection, sources: Sequence[tuple[str, str]]) -> None:
    """Take away what these resources, each named by type and id, gave to the projection's table."""
    if sources:
        columns = tuple_(projection.table.c.source_type, projection.table.c.source_id)
        connection.execute(delete(projection.table).where(columns.in_(sources)))
