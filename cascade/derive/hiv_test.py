"""HIV tests: each Observation that states the outcome of one run of the testing algorithm."""

from duckdb import DuckDBPyConnection

from cascade.derive import dates
from cascade.derive.cut import Cut
from cascade.derive.records import look_up

# `issued` is when the result was given to the person; of a test never given back there is none.
HIV_TEST = f"""
    CREATE TABLE hiv_test AS
    SELECT pseudonym('Observation/' || id) AS record_key, person_key, facility_key,
        {dates.columns("effective_text", "performed", with_instant=True)},
        {dates.columns("issued_text", "returned")},
        coalesce(outcome.meaning, 'unknown') AS outcome,
        CASE test_purpose WHEN 'retest' THEN 'retest' WHEN 'verification' THEN 'verification'
            WHEN 'known-positive' THEN 'known_positive' ELSE 'diagnostic' END AS purpose,
        method.codings IS NOT NULL AS self_test
    FROM observed
    LEFT JOIN outcome_of_test AS outcome ON outcome.codings = value_codings
    LEFT JOIN self_test_method AS method ON method.codings = method_codings
    WHERE observed.meaning = 'hiv_test'
"""  # noqa: S608 - our own text


def derive(connection: DuckDBPyConnection, cut: Cut) -> None:
    """Make the contract table `hiv_test` from `observed`."""
    look_up(connection, "outcome_of_test", "test_outcome", "observed", "value_codings")
    look_up(connection, "self_test_method", "test_method", "observed", "method_codings")
    connection.execute(HIV_TEST, {"zone": cut.zone})
