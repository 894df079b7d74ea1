"""People: what all records of one human say together.

Of several dates the most precise counts, then the earliest. Records that disagree on the sex leave it unknown.
"""

from duckdb import DuckDBPyConnection

from cascade.derive import dates
from cascade.derive.cut import Cut
from cascade.derive.records import RECORDED_AT

# Who is said to be dead without a day died between birth and the time of writing, or the data cut if that is not told.
SAID = f"""
    CREATE TABLE said_of_human AS
    WITH text AS (
        SELECT first_id, gender, {dates.written("birth_date")} AS birth_text,
            {dates.written("deceased_date_time")} AS death_text, coalesce(deceased, false) AS dead, true AS is_record,
            {RECORDED_AT} AS recorded_at
        FROM human JOIN patient USING (patient_id)
        UNION ALL
        SELECT first_id, NULL, '', {dates.written("period_end")}, false, false, NULL
        FROM human JOIN encounter USING (patient_id)
        WHERE status <> 'entered-in-error' AND len(list_filter(discharge_disposition, lambda one:
            one."system" = 'urn:throughcare:code-system:exit-reason' AND one.code = 'death')) > 0
        UNION ALL
        SELECT first_id, NULL, '', {dates.written("period_end")}, false, false, NULL
        FROM human JOIN episode_of_care USING (patient_id)
        WHERE status <> 'entered-in-error' AND exit_reason = 'died'
    )
    SELECT first_id, gender, is_record, dead,
        CASE WHEN dead THEN timezone($zone, recorded_at)::DATE END AS dead_by,
        {dates.columns("birth_text", "birth")},
        {dates.columns("death_text", "died")}
    FROM text
"""  # noqa: S608 - our own text

PERSON = """
    CREATE TABLE person AS
    WITH one AS (
        SELECT first_id, count(*) FILTER (is_record) AS records,
            list(DISTINCT gender) FILTER (gender IN ('female', 'male', 'other')) AS genders, bool_or(dead) AS dead,
            min(dead_by) AS dead_by,
            arg_min({'on': birth_on, 'lo': birth_lo, 'hi': birth_hi}, (birth_hi - birth_lo, birth_lo))
                FILTER (birth_lo IS NOT NULL) AS birth,
            arg_min({'on': died_on, 'lo': died_lo, 'hi': died_hi}, (died_hi - died_lo, died_lo))
                FILTER (died_lo IS NOT NULL) AS died
        FROM said_of_human GROUP BY first_id
    ), basis AS (
        SELECT first_id, min(basis) AS link_basis
        FROM human JOIN same_human ON same_human.one = human.patient_id GROUP BY first_id
    ), everyone AS (
        SELECT DISTINCT first_id FROM human
    )
    SELECT pseudonym('Patient/' || first_id) AS person_key,
        CASE WHEN len(genders) = 1 THEN genders[1] ELSE 'unknown' END AS sex,
        birth.on AS birth_on, birth.lo AS birth_lo, birth.hi AS birth_hi,
        died.on AS died_on,
        coalesce(died.lo, CASE WHEN dead THEN coalesce(birth.lo, DATE '1900-01-01') END) AS died_lo,
        coalesce(died.hi, CASE WHEN dead THEN coalesce(dead_by, $cut_day) END) AS died_hi,
        coalesce(records, 0)::BIGINT AS records,
        coalesce(link_basis, 'single') AS link_basis
    FROM everyone LEFT JOIN one USING (first_id) LEFT JOIN basis USING (first_id)
"""


def derive(connection: DuckDBPyConnection, cut: Cut) -> None:
    """Make the contract table `person`; a record that is only pointed at is a person of whom nothing is known."""
    connection.execute(SAID, {"zone": cut.zone})
    connection.execute(PERSON, {"cut_day": cut.day})
