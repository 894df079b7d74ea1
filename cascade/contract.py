"""The contract as a program uses it: Ibis tables to write measures over, and the check at the boundary."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import get_args, get_type_hints

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from duckdb import DuckDBPyConnection

from cascade import tables
from cascade.errors import ContractBroken
from cascade.tables import Tables

CONTRACT: tuple[type, ...] = tuple(
    getattr(tables, field.name.title().replace("_", "")) for field in fields(Tables)
)
"""The contract's classes; ``Tables`` names each."""

IBIS_TYPES = {
    str: "string",
    float: "float64",
    int: "int64",
    bool: "boolean",
    date: "date",
    datetime: "timestamp('UTC')",
}
ARROW_TYPES: dict[type, pa.DataType] = {
    str: pa.string(),
    float: pa.float64(),
    int: pa.int64(),
    bool: pa.bool_(),
    date: pa.date32(),
    datetime: pa.timestamp("us", "UTC"),
}


@dataclass(frozen=True)
class Column:
    """One line of the contract, in a form a program can use."""

    name: str
    type: type
    may_be_null: bool
    meaning: str


def columns(table: type) -> tuple[Column, ...]:
    """The columns of a contract class, in order."""
    hints = get_type_hints(table, include_extras=True)
    return tuple(_column(field.name, hints[field.name]) for field in fields(table))


def table_name(table: type) -> str:
    """The table's name in the database: `HivTest` is `hiv_test`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", table.__name__).lower()


def _column(name: str, hint: object) -> Column:
    declared, meaning = get_args(hint)
    types = [one for one in (get_args(declared) or (declared,)) if one is not type(None)]
    return Column(name, types[0], len(types) < len(get_args(declared)), meaning)


def unbound() -> Tables:
    """The contract tables by name and type, without rows."""
    return Tables(**{table_name(table): _unbound(table) for table in CONTRACT})


def _unbound(table: type) -> ir.Table:
    schema = {column.name: IBIS_TYPES[column.type] for column in columns(table)}
    return ibis.table(schema, name=table_name(table))


def arrow_schema(table: type) -> pa.Schema:
    """The contract class as an Arrow schema."""
    return pa.schema([(column.name, ARROW_TYPES[column.type]) for column in columns(table)])


def verify(schema: pa.Schema, table: type) -> None:
    """Check that a derived table has exactly the contract's columns and types.

    Raises:
        ContractBroken: with the names of the columns that are missing, too many or of another type.
    """
    wrong = list(_differences(schema, table))
    if wrong:
        raise ContractBroken(
            f"{table_name(table)} breaks its contract: {'; '.join(wrong)}. Mend cascade/derive."
        )


def verify_rows(connection: DuckDBPyConnection, table: type) -> None:
    """Check a derived table in the connection: its columns, and that only what may be absent is.

    Raises:
        ContractBroken: the columns differ, or a column that is always there has gaps.
    """
    name = table_name(table)
    verify(connection.sql(f"FROM {name} LIMIT 0").to_arrow_table().schema, table)
    always = [column.name for column in columns(table) if not column.may_be_null]
    gaps = ", ".join(f"count(*) - count({column})" for column in always)
    counts = connection.execute(f"SELECT {gaps} FROM {name}").fetchall()[0]  # noqa: S608 - our own names
    empty = [column for column, rows in zip(always, counts, strict=True) if rows]
    if empty:
        raise ContractBroken(f"{name} has rows without {', '.join(empty)}. Mend cascade/derive.")


def _differences(schema: pa.Schema, table: type) -> Iterator[str]:
    declared = {column.name: column for column in columns(table)}
    yield from (f"{name} is missing" for name in declared if name not in schema.names)
    yield from (f"{name} is not declared" for name in schema.names if name not in declared)
    for name in schema.names:
        if name in declared and not _is(declared[name].type, schema.field(name).type):
            yield f"{name} should be {declared[name].type.__name__}"


def _is(declared: type, arrow: pa.DataType) -> bool:
    if declared is datetime:
        return pa.types.is_timestamp(arrow) and arrow.tz is not None
    if declared is str:
        return pa.types.is_string(arrow) or pa.types.is_large_string(arrow) or pa.types.is_string_view(arrow)
    return bool(arrow == ARROW_TYPES[declared])


SQL_TYPES = {
    str: "VARCHAR",
    float: "DOUBLE",
    int: "BIGINT",
    bool: "BOOLEAN",
    date: "DATE",
    datetime: "TIMESTAMPTZ",
}


def make_empty(connection: DuckDBPyConnection, table: type) -> None:
    """Make the contract table without rows."""
    declared = ", ".join(f"{column.name} {SQL_TYPES[column.type]}" for column in columns(table))
    connection.execute(f"CREATE TABLE {table_name(table)} ({declared})")
