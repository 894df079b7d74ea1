"""Days on which a person had medicine: what doses and supplies cover, as intervals that neither overlap nor touch."""

from duckdb import DuckDBPyConnection

from cascade.derive.covered import COVERED
from cascade.derive.cut import Cut
from cascade.derive.parts import OF_PART, make_in_parts, rows_of

COVERAGE = f"""
    WITH begun AS (
        SELECT person_key, line, from_on, max(to_on) AS to_on FROM ({COVERED}) WHERE {OF_PART}
        GROUP BY person_key, line, from_on
    ), reached AS (
        SELECT *, max(to_on) OVER (PARTITION BY person_key, line ORDER BY from_on
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
        FROM begun
    ), numbered AS (
        SELECT *, count_if(before IS NULL OR from_on > before + 1)
            OVER (PARTITION BY person_key, line ORDER BY from_on ROWS UNBOUNDED PRECEDING) AS nth
        FROM reached
    )
    SELECT person_key, line, min(from_on) AS from_on, max(to_on) AS to_on
    FROM numbered GROUP BY person_key, line, nth
"""  # noqa: S608 - our own text


def derive(connection: DuckDBPyConnection, cut: Cut) -> None:
    """Make the contract table `coverage` from `dose` and `supply`."""
    make_in_parts(
        connection, "coverage", COVERAGE, {"cut_day": cut.day}, rows=rows_of(connection, "dose", "supply")
    )
