"""Typed tables derived from resources by the statement that writes them.

``clinical`` defines projections, ``services`` registers them with the ``Store``; the store keeps them true.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import psycopg
from sqlalchemy import Dialect, Table
from sqlalchemy.dialects import postgresql

from fhir_store.arrays import array
from fhir_store.sql import Sql

Row = Mapping[str, Any]

POSTGRESQL: Dialect = postgresql.dialect()  # type: ignore[no-untyped-call]


@dataclass(frozen=True)
class Projection:
    """A table whose rows follow from single resources.

    ``table`` has the columns ``source_type`` and ``source_id``: the resource a row was derived from.
    ``rows`` is pure: a resource in, the other columns of its rows out. It is not called for deletions.
    """

    table: Table
    source_types: frozenset[str]
    rows: Callable[[Mapping[str, Any]], Iterable[Row]]

    def of(self, resources: Iterable[Mapping[str, Any]]) -> list[Row]:
        """The whole rows of resources of any types."""
        return [
            {**row, "source_type": one["resourceType"], "source_id": one["id"]}
            for one in resources
            if one["resourceType"] in self.source_types
            for row in self.rows(one)
        ]

    @cached_property
    def statement(self) -> str:
        """Adds rows, given as one array of texts for each column."""
        names = [column.name for column in self.table.columns]
        types = [column.type.compile(dialect=POSTGRESQL) for column in self.table.columns]
        cast = ", ".join(f"v.{name}::{type_}" for name, type_ in zip(names, types, strict=True))
        listed, arrays = ", ".join(names), ", ".join("%s::text[]" for _ in names)
        return f"INSERT INTO {self.table.fullname} ({listed}) SELECT {cast} FROM unnest({arrays}) AS v ({listed})"  # noqa: S608 - our own names

    @cached_property
    def withdrawal(self) -> str:
        """Takes away what resources gave, named by their types and ids."""
        named = "(source_type, source_id) IN (SELECT * FROM unnest(%s::text[], %s::text[]))"
        return f"DELETE FROM {self.table.fullname} WHERE {named}"  # noqa: S608 - our own names


def inserts(projections: Iterable[Projection], resources: Sequence[Mapping[str, Any]]) -> Iterator[Sql]:
    """One INSERT for each table that the resources give rows to."""
    for projection in projections:
        if rows := projection.of(resources):
            columns = (column.name for column in projection.table.columns)
            values = (array(_text(row.get(name)) for row in rows) for name in columns)
            yield Sql(projection.statement, tuple(values))


def withdraw(
    cursor: psycopg.Cursor[Any], projections: Iterable[Projection], sources: Sequence[tuple[str, str]]
) -> None:
    """Take away what these resources, each named by type and id, gave to the tables."""
    for projection in projections:
        of_its_types = [source for source in sources if source[0] in projection.source_types]
        if of_its_types:
            types, ids = zip(*of_its_types, strict=True)
            cursor.execute(projection.withdrawal, (list(types), list(ids)))


def _text(value: Any) -> str | int | datetime | None:
    """A value as an array of texts has it, to be cast to the type of its column."""
    match value:
        case str() | int() | datetime() | None:
            return value
        case list() | tuple():
            return array(map(_text, value))
        case dict():
            return json.dumps(value, ensure_ascii=False)
    return str(value)
