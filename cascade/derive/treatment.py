"""Membership of the HIV and OAT programmes, from EpisodesOfCare."""

from duckdb import DuckDBPyConnection

from cascade.derive import dates
from cascade.derive.cut import Cut
from cascade.derive.records import RECORDED_AT, account_for, gather, look_up, outcomes

COUNTING = ("active", "onhold", "finished")
OTHERS = ("planned", "waitlist", "cancelled", "entered-in-error")

ENROLLED = f"""
    SELECT 'EpisodeOfCare' AS resource_type, id, patient_id, NULL AS context_type, NULL AS context_id,
        managing_organization_id AS performer_organization_id, status, type_codings AS codings,
        programme.meaning, programme.meanings,
        {dates.written("period_start")} AS start_text, {dates.written("period_end")} AS end_text,
        exit_reason, transferred_to_id, {RECORDED_AT} AS recorded_at, modifier_extensions
    FROM episode_of_care JOIN programme_of_episode AS programme ON programme.codings = type_codings
"""  # noqa: S608 - our own text

# Over is what has an end, or is said to be finished. A centre is among the data if it was read, or if care was given there;
# who was transferred to another has left the data: to_facility_key is then NULL.
TREATMENT = f"""
    CREATE TABLE treatment AS
    WITH ended AS (
        SELECT *, status = 'finished' OR {dates.first_day("end_text")} IS NOT NULL AS over, unnest(meanings) AS line
        FROM enrolled WHERE outcome = 'used'
    ), among_the_data AS (
        SELECT id AS organization_id FROM organization
        UNION SELECT organization_id FROM organization_of_context
    )
    SELECT pseudonym('EpisodeOfCare/' || ended.id) AS record_key, person_key, ended.facility_key, line,
        {dates.columns("start_text", "start")},
        {dates.columns("end_text", "stop")},
        CASE WHEN over THEN
            CASE WHEN exit_reason IN ('emigrated', 'stopped', 'refused', 'completed', 'died') THEN exit_reason
                WHEN exit_reason = 'transferred-out' THEN 'transferred_out'
                WHEN exit_reason = 'ltfu' THEN 'recorded_ltfu'
                ELSE 'unknown' END
        END AS stop_reason,
        CASE WHEN over THEN receiver.facility_key END AS to_facility_key
    FROM ended
    LEFT JOIN among_the_data ON among_the_data.organization_id = transferred_to_id
    LEFT JOIN facility_key AS receiver ON receiver.organization_id = among_the_data.organization_id
"""  # noqa: S608 - our own text


def derive(connection: DuckDBPyConnection, cut: Cut) -> None:
    """Make the contract table `treatment` from the flat table `episode_of_care`.

    An episode of no programme that we know is read for its place only, and is not accounted for here.
    """
    look_up(connection, "programme_of_episode", "programme", "episode_of_care", "type_codings")
    gather(connection, "enrolled", ENROLLED, outcomes(COUNTING, OTHERS), {})
    account_for(connection, "enrolled")
    connection.execute(TREATMENT, {"zone": cut.zone})
