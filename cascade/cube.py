"""The cube: every figure of the plan for every period, counted once, so that a page reads and never counts.

One row per figure, period and value of the dimension it is cut by. A dimension that is not cut is ``all``.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

import ibis
import pandas as pd
from duckdb import DuckDBPyConnection

from cascade import contract, counts, measures
from cascade.measures import MEMBER_COLUMNS
from cascade.periods import named_period, set_period
from cascade.plan import Counted, Series
from cascade.tables import Period

DIMENSIONS = ("setting", "facility_key", "sex", "age_band", "legal_status")
ALL = "all"

COLUMNS = (
    "measure",
    "profile",
    "every",
    "first",
    "last",
    "cut_by",
    *DIMENSIONS,
    "figure",
    "numerator",
    "denominator",
)


@dataclass(frozen=True)
class MemberList:
    """One measure under one profile for one period, and the series that are counted from its list of members."""

    measure: str
    profile: str
    period: Period
    series: Sequence[Series]


def cube(connection: DuckDBPyConnection, asked: Iterable[Counted]) -> pd.DataFrame:
    """The figures asked for, over the contract tables in the connection.

    Returns:
        A frame with COLUMNS; ``denominator`` is missing where the figure is a count.
    """
    frames = [frame for one in lists_of(asked) for frame in _counted(connection, one)]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=list(COLUMNS))


def lists_of(asked: Iterable[Counted]) -> Iterator[MemberList]:
    """The lists of members that the figures asked for are counts of: one of them serves several series."""
    groups: dict[tuple[str, Period], list[Series]] = {}
    for one in asked:
        groups.setdefault((one.series.measure, one.period), []).append(one.series)
    for (name, period), series in groups.items():
        yield from (MemberList(name, profile, period, series) for profile in measures.measure(name).profiles)


def list_members(connection: DuckDBPyConnection, of: MemberList) -> None:
    """Make the temporary table ``member`` (MEMBER_COLUMNS) from the contract tables in the connection."""
    set_period(connection, of.period)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE member AS {members_sql(of.measure, of.profile)}")


def figures_of(connection: DuckDBPyConnection, of: MemberList, series: Series) -> pd.DataFrame:
    """The figures of a series, counted from the table ``member``; a frame with COLUMNS."""
    frame = connection.execute(counts_sql(of.measure, series.by)).df()
    said: dict[str, str | date] = {
        "measure": of.measure,
        "profile": of.profile,
        "every": series.every,
        "first": of.period.first,
        "last": of.period.last,
        "cut_by": ",".join(series.by),
        **{dimension: ALL for dimension in DIMENSIONS if dimension not in series.by},
    }
    for column, value in said.items():
        frame[column] = value
    return frame[list(COLUMNS)]


def _counted(connection: DuckDBPyConnection, of: MemberList) -> Iterator[pd.DataFrame]:
    list_members(connection, of)
    yield from (figures_of(connection, of, series) for series in of.series)


@cache
def members_sql(name: str, profile: str) -> str:
    """The members of a measure for the period that is set, as DuckDB's SQL: written once, run for each period."""
    expression = measures.measure(name).expression(contract.unbound(), named_period(), profile)  # type: ignore[arg-type]
    return str(ibis.to_sql(expression, dialect="duckdb"))


@cache
def counts_sql(name: str, by: tuple[str, ...]) -> str:
    """The figures of the members in the table ``member``, as DuckDB's SQL."""
    members = ibis.table(
        dict.fromkeys(MEMBER_COLUMNS, "string") | {"on_day": "date", "age": "int64"}, name="member"
    )
    return str(ibis.to_sql(counts.figures(measures.measure(name), members, by), dialect="duckdb"))
