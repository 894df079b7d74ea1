"""The run of a monthly measure, for the page that still shows one. It goes with cascade.monthly."""

import ibis
import pandas as pd
from duckdb import DuckDBPyConnection

from cascade import contract, monthly
from cascade.tables import Window


def monthly_frame(connection: DuckDBPyConnection, names: list[str], window: Window) -> pd.DataFrame:
    """A column `measure` and the columns of the measure's expression, in order of month and facility."""
    return pd.concat([_frame(connection, monthly.measure(name), window) for name in names], ignore_index=True)


def _frame(connection: DuckDBPyConnection, measure: monthly.Measure, window: Window) -> pd.DataFrame:
    sql = ibis.to_sql(measure.expression(contract.unbound(), window), dialect="duckdb")
    frame = connection.execute(sql).df()
    frame.insert(0, "measure", measure.name)
    return frame.sort_values(["month", "facility_key"], ignore_index=True)
