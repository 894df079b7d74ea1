"""Over members that nobody chose, every figure is what a person would count, and every cut adds up to the country."""

from dataclasses import fields
from datetime import UTC, date, datetime

import duckdb
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cascade import measures
from cascade.counts import DIMENSIONS, figures_sql
from cascade.periods import ask, periods_until
from cascade.reference import Member
from examples import examples

EXAMPLES = examples(10)
VALUES = {
    "setting": ("prison", "community", "unknown"),
    "facility_key": ("north", "south", "unknown"),
    "sex": ("female", "male", "other", "unknown"),
    "legal_status": ("pretrial", "sentenced", "unknown"),
}
QUARTERS = periods_until(
    date(2025, 6, 30), "quarter", 2, data_as_of=datetime(2025, 7, 10, tzinfo=UTC), zone="UTC"
)
SCHEMA = pa.schema(
    [
        ("first", pa.date32()),
        ("last", pa.date32()),
        *(
            (one.name, {"on_day": pa.date32(), "age": pa.int64()}.get(one.name, pa.string()))
            for one in fields(Member)
        ),
    ]
)


def members(measure):
    """Up to 25 members of a measure, each with one of its statuses, in one of two quarters."""
    drawn = {name: st.sampled_from(values) for name, values in VALUES.items()}
    row = st.fixed_dictionaries(
        {
            "quarter": st.sampled_from(QUARTERS),
            "person_key": st.sampled_from("abcde"),
            "status": st.sampled_from(sorted(measure.statuses)),
            "age": st.none() | st.integers(0, 100),
            **drawn,
        }
    )
    return st.lists(row, max_size=25)


def figures(connection, measure):
    """What the figures say by the last day of the period: by the dimension ('' for the country), value and figure."""
    rows = connection.execute(figures_sql(measure, DIMENSIONS, "FROM member")).fetchall()
    found = {}
    for _, last, cut_by, *values, figure, numerator, denominator in rows:
        value = values[DIMENSIONS.index(cut_by)] if cut_by else "all"
        found.setdefault(last, {})[cut_by, value, figure] = numerator, denominator
    assert sum(map(len, found.values())) == len(rows)
    return found


def by_hand(measure, listed):
    """The same for the country, counted one by one."""
    return {
        name: (
            sum(one["status"] in figure.counted for one in listed),
            None if figure.among is None else sum(one["status"] in figure.among for one in listed),
        )
        for name, figure in measure.figures.items()
    }


@pytest.mark.parametrize("name", measures.names())
def test_figures_are_counts_of_members_and_every_cut_adds_up(name):
    measure = measures.measure(name)
    connection = duckdb.connect(config={"threads": 1})

    @settings(max_examples=EXAMPLES, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
    @given(members(measure))
    def agrees(drawn):
        rows = [{**one, "first": one["quarter"].first, "last": one["quarter"].last} for one in drawn]
        connection.register("member", pa.Table.from_pylist(rows, SCHEMA))
        counted = figures(connection, measure)
        assert set(counted) == {quarter.last for quarter in QUARTERS}
        for quarter in QUARTERS:
            adds_up(counted[quarter.last], measure, [one for one in drawn if one["quarter"] == quarter])

    with connection:
        ask(connection, QUARTERS)
        agrees()


def adds_up(counted, measure, listed):
    """Check the figures of one quarter against its members."""
    country = {figure: of for (cut_by, _, figure), of in counted.items() if not cut_by}
    assert country == by_hand(measure, listed)
    for numerator, denominator in country.values():
        assert 0 <= numerator <= (len(listed) if denominator is None else denominator)
    for dimension in DIMENSIONS if listed else ():
        for figure, (numerator, denominator) in country.items():
            parts = [of for (cut_by, _, name), of in counted.items() if (cut_by, name) == (dimension, figure)]
            assert sum(part for part, _ in parts) == numerator
            if denominator is not None:
                assert sum(among for _, among in parts) == denominator
