"""What every Observation is, and whether it counts: what tests, offers and laboratory results are made of."""

from duckdb import DuckDBPyConnection

from cascade.derive import dates
from cascade.derive.cut import Cut
from cascade.derive.records import (
    IDENTIFIER,
    RECORDED_AT,
    account_for,
    count_once,
    done_with,
    gather,
    look_up,
    outcomes,
)

COUNTING = ("final", "amended", "corrected")
OTHERS = ("registered", "preliminary", "cancelled", "entered-in-error", "unknown")

# An assay is one whatever else it is coded as: counted as a test, one run of the algorithm would be several.
OBSERVED = f"""
    SELECT 'Observation' AS resource_type, id, patient_id, context_type, context_id, performer_organization_id,
        status, code_codings AS codings,
        CASE WHEN assay.codings IS NOT NULL THEN 'hiv_assay' ELSE kind.meaning END AS meaning,
        answer.meaning AS answer, method_codings, test_purpose, value_number, value_comparator, value_unit,
        value_string, value_codings,
        {dates.written("effective_start")} AS effective_text,
        {dates.written("issued")} AS issued_text,
        {IDENTIFIER} AS identifier, {RECORDED_AT} AS recorded_at, modifier_extensions
    FROM observation
    LEFT JOIN kind_of_observation AS kind ON kind.codings = code_codings
    LEFT JOIN assay_observation AS assay ON assay.codings = code_codings
    LEFT JOIN answer_to_offer AS answer ON answer.codings = value_codings
"""  # noqa: S608 - our own text
# An offer of which nobody says what became of it was neither taken nor refused.
CASES = outcomes(
    COUNTING,
    OTHERS,
    """
        WHEN meaning = 'hiv_assay' THEN 'single_assay'
        WHEN meaning = 'hiv_test_offer' AND answer IS NULL THEN 'answer_not_readable'
    """,
)


def derive(connection: DuckDBPyConnection, cut: Cut) -> None:
    """Make the table `observed` from the flat table `observation`, which is dropped to keep memory for the rest."""
    look_up(connection, "kind_of_observation", "observation", "observation", "code_codings")
    look_up(connection, "assay_observation", "hiv_assay", "observation", "code_codings")
    look_up(connection, "answer_to_offer", "offer", "observation", "value_codings")
    gather(connection, "observed", OBSERVED, CASES, {})
    done_with(connection, "observation")
    count_once(
        connection,
        "observed",
        "duplicate_identifier",
        event="person_key, meaning, identifier",
        applies="identifier IS NOT NULL",
        first="status = 'final'",
    )
    account_for(connection, "observed")
    connection.execute("DELETE FROM observed WHERE outcome <> 'used'")
