"""Days on which a person had medicine: what doses and supplies cover, as intervals that neither overlap nor touch."""

from duckdb import DuckDBPyConnection

from cascade.derive.covered import COVERED
from cascade.derive.cut import Cut
from cascade.tables import UNKNOWN_FACILITY

# Of what ends on the same day the last to begin gave the last of it, then the last by the hour, then a facility that is
# known, then the last by its key.
COVERAGE = f"""
    CREATE TABLE coverage AS
    WITH begun AS (
        SELECT person_key, line, from_on, max({{
            'to_on': to_on, 'from_on': from_on, 'moment': coalesce(moment, '-infinity'::TIMESTAMPTZ),
            'is_known': facility_key <> $unknown, 'facility_key': facility_key}}) AS last
        FROM ({COVERED}) GROUP BY ALL
    ), reached AS (
        SELECT *, max(last.to_on) OVER (PARTITION BY person_key, line ORDER BY from_on
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
        FROM begun
    ), numbered AS (
        SELECT *, count_if(before IS NULL OR from_on > before + 1)
            OVER (PARTITION BY person_key, line ORDER BY from_on ROWS UNBOUNDED PRECEDING) AS nth
        FROM reached
    )
    SELECT person_key, line, min(from_on) AS from_on, max(last.to_on) AS to_on,
        max(last).facility_key AS facility_key
    FROM numbered GROUP BY person_key, line, nth
"""  # noqa: S608 - our own text


def derive(connection: DuckDBPyConnection, cut: Cut) -> None:
    """Make the contract table `coverage` from `dose` and `supply`."""
    connection.execute(COVERAGE, {"unknown": UNKNOWN_FACILITY, "cut_day": cut.day})
