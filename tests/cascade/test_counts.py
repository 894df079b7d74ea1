import duckdb
import ibis
import pandas as pd
import pytest

from cascade import counts, measures
from cascade.measures import MEMBER_COLUMNS, Figure

POSITIVITY = "positivity"


def counted(members, by=()):
    """The figures of hiv_tests for members given as (setting, age, status)."""
    measure = measures.measure("hiv_tests")
    with duckdb.connect() as connection:
        types = dict.fromkeys(MEMBER_COLUMNS, "VARCHAR") | {"on_day": "DATE", "age": "BIGINT"}
        connection.execute(f"CREATE TABLE member ({', '.join(f'{k} {v}' for k, v in types.items())})")
        connection.executemany(
            "INSERT INTO member (setting, age, status) VALUES (?, ?, ?)", members or [[None] * 3]
        )
        if not members:
            connection.execute("DELETE FROM member")
        table = ibis.table(
            dict.fromkeys(MEMBER_COLUMNS, "string") | {"on_day": "date", "age": "int64"}, name="member"
        )
        sql = str(ibis.to_sql(counts.figures(measure, table, by), dialect="duckdb"))
        return connection.execute(sql).df()


def of(frame, figure, **where):
    for column, value in where.items():
        frame = frame[frame[column] == value]
    row = frame[frame["figure"] == figure].iloc[0]
    return row["numerator"], None if pd.isna(row["denominator"]) else row["denominator"]


@pytest.fixture(autouse=True)
def _figures(monkeypatch):
    """Two figures that are easy to count by eye."""
    module = measures.import_module("cascade.measures.hiv_tests")
    figures = {
        "tests": Figure("Tests", ("negative", "positive")),
        POSITIVITY: Figure("Positive", ("positive",), ("negative", "positive")),
    }
    monkeypatch.setattr(module, "figures", figures)


def test_a_figure_counts_its_statuses_out_of_those_it_is_among():
    frame = counted([("prison", 30, "negative"), ("prison", 30, "positive"), ("prison", 30, "self_test")])
    assert of(frame, "tests") == (2, None)
    assert of(frame, POSITIVITY) == (1, 2)


def test_nobody_is_nought_and_not_missing():
    frame = counted([])
    assert of(frame, "tests") == (0, None)
    assert of(frame, POSITIVITY) == (0, 0)


def test_a_dimension_has_a_line_for_each_value_with_members():
    frame = counted([("prison", 30, "negative"), ("community", 30, "positive")], by=("setting",))
    assert of(frame, POSITIVITY, setting="prison") == (0, 1)
    assert of(frame, POSITIVITY, setting="community") == (1, 1)


@pytest.mark.parametrize(
    ("age", "band"),
    [
        (0, "0-4"),
        (4, "0-4"),
        (5, "5-9"),
        (14, "10-14"),
        (15, "15-19"),
        (24, "20-24"),
        (25, "25-49"),
        (49, "25-49"),
        (50, "50+"),
        (107, "50+"),
        (None, "unknown"),
    ],
)
def test_age_bands_are_those_of_global_aids_monitoring(age, band):
    frame = counted([("prison", age, "positive")], by=("age_band",))
    assert set(frame["age_band"]) == {band}
