"""A table made part by part of the people, for steps that compare a row for every day of everybody.

DuckDB puts aside on disk what does not fit in memory, but not the index of the groups of a GROUP BY: where they go into
the millions, that index alone can be more than is left. So many rows at a time it stays small, however many there are.
"""

from collections.abc import Mapping

from duckdb import DuckDBPyConnection

ROWS_AT_ONCE = 1_000_000

OF_PART = "hash(person_key) % $parts::UBIGINT = $part::UBIGINT"
"""SQL: the row's person belongs to the part. Whoever reads rows under this reads all of a person's."""


def make_in_parts(
    connection: DuckDBPyConnection, table: str, query: str, parameters: Mapping[str, object], *, rows: int
) -> None:
    """Make a table of what a query gives for each part.

    Args:
        connection: where to.
        table: its name.
        query: reads under ``OF_PART`` whatever it groups.
        parameters: of the query, besides those of ``OF_PART``.
        rows: how many the query compares, over all parts.
    """
    parts = rows // ROWS_AT_ONCE + 1
    for part in range(parts):
        into = f"INSERT INTO {table}" if part else f"CREATE TABLE {table} AS"
        connection.execute(f"{into} {query}", {**parameters, "parts": parts, "part": part})


def rows_of(connection: DuckDBPyConnection, *tables: str) -> int:
    """How many rows the tables have together."""
    return sum(connection.table(table).count("*").fetchall()[0][0] for table in tables)
