"""The figures as a reader gets them: with titles, the names of facilities, and always in the same order."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pandas as pd
from duckdb import DuckDBPyConnection

from cascade import counts, measures
from cascade.cube import ALL, DIMENSIONS
from cascade.request import BY, Request

TYPES: Mapping[str, str] = {
    "measure": "str",
    "measure_title": "str",
    "profile": "str",
    "every": "str",
    "first": "object",
    "last": "object",
    "data_as_of": "object",
    "by": "str",
    "setting": "str",
    "facility_key": "str",
    "facility_name": "str",
    "sex": "str",
    "age_band": "str",
    "legal_status": "str",
    "figure": "str",
    "figure_title": "str",
    "numerator": "int64",
    "denominator": "Int64",
}
COLUMNS = tuple(TYPES)
"""
measure, measure_title, profile: what is counted, and under which reading.
every, first, last: the kind of period, its first and last day; data_as_of: the data cut.
by: the dimension that the row is cut by, or 'all' for the country.
setting, facility_key, sex, age_band, legal_status: of which value; 'all' where it is not cut by this one.
facility_name: beside the key; missing where the row is not cut by facility, or nobody said the name.
figure, figure_title: which number; numerator; denominator: missing where the figure is a count.
"""

AGE_BANDS = (*(counts.age_band_name(*band) for band in counts.AGE_BANDS), counts.UNKNOWN_AGE)


def result(frame: pd.DataFrame, facilities: Mapping[str, str | None], request: Request) -> pd.DataFrame:
    """The figures of a run as a frame with COLUMNS, in order of measure, profile, period, dimension, value and figure.

    Args:
        frame: columns cascade.cube.COLUMNS.
        facilities: the name of each facility by its key.
        request: what was asked.
    """
    rows = [_row(row, facilities, request.data_as_of) for row in frame.to_dict("records")]
    rows.sort(key=lambda row: _place(row, request))
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(TYPES)


def facility_names(connection: DuckDBPyConnection) -> dict[str, str | None]:
    """The name of each facility by its key; None: nobody said it."""
    return dict(connection.execute("SELECT facility_key, name FROM facility").fetchall())


def value_of(row: Mapping[str, Any]) -> str:
    """Which value of its dimension a row is of, as a reader calls it; 'all' for the country."""
    if row["by"] == "facility":
        named = row["facility_name"]
        return str(named) if isinstance(named, str) else str(row["facility_key"])
    return ALL if row["by"] == ALL else str(row[BY[row["by"]]])


def _row(
    row: Mapping[Any, Any], facilities: Mapping[str, str | None], data_as_of: datetime
) -> dict[str, Any]:
    measure = measures.measure(row["measure"])
    asked_by = {column: name for name, column in BY.items()}
    return {
        **{
            name: row[name]
            for name in ("measure", "profile", "every", "first", "last", "figure", "numerator")
        },
        **{name: row[name] for name in DIMENSIONS},
        "measure_title": measure.title,
        "data_as_of": data_as_of,
        "by": asked_by[row["cut_by"]] if row["cut_by"] else ALL,
        "facility_name": facilities.get(row["facility_key"]),
        "figure_title": measure.figures[row["figure"]].title,
        "denominator": pd.NA if pd.isna(row["denominator"]) else int(row["denominator"]),
    }


def _place(row: Mapping[str, Any], request: Request) -> tuple[Any, ...]:
    measure = measures.measure(row["measure"])
    value = value_of(row)
    return (
        request.counted_measures.index(row["measure"]),
        list(measure.profiles).index(row["profile"]),
        row["last"],
        (ALL, *request.by).index(row["by"]),
        AGE_BANDS.index(value) if row["by"] == "age_band" else 0,
        value,
        row["facility_key"],
        list(measure.figures).index(row["figure"]),
    )
