"""The cube: every figure that is asked for, counted once, so that a page reads and never counts.

One row per figure, period and value of the dimension it is cut by. A dimension that is not cut is ``all``.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import pandas as pd
from duckdb import DuckDBPyConnection

from cascade import contract, measures
from cascade.counts import ALL, DIMENSIONS, figures_sql
from cascade.periods import ask, named_period, over_each_asked
from cascade.plan import Counted
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
    """One measure under one profile: its lists of members, one a period, and what a list is cut by when counted."""

    measure: str
    profile: str
    every: str
    periods: tuple[Period, ...]
    cuts: tuple[str, ...]

    @property
    def sql(self) -> str:
        """The members for each period of ``asked``: its first and last day, and MEMBER_COLUMNS."""
        return members_sql(self.measure, self.profile)


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
        begin: is told the name of a measure before each reading of it is counted.

    Returns:
        A frame with COLUMNS; ``denominator`` is missing where the figure is a count.
    """
    make_figures(connection, "temp.figure", kind="TEMP TABLE")
    for one in lists_of(asked):
        if not profiles or one.profile in profiles:
            begin(one.measure)
            ask(connection, one.periods)
            count_figures(connection, one, one.sql, "temp.figure")
    return read_figures(connection, "temp.figure")


def lists_of(asked: Iterable[Counted]) -> Iterator[MemberList]:
    """The lists of members that the figures asked for are counts of: one of them serves several series."""
    cuts: dict[tuple[str, str, Period], list[str]] = {}
    for one in asked:
        cuts.setdefault((one.series.measure, one.series.every, one.period), []).extend(one.series.by)
    periods: dict[tuple[str, str, tuple[str, ...]], list[Period]] = {}
    for (name, every, period), cut_by in cuts.items():
        periods.setdefault((name, every, tuple(cut_by)), []).append(period)
    for (name, every, by), listed in periods.items():
        yield from (
            MemberList(name, profile, every, tuple(listed), by) for profile in measures.measure(name).profiles
        )


def make_figures(connection: DuckDBPyConnection, table: str, kind: str = "TABLE") -> None:
    """Make an empty table of figures, with COLUMNS; ``TEMP TABLE``: one that nobody keeps."""
    columns = ", ".join(f'"{name}" {kind}' for name, kind in TYPES.items())
    connection.execute(f"CREATE OR REPLACE {kind} {table} ({columns})")


def count_figures(connection: DuckDBPyConnection, of: MemberList, members: str, into: str) -> None:
    """Count members into a table of figures, for each period of ``asked``.

    Args:
        connection: holds ``asked``.
        of: whose members.
        members: SQL of the members, with first and last day of their period.
        into: the table (``make_figures``).
    """
    said = "$measure AS measure, $profile AS profile, $every AS every"
    counted = figures_sql(measures.measure(of.measure), of.cuts, members)
    values = {"measure": of.measure, "profile": of.profile, "every": of.every}
    connection.execute(f"INSERT INTO {into} BY NAME SELECT {said}, * FROM ({counted})", values)  # noqa: S608


def read_figures(connection: DuckDBPyConnection, table: str) -> pd.DataFrame:
    """A table of figures as a frame, in an order of its own; days are ``date``, a missing denominator is NA."""
    rows = connection.execute(f"FROM {table} ORDER BY ALL").fetchall()
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"numerator": "int64", "denominator": "Int64"})


@cache
def members_sql(name: str, profile: str) -> str:
    """The members of a measure for each period of ``asked``, as DuckDB's SQL: first, last and MEMBER_COLUMNS."""
    expression = measures.measure(name).expression(contract.unbound(), named_period(), profile)  # type: ignore[arg-type]
    assert expression.columns == measures.MEMBER_COLUMNS
    return over_each_asked(expression)
