"""The cube: every figure that is asked for, counted once, so that a page reads and never counts.

One row per figure, period and value of the dimension it is cut by. A dimension that is not cut is ``all``.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import ibis
import pandas as pd
from duckdb import DuckDBPyConnection

from cascade import contract, measures
from cascade.counts import ALL, DIMENSIONS, figures_sql
from cascade.periods import named_period, set_period
from cascade.plan import Counted, Series
from cascade.tables import Period

__all__ = ["ALL", "COLUMNS", "DIMENSIONS", "MemberList", "cube"]

TYPES: Mapping[str, str] = {
    "measure": "VARCHAR",
    "profile": "VARCHAR",
    "every": "VARCHAR",
    "first": "DATE",
    "last": "DATE",
    "cut_by": "VARCHAR",
    **dict.fromkeys(DIMENSIONS, "VARCHAR"),
    "figure": "VARCHAR",
    "numerator": "BIGINT",
    "denominator": "BIGINT",
}
COLUMNS = tuple(TYPES)


@dataclass(frozen=True)
class MemberList:
    """One measure under one profile for one period: its list of members, and what the list is cut by when counted."""

    measure: str
    profile: str
    period: Period
    every: str
    cuts: tuple[str, ...]


def cube(
    connection: DuckDBPyConnection,
    asked: Iterable[Counted],
    *,
    profiles: Collection[str] = (),
    begin: Callable[[str], None] = lambda measure: None,
) -> pd.DataFrame:
    """The figures asked for, over the contract tables in the connection.

    Args:
        connection: a database that ``cascade.compute.fill`` has filled.
        asked: each series with a period.
        profiles: only the readings of these names; none: all of each measure.
        begin: is told the name of a measure before each reading of it is counted for a period.

    Returns:
        A frame with COLUMNS; ``denominator`` is missing where the figure is a count.
    """
    make_figures(connection, "temp.figure", kind="TEMP TABLE")
    for one in lists_of(asked):
        if not profiles or one.profile in profiles:
            begin(one.measure)
            list_members(connection, one)
            count_figures(connection, one, "temp.figure")
    return read_figures(connection, "temp.figure")


def lists_of(asked: Iterable[Counted]) -> Iterator[MemberList]:
    """The lists of members that the figures asked for are counts of: one of them serves several series."""
    groups: dict[tuple[str, Period, str], list[Series]] = {}
    for one in asked:
        groups.setdefault((one.series.measure, one.period, one.series.every), []).append(one.series)
    for (name, period, every), series in groups.items():
        cuts = tuple(dimension for one in series for dimension in one.by)
        yield from (
            MemberList(name, profile, period, every, cuts) for profile in measures.measure(name).profiles
        )


def list_members(connection: DuckDBPyConnection, of: MemberList) -> None:
    """Make the temporary table ``member`` (MEMBER_COLUMNS) from the contract tables in the connection."""
    set_period(connection, of.period)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE member AS {members_sql(of.measure, of.profile)}")


def make_figures(connection: DuckDBPyConnection, table: str, kind: str = "TABLE") -> None:
    """Make an empty table of figures, with COLUMNS; ``TEMP TABLE``: one that nobody keeps."""
    columns = ", ".join(f'"{name}" {kind}' for name, kind in TYPES.items())
    connection.execute(f"CREATE OR REPLACE {kind} {table} ({columns})")


def count_figures(connection: DuckDBPyConnection, of: MemberList, into: str) -> None:
    """Count the members in the table ``member`` into a table of figures."""
    said = "$measure AS measure, $profile AS profile, $every AS every, $first AS first, $last AS last"
    counted = figures_sql(measures.measure(of.measure), of.cuts)
    values = {
        "measure": of.measure,
        "profile": of.profile,
        "every": of.every,
        "first": of.period.first,
        "last": of.period.last,
    }
    connection.execute(f"INSERT INTO {into} BY NAME SELECT {said}, * FROM ({counted})", values)  # noqa: S608


def read_figures(connection: DuckDBPyConnection, table: str) -> pd.DataFrame:
    """A table of figures as a frame, in an order of its own; days are ``date``, a missing denominator is NA."""
    rows = connection.execute(f"FROM {table} ORDER BY ALL").fetchall()
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"numerator": "int64", "denominator": "Int64"})


@cache
def members_sql(name: str, profile: str) -> str:
    """The members of a measure for the period that is set, as DuckDB's SQL: written once, run for each period."""
    expression = measures.measure(name).expression(contract.unbound(), named_period(), profile)  # type: ignore[arg-type]
    assert expression.columns == measures.MEMBER_COLUMNS
    return str(ibis.to_sql(expression, dialect="duckdb"))
