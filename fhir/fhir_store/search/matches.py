"""The statement that finds the matches of one page, in order, from where the page before ended.

Without ``_sort`` the order is that of the keys, in which resources first came. By one parameter the index is walked
in its own order, so that a page costs a page and not the country; the resources without a value come behind, by a
statement of their own. By several parameters the matches are sorted.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import psycopg

from fhir_store.compartments import PATIENTS
from fhir_store.errors import BadSearchValue
from fhir_store.seal import COLUMNS
from fhir_store.search.controls import MOST
from fhir_store.search.position import Position
from fhir_store.search.query import Query
from fhir_store.search.sort import Sort
from fhir_store.sql import EVERYTHING, Sql, all_of, any_of

Row = tuple[Any, ...]

KEYS = "c.key, c.type, c.id, c.version, c.last_updated"
BODIES = f"{KEYS}, {COLUMNS}, {PATIENTS}"

FOUND = "c.key, c.type, c.id, c.version, c.last_updated, c.seq"
"""What is read of each match before its body."""

PLANNED_FOR = MOST + 1
"""The planner is told to expect a large page, and the execution stops at the end of a small one.

Told of a small page it walks through the whole type in its order, in the belief that matches lie evenly in it, and
comes to today's doses last.
"""


class _Column(NamedTuple):
    """One thing that rows are ordered by: an expression, its type, and its direction."""

    expression: str
    type: str
    direction: str


def matches(cursor: psycopg.Cursor[Any], query: Query, columns: str, limit: int) -> list[Row]:
    """The rows of up to ``limit`` matches; what they are sorted by stands behind the columns, as text."""
    match query.sort:
        case ():
            return _rows(cursor, _by_key(query, columns, limit))
        case (Sort(table=None) as sort,):
            return _rows(cursor, _by_own_column(query, sort, columns, limit))
        case (sort,) if len(query.types) == 1:
            return _walked(cursor, query, sort, columns, limit)
    return _rows(cursor, _sorted(query, columns, limit))


def _rows(cursor: psycopg.Cursor[Any], statement: Sql) -> list[Row]:
    cursor.execute(statement.text, statement.args)
    return cursor.fetchall()


def _by_key(query: Query, columns: str, limit: int) -> Sql:
    after = query.after.key if query.after else 0
    where = Sql(f"{query.where.text} AND c.key > %s", (*query.where.args, after))
    return _page(columns, "fhir_store.current_resource c", where, (), "c.key", limit)


def _by_own_column(query: Query, sort: Sort, columns: str, limit: int) -> Sql:
    order = [_Column(f"c.{column}", type_, sort.direction) for column, type_ in sort.columns.items()]
    where = query.where & _behind(query.after, sort, order, "c.key")
    key = f"c.key {sort.direction}"
    return _page(columns, "fhir_store.current_resource c", where, order, key, limit)


def _walked(cursor: psycopg.Cursor[Any], query: Query, sort: Sort, columns: str, limit: int) -> list[Row]:
    after = query.after
    valueless = after is not None and after.values[:1] == (None,)
    found = [] if valueless else _rows(cursor, _walk(query, sort, columns, limit))
    if len(found) < limit:
        behind = after.key if after is not None and valueless else 0
        found += _rows(cursor, _without_value(query, sort, columns, behind, limit - len(found)))
    return found


def _walk(query: Query, sort: Sort, columns: str, limit: int) -> Sql:
    """The resources that have a value, in the order of the index, each at its first value in that order."""
    order = [_Column(f"s.{column}", type_, sort.direction) for column, type_ in sort.columns.items()]
    # Two values may be alike to the order (Ana and ANA); the place of the row tells them apart. Nearly every row is
    # the first of its resource, which the planner is told by `coalesce`; else it expects one row in 200.
    first = ", ".join(f"o.{column} {sort.direction}" for column in [*sort.columns, "ctid"])
    where = Sql(
        f"{sort.param.format(row='s')} AND coalesce(s.ctid = (SELECT o.ctid FROM fhir_store.{sort.table} o "
        f"WHERE o.key = s.key AND {sort.param.format(row='o')} ORDER BY {first} LIMIT 1))"
    )
    where &= query.where & _behind(query.after, sort, order, "s.key")
    tables = f"fhir_store.{sort.table} s JOIN fhir_store.current_resource c ON c.key = s.key"
    return _page(columns, tables, where, order, f"s.key {sort.direction}", limit)


def _without_value(query: Query, sort: Sort, columns: str, behind: int, limit: int) -> Sql:
    where = Sql(
        f"{query.where.text} AND c.key > %s AND NOT EXISTS (SELECT FROM fhir_store.{sort.table} s "
        f"WHERE s.key = c.key AND {sort.param.format(row='s')})",
        (*query.where.args, behind),
    )
    order = [_Column(f"NULL::{type_}", type_, "ASC") for type_ in sort.columns.values()]
    return _page(columns, "fhir_store.current_resource c", where, order, "c.key", limit)


def _sorted(query: Query, columns: str, limit: int) -> Sql:
    """All matches sorted by several parameters, of each its first value."""
    order = [_first(number, sort) for number, sort in enumerate(query.sort)]
    joins = " ".join(_first_value(number, sort) for number, sort in enumerate(query.sort) if sort.table)
    where = query.where & _behind_all(query.after, query.sort, order)
    return _page(columns, f"fhir_store.current_resource c {joins}", where, order, "c.key", limit)


def _page(columns: str, tables: str, where: Sql, order: Sequence[_Column], key: str, limit: int) -> Sql:
    """The columns of the matches, then what they are ordered by: ``order``, then the key in the direction of ``key``."""
    values = "".join(f", {one.expression}::{one.type} AS value{n}" for n, one in enumerate(order))
    by = ", ".join([*(f"{one.expression} {one.direction}" for one in order), key])
    again = ", ".join(
        [*(f"c.value{n} {one.direction}" for n, one in enumerate(order)), f"c.key {key.partition(' ')[2]}"]
    )
    shown = "".join(f", c.value{n}::text" for n, _ in enumerate(order))
    return Sql(
        f"WITH c AS MATERIALIZED (SELECT {FOUND}{values} FROM {tables} WHERE {where.text} "
        f"ORDER BY {by} LIMIT {PLANNED_FOR}) "
        f"SELECT {columns}{shown} FROM c JOIN fhir_store.resource_version v ON v.seq = c.seq "
        f"ORDER BY {again} LIMIT %s",
        (*where.args, limit),
    )


def _behind(after: Position | None, sort: Sort, order: Sequence[_Column], key: str) -> Sql:
    """That a row comes behind the position in the order of the columns, then the key."""
    if after is None:
        return EVERYTHING
    _refuse_other_shape(after, len(order))
    mine = _tuple([*(one.expression for one in order), key])
    values = _tuple([*(f"%s::{one.type}" for one in order), "%s"])
    return Sql(f"{mine} {sort.behind} {values}", (*after.values, after.key))


def _tuple(columns: Sequence[str]) -> str:
    return f"({', '.join(columns)})"


def _refuse_other_shape(after: Position, length: int) -> None:
    if len(after.values) != length:
        raise BadSearchValue(
            "That is the position of a page of another search. Follow the next link as it is."
        )


def _first(number: int, sort: Sort) -> _Column:
    column, type_ = next(iter(sort.columns.items()))
    expression = f"s{number}.value" if sort.table else f"c.{column}"
    return _Column(expression, type_, f"{sort.direction} NULLS LAST")


def _first_value(number: int, sort: Sort) -> str:
    column = next(iter(sort.columns))
    return (
        f"LEFT JOIN LATERAL (SELECT i.{column} AS value FROM fhir_store.{sort.table} i WHERE i.key = c.key "
        f"AND {sort.param.format(row='i')} ORDER BY i.{column} {sort.direction} LIMIT 1) s{number} ON true"
    )


def _behind_all(after: Position | None, sorts: Sequence[Sort], order: Sequence[_Column]) -> Sql:
    """That a resource comes behind the position: at the first value in which they differ, or by the key."""
    if after is None:
        return EVERYTHING
    _refuse_other_shape(after, len(order))
    ways, alike = [], []
    for sort, (mine, type_, _), value in zip(sorts, order, after.values, strict=True):
        if value is None:
            alike.append(Sql(f"{mine} IS NULL"))
            continue
        ways.append(all_of([*alike, Sql(f"({mine} {sort.behind} %s::{type_} OR {mine} IS NULL)", (value,))]))
        alike.append(Sql(f"{mine} = %s::{type_}", (value,)))
    return any_of([*ways, all_of([*alike, Sql("c.key > %s", (after.key,))])])
