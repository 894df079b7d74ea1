"""The statement that finds the matches of one page, in order, from where the page before ended.

Without ``_sort`` the order is that of the keys, in which resources first came. By one parameter the index is walked
in its own order, so that a page costs a page and not the country; the resources without a value come behind, by a
statement of their own. By several parameters the matches are sorted.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import psycopg

from fhir_store.errors import BadSearchValue
from fhir_store.search.position import Position
from fhir_store.search.query import Query
from fhir_store.search.sort import Sort
from fhir_store.sql import EVERYTHING, Sql, all_of, any_of

Row = tuple[Any, ...]


class Wanted(NamedTuple):
    """What is read of each resource. The key must be the first column."""

    columns: str
    joins: str


BODIES = Wanted(
    "c.key, c.type, c.id, c.version, c.last_updated, v.seal_key, v.body",
    "JOIN fhir_store.resource_version v ON v.seq = c.seq",
)
KEYS = Wanted("c.key, c.type, c.id, c.version, c.last_updated", "")


def matches(cursor: psycopg.Cursor[Any], query: Query, wanted: Wanted, limit: int) -> list[Row]:
    """The rows of up to ``limit`` matches; what they are sorted by stands behind the wanted columns, as text."""
    match query.sort:
        case ():
            return _rows(cursor, _by_key(query, wanted, limit))
        case (Sort(table=None) as sort,):
            return _rows(cursor, _by_own_column(query, sort, wanted, limit))
        case (sort,) if len(query.types) == 1:
            return _walked(cursor, query, sort, wanted, limit)
    return _rows(cursor, _sorted(query, wanted, limit))


def position_of(query: Query, row: Row, wanted_columns: int) -> Position:
    """The position of a resource by its row."""
    return Position(tuple(row[wanted_columns:]), row[0])


def _rows(cursor: psycopg.Cursor[Any], statement: Sql) -> list[Row]:
    cursor.execute(statement.text, statement.args)
    return cursor.fetchall()


def _by_key(query: Query, wanted: Wanted, limit: int) -> Sql:
    after = query.after.key if query.after else 0
    return Sql(
        f"SELECT {wanted.columns} FROM fhir_store.current_resource c {wanted.joins} "
        f"WHERE {query.where.text} AND c.key > %s ORDER BY c.key LIMIT %s",
        (*query.where.args, after, limit),
    )


def _by_own_column(query: Query, sort: Sort, wanted: Wanted, limit: int) -> Sql:
    ((column, type_),) = sort.columns.items()
    where = query.where & _behind(query.after, sort, [f"c.{column}"], [type_], "c.key")
    return Sql(
        f"SELECT {wanted.columns}, c.{column}::text FROM fhir_store.current_resource c {wanted.joins} "
        f"WHERE {where.text} ORDER BY c.{column} {sort.direction}, c.key {sort.direction} LIMIT %s",
        (*where.args, limit),
    )


def _walked(cursor: psycopg.Cursor[Any], query: Query, sort: Sort, wanted: Wanted, limit: int) -> list[Row]:
    after = query.after
    in_missing = after is not None and after.values[:1] == (None,)
    found = [] if in_missing else _rows(cursor, _walk(query, sort, wanted, limit))
    if len(found) < limit:
        behind = after.key if after is not None and in_missing else 0
        found += _rows(cursor, _without_value(query, sort, wanted, behind, limit - len(found)))
    return found


def _walk(query: Query, sort: Sort, wanted: Wanted, limit: int) -> Sql:
    """The resources that have a value, in the order of the index, each at its first value in that order."""
    columns = [f"s.{column}" for column in sort.columns]
    # Two values may be alike to the order (Ana and ANA); the place of the row tells them apart.
    mine, other = _row([*columns, "s.ctid"]), _row([*(f"o.{column}" for column in sort.columns), "o.ctid"])
    first = (
        f"NOT EXISTS (SELECT FROM fhir_store.{sort.table} o WHERE o.key = s.key "
        f"AND {sort.param.format(row='o')} AND {mine} {sort.behind} {other})"
    )
    where = query.where & _behind(query.after, sort, columns, list(sort.columns.values()), "s.key")
    order = ", ".join(f"{column} {sort.direction}" for column in [*columns, "s.key"])
    return Sql(
        f"SELECT {wanted.columns}, {', '.join(f'{column}::text' for column in columns)} "
        f"FROM fhir_store.{sort.table} s JOIN fhir_store.current_resource c ON c.key = s.key {wanted.joins} "
        f"WHERE {sort.param.format(row='s')} AND {first} AND {where.text} ORDER BY {order} LIMIT %s",
        (*where.args, limit),
    )


def _without_value(query: Query, sort: Sort, wanted: Wanted, behind: int, limit: int) -> Sql:
    nothing = ", ".join("NULL" for _ in sort.columns)
    return Sql(
        f"SELECT {wanted.columns}, {nothing} FROM fhir_store.current_resource c {wanted.joins} "
        f"WHERE {query.where.text} AND c.key > %s AND NOT EXISTS (SELECT FROM fhir_store.{sort.table} s "
        f"WHERE s.key = c.key AND {sort.param.format(row='s')}) ORDER BY c.key LIMIT %s",
        (*query.where.args, behind, limit),
    )


def _behind(
    after: Position | None, sort: Sort, columns: Sequence[str], types: Sequence[str], key: str
) -> Sql:
    """That a row comes behind the position in the order of the columns, then the key."""
    if after is None:
        return EVERYTHING
    _refuse_other_shape(after, len(columns))
    values = _row([*(f"%s::{type_}" for type_ in types), "%s"])
    return Sql(f"{_row([*columns, key])} {sort.behind} {values}", (*after.values, after.key))


def _row(columns: Sequence[str]) -> str:
    return f"({', '.join(columns)})"


def _refuse_other_shape(after: Position, length: int) -> None:
    if len(after.values) != length:
        raise BadSearchValue(
            "That is the position of a page of another search. Follow the next link as it is."
        )


def _sorted(query: Query, wanted: Wanted, limit: int) -> Sql:
    """All matches sorted by several parameters, of each its first value."""
    expressions = [_expression(number, sort) for number, sort in enumerate(query.sort)]
    joins = " ".join(_first_value(number, sort) for number, sort in enumerate(query.sort) if sort.table)
    where = query.where & _behind_all(query.after, query.sort, expressions)
    order = [f"{e} {sort.direction} NULLS LAST" for e, sort in zip(expressions, query.sort, strict=True)]
    return Sql(
        f"SELECT {wanted.columns}, {', '.join(f'{expression}::text' for expression in expressions)} "
        f"FROM fhir_store.current_resource c {wanted.joins} {joins} "
        f"WHERE {where.text} ORDER BY {', '.join([*order, 'c.key'])} LIMIT %s",
        (*where.args, limit),
    )


def _expression(number: int, sort: Sort) -> str:
    return f"s{number}.value" if sort.table else f"c.{next(iter(sort.columns))}"


def _first_value(number: int, sort: Sort) -> str:
    column = next(iter(sort.columns))
    return (
        f"LEFT JOIN LATERAL (SELECT i.{column} AS value FROM fhir_store.{sort.table} i WHERE i.key = c.key "
        f"AND {sort.param.format(row='i')} ORDER BY i.{column} {sort.direction} LIMIT 1) s{number} ON true"
    )


def _behind_all(after: Position | None, sort: Sequence[Sort], expressions: Sequence[str]) -> Sql:
    """That a resource comes behind the position: at the first value in which they differ, or by the key."""
    if after is None:
        return EVERYTHING
    _refuse_other_shape(after, len(sort))
    ways, alike = [], []
    for one, expression, value in zip(sort, expressions, after.values, strict=True):
        type_ = next(iter(one.columns.values()))
        if value is None:
            alike.append(Sql(f"{expression} IS NULL"))
            continue
        further = Sql(f"({expression} {one.behind} %s::{type_} OR {expression} IS NULL)", (value,))
        ways.append(all_of([*alike, further]))
        alike.append(Sql(f"{expression} = %s::{type_}", (value,)))
    return any_of([*ways, all_of([*alike, Sql("c.key > %s", (after.key,))])])
