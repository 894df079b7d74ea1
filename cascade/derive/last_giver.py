"""Who gave the last of a person's medicine, from the day on which it was given until another facility gives some.

A count of a past day takes the row that held on it: what is given later must not move it to another facility.
"""

from duckdb import DuckDBPyConnection

from cascade.derive.covered import COVERED
from cascade.derive.cut import Cut
from cascade.derive.parts import OF_PART, make_in_parts, rows_of
from cascade.tables import UNKNOWN_FACILITY

# Of what was given on one day the last by the hour counts, then a facility that is known, then the last by its key.
LAST_GIVER = f"""
    WITH of_day AS (
        SELECT person_key, line, given_on AS from_on, max({{
            'moment': coalesce(moment, '-infinity'::TIMESTAMPTZ), 'is_known': facility_key <> $unknown,
            'facility_key': facility_key}}).facility_key AS facility_key
        FROM ({COVERED}) WHERE {OF_PART} GROUP BY person_key, line, given_on
    )
    FROM of_day
    QUALIFY facility_key IS DISTINCT FROM lag(facility_key) OVER (PARTITION BY person_key, line ORDER BY from_on)
"""  # noqa: S608 - our own text


def derive(connection: DuckDBPyConnection, cut: Cut) -> None:
    """Make the contract table `last_giver` from `dose` and `supply`."""
    make_in_parts(
        connection,
        "last_giver",
        LAST_GIVER,
        {"unknown": UNKNOWN_FACILITY, "cut_day": cut.day},
        rows=rows_of(connection, "dose", "supply"),
    )
