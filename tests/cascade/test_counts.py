from datetime import UTC, date, datetime

import duckdb
import pytest

from cascade import measures
from cascade.counts import ALL, figures_sql
from cascade.measures import MEMBER_COLUMNS, Figure
from cascade.periods import ask
from cascade.tables import Period

POSITIVITY = "positivity"
QUARTER = Period(date(2025, 1, 1), date(2025, 3, 31), datetime(2025, 4, 10, tzinfo=UTC), "UTC")


def counted(members, *cuts):
    """The figures of hiv_tests for members given as (setting, age, status): by cut, value and figure."""
    with duckdb.connect() as connection:
        types = dict.fromkeys(MEMBER_COLUMNS, "VARCHAR") | {"on_day": "DATE", "age": "BIGINT"}
        connection.execute(
            f"CREATE TABLE member ({', '.join(f'{name} {kind}' for name, kind in types.items())})"
        )
        if members:
            connection.executemany("INSERT INTO member (setting, age, status) VALUES (?, ?, ?)", members)
        ask(connection, [QUARTER])
        listed = f"SELECT DATE '{QUARTER.first}' AS first, DATE '{QUARTER.last}' AS last, * FROM member"
        rows = connection.execute(figures_sql(measures.measure("hiv_tests"), cuts, listed)).fetchall()
    assert {(first, last) for first, last, *_ in rows} == {(QUARTER.first, QUARTER.last)}
    return {
        (cut, next((one for one in values if one != ALL), ALL), figure): (numerator, denominator)
        for _, _, cut, *values, figure, numerator, denominator in rows
    }


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
    figures = counted([("prison", 30, "negative"), ("prison", 30, "positive"), ("prison", 30, "self_test")])
    assert figures == {("", ALL, "tests"): (2, None), ("", ALL, POSITIVITY): (1, 2)}


def test_nobody_is_nought_and_not_missing():
    assert counted([], "setting") == {("", ALL, "tests"): (0, None), ("", ALL, POSITIVITY): (0, 0)}


def test_each_dimension_is_a_cut_of_its_own_beside_the_country():
    figures = counted([("prison", 30, "negative"), ("community", 70, "positive")], "setting", "age_band")
    assert {key: value for key, value in figures.items() if key[2] == POSITIVITY} == {
        ("", ALL, POSITIVITY): (1, 2),
        ("setting", "prison", POSITIVITY): (0, 1),
        ("setting", "community", POSITIVITY): (1, 1),
        ("age_band", "25-49", POSITIVITY): (0, 1),
        ("age_band", "50+", POSITIVITY): (1, 1),
    }


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
    assert ("age_band", band, "tests") in counted([("prison", age, "positive")], "age_band")
