"""Offers of HIV testing, taken or refused."""

from duckdb import DuckDBPyConnection

from cascade.derive import dates
from cascade.derive.cut import Cut

TEST_OFFER = f"""
    CREATE TABLE test_offer AS
    SELECT pseudonym('Observation/' || id) AS record_key, person_key, facility_key,
        {dates.columns("effective_text", "offered")},
        answer = 'accepted' AS accepted
    FROM observed WHERE meaning = 'hiv_test_offer'
"""  # noqa: S608 - our own text


def derive(connection: DuckDBPyConnection, cut: Cut) -> None:
    """Make the contract table `test_offer` from `observed`."""
    connection.execute(TEST_OFFER, {"zone": cut.zone})
