"""Diagnoses of HIV and of opioid dependence, from Conditions; the refuted ones too, with their certainty."""

from duckdb import DuckDBPyConnection

from cascade.derive import dates
from cascade.derive.cut import Cut
from cascade.derive.records import (
    IDENTIFIER,
    RECORDED_AT,
    account_for,
    count_once,
    gather,
    look_up,
    outcomes,
)

COUNTING = ("confirmed", "provisional", "refuted")
OTHERS = ("entered-in-error",)

# FHIR asks no one to say how certain a diagnosis is. Who does not say has not confirmed it.
DIAGNOSED = f"""
    SELECT 'Condition' AS resource_type, id, patient_id, context_type, context_id, performer_organization_id,
        CASE WHEN coalesce(len(verification_codings), 0) = 0 THEN 'provisional'
            ELSE coalesce(certainty.meaning, 'not known') END AS status,
        code_codings AS codings, condition_of_code.meaning,
        {dates.written("onset_start")} AS onset_text,
        {dates.written("recorded_date")} AS recorded_text,
        {dates.written("abatement_date_time")} AS abatement_text,
        diagnosed_abroad,
        {IDENTIFIER} AS identifier, {RECORDED_AT} AS recorded_at, modifier_extensions
    FROM condition
    LEFT JOIN condition_of_code ON condition_of_code.codings = code_codings
    LEFT JOIN certainty_of_code AS certainty ON certainty.codings = verification_codings
"""  # noqa: S608 - our own text

DIAGNOSIS = f"""
    CREATE TABLE diagnosis AS
    WITH dated AS (
        SELECT *, CASE WHEN {dates.first_day("onset_text")} IS NOT NULL THEN onset_text ELSE recorded_text END
            AS diagnosed_text
        FROM diagnosed WHERE outcome = 'used'
    )
    SELECT pseudonym('Condition/' || id) AS record_key, person_key, facility_key, meaning AS condition,
        {dates.columns("diagnosed_text", "diagnosed")},
        status AS certainty,
        CASE WHEN status = 'refuted' THEN {dates.day("abatement_text")} END AS refuted_on,
        CASE diagnosed_abroad WHEN true THEN 'abroad' WHEN false THEN 'here' ELSE 'unknown' END AS place
    FROM dated
"""  # noqa: S608 - our own text


def derive(connection: DuckDBPyConnection, cut: Cut) -> None:
    """Make the contract table `diagnosis` from the flat table `condition`."""
    look_up(connection, "condition_of_code", "diagnosis", "condition", "code_codings")
    look_up(connection, "certainty_of_code", "verification_status", "condition", "verification_codings")
    gather(connection, "diagnosed", DIAGNOSED, outcomes(COUNTING, OTHERS), {})
    count_once(
        connection,
        "diagnosed",
        "duplicate_identifier",
        event="person_key, meaning, identifier",
        applies="identifier IS NOT NULL",
    )
    account_for(connection, "diagnosed")
    connection.execute(DIAGNOSIS, {"zone": cut.zone})
