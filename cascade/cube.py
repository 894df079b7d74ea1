"""The cube: every figure of the plan for every period, counted once, so that a page reads and never counts.

One row per figure, period and value of the dimension it is cut by. A dimension that is not cut is ``all``.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
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
        begin: is told the name of a measure before it is counted for a period.

    Returns:
        A frame with COLUMNS; ``denominator`` is missing where the figure is a count.
    """
    frames: list[pd.DataFrame] = []
    for name, period, series in _grouped(asked):
        begin(name)
        wanted = [one for one in measures.measure(name).profiles if not profiles or one in profiles]
        frames += _of_members(connection, name, period, series, wanted)
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=list(COLUMNS))


def _grouped(asked: Iterable[Counted]) -> Iterator[tuple[str, Period, Sequence[Series]]]:
    """Series of one measure and period together: their members are listed once."""
    groups: dict[tuple[str, Period], list[Series]] = {}
    for one in asked:
        groups.setdefault((one.series.measure, one.period), []).append(one.series)
    yield from ((measure, period, series) for (measure, period), series in groups.items())


def _of_members(
    connection: DuckDBPyConnection,
    name: str,
    period: Period,
    series: Sequence[Series],
    profiles: Iterable[str],
) -> Iterator[pd.DataFrame]:
    set_period(connection, period)
    for profile in profiles:
        connection.execute(f"CREATE OR REPLACE TEMP TABLE member AS {members_sql(name, profile)}")
        for one in series:
            frame = connection.execute(counts_sql(name, one.by)).df()
            yield _labelled(frame, name, profile, period, one)


def _labelled(frame: pd.DataFrame, name: str, profile: str, period: Period, series: Series) -> pd.DataFrame:
    said: dict[str, str | date] = {
        "measure": name,
        "profile": profile,
        "every": series.every,
        "first": period.first,
        "last": period.last,
        "cut_by": ",".join(series.by),
        **{dimension: ALL for dimension in DIMENSIONS if dimension not in series.by},
    }
    for column, value in said.items():
        frame[column] = value
    return frame[list(COLUMNS)]


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
