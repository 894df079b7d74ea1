"""The curves of the plan: Kaplan and Meier's estimate over the members of a measure of time.

One row for each day on which somebody had the event or was censored, per profile and value of the dimension.
"""

from collections.abc import Iterable, Iterator
from functools import cache

import pandas as pd
from duckdb import DuckDBPyConnection

from cascade import contract, measures
from cascade.measures import DURATION_COLUMNS
from cascade.periods import ask, named_period, over_each_asked
from cascade.plan import Counted
from cascade.survival import Step, kaplan_meier

ALL = "all"
COLUMNS = (
    "measure",
    "profile",
    "first",
    "last",
    "setting",
    *Step.__dataclass_fields__,
)


def curves(connection: DuckDBPyConnection, asked: Iterable[Counted]) -> pd.DataFrame:
    """The curves asked for, over the contract tables in the connection; a frame with COLUMNS."""
    rows = [row for one in asked for row in _rows(connection, one)]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def statements(asked: Iterable[Counted]) -> Iterator[str]:
    """The SQL that the curves asked for are drawn from."""
    for name in {one.series.measure for one in asked}:
        yield from (durations_sql(name, profile) for profile in measures.measure(name).profiles)


def read_curves(connection: DuckDBPyConnection, table: str) -> pd.DataFrame:
    """A table of steps as a frame with COLUMNS; days are ``date``."""
    return pd.DataFrame(connection.execute(f"FROM {table} ORDER BY ALL").fetchall(), columns=list(COLUMNS))


def _rows(connection: DuckDBPyConnection, asked: Counted) -> Iterator[dict[str, object]]:
    ask(connection, [asked.period])
    for profile in measures.measure(asked.series.measure).profiles:
        members = connection.execute(durations_sql(asked.series.measure, profile)).df()
        for setting, group in _groups(members, asked.series.by):
            said = {
                "measure": asked.series.measure,
                "profile": profile,
                "first": asked.period.first,
                "last": asked.period.last,
                "setting": setting,
            }
            lasted = zip(group["days"].tolist(), group["status"].tolist(), strict=True)
            yield from ({**said, **vars(step)} for step in kaplan_meier(lasted))


def _groups(members: pd.DataFrame, by: tuple[str, ...]) -> Iterator[tuple[str, pd.DataFrame]]:
    if not by:
        yield ALL, members
    else:
        yield from ((str(value), group) for value, group in members.groupby(by[0]))


@cache
def durations_sql(name: str, profile: str) -> str:
    """The members of a measure of time for each period of ``asked``: its first and last day, and DURATION_COLUMNS."""
    duration = measures.measure(name).duration
    assert duration, f"{name} is no measure of time"
    expression = duration(contract.unbound(), named_period(), profile)  # type: ignore[arg-type]
    return over_each_asked(expression.select(*DURATION_COLUMNS))
