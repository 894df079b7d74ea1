"""Stays in custody and absences from them, from Encounters; and times on a community programme's list, from EpisodesOfCare.

A stay in custody has a row for each legal status that held in it. A finished record that names no end ended on some day
between its start and the time of writing.
"""

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

COUNTING = ("arrived", "triaged", "in-progress", "onleave", "finished", "unknown")
OTHERS = ("planned", "cancelled", "entered-in-error")

CLASS_CODINGS = """[{'system': class_system, 'code': class_code}]"""


def _end(start: str, end: str) -> str:
    """SQL for the columns of an end: as written; of what is finished without one, between the start and the time of writing."""
    unsaid = f"status = 'finished' AND {dates.last_day(end)} IS NULL"
    first = dates.first_day(start)
    written_on = "coalesce(timezone($zone, recorded_at)::DATE, $cut_day)"
    return f"""
        {dates.instant(end)} AS end_at, {dates.day(end)} AS end_on,
        CASE WHEN {unsaid} THEN {first} ELSE {dates.first_day(end)} END AS end_lo,
        CASE WHEN {unsaid} THEN greatest({first}, {written_on}) ELSE {dates.last_day(end)} END AS end_hi,
        status = 'finished' OR {dates.last_day(end)} IS NOT NULL AS over
    """


# Where an absence is from is the place of the stay that it is part of; of an absence that names none, its own.
HELD = f"""
    WITH coded AS (
        SELECT encounter.*, kind.codings, kind.meaning, {RECORDED_AT} AS recorded_at, {IDENTIFIER} AS identifier,
            {dates.written("period_start")} AS start_text, {dates.written("period_end")} AS end_text
        FROM encounter JOIN class_of_encounter AS kind ON kind.codings = {CLASS_CODINGS}
    )
    SELECT 'Encounter' AS resource_type, coded.id, patient_id, 'Encounter' AS context_type, coded.id AS context_id,
        coalesce(held_by.organization_id, service_provider_id) AS performer_organization_id,
        status, coded.codings, coded.meaning, modifier_extensions, recorded_at, identifier, legal_statuses, destination_id,
        CASE WHEN coded.meaning <> 'custody' THEN part_of_id END AS parent_id,
        entry.meaning AS entry_reason, "exit".meaning AS said_exit_reason,
        {dates.columns("start_text", "start", with_instant=True)},
        {_end("start_text", "end_text")}
    FROM coded
    LEFT JOIN reason_of_entry AS entry ON entry.codings = admit_source
    LEFT JOIN reason_of_exit AS "exit" ON "exit".codings = discharge_disposition
    LEFT JOIN organization_of_context AS held_by
        ON coded.meaning <> 'custody' AND held_by.context_type = 'Encounter' AND held_by.context_id = part_of_id
"""  # noqa: S608 - our own text
CASES = outcomes(COUNTING, OTHERS, "WHEN end_hi < start_lo OR end_at < start_at THEN 'ends_before_start'")

# The first status holds from the start, and so does the last of those that began before it. A status that begins when the
# stay is over never held. Of a beginning of which only the month or year is known the last day counts that is in the stay.
SEGMENTS = f"""
    CREATE TABLE legal_segment AS
    WITH said AS (
        SELECT id, unnest(legal_statuses) AS said, generate_subscripts(legal_statuses, 1) AS nth,
            coalesce(start_at, timezone($zone, start_hi::TIMESTAMP)) AS began,
            coalesce(end_at, timezone($zone, (end_lo + 1)::TIMESTAMP)) AS ended, end_lo
        FROM held WHERE outcome = 'used' AND meaning = 'custody'
    ), written AS (
        SELECT *, {dates.written('said."from"')} AS since_text,
            CASE WHEN said.status IN ('pretrial', 'sentenced', 'other') THEN said.status END AS legal_status
        FROM said
    ), dated AS (
        SELECT *, {dates.columns("since_text", "said", with_instant=True)} FROM written
    ), settled AS (
        SELECT *, said_at AS since_at,
            CASE WHEN said_lo IS NOT NULL THEN least(said_hi, greatest(said_lo, coalesce(end_lo, said_hi))) END AS since_on
        FROM dated
    ), ordered AS (
        SELECT *, coalesce(since_at, timezone($zone, since_on::TIMESTAMP)) AS since,
            row_number() OVER (PARTITION BY id ORDER BY since NULLS FIRST, nth) = 1 AS is_first
        FROM settled
    ), placed AS (
        SELECT *, CASE WHEN since > began AND NOT is_first THEN since END AS from_moment FROM ordered
    ), last_of_moment AS (
        SELECT * FROM placed WHERE coalesce(from_moment < ended, true)
        QUALIFY row_number() OVER (PARTITION BY id, from_moment ORDER BY since DESC NULLS LAST, nth DESC) = 1
    ), changed AS (
        SELECT * FROM last_of_moment
        QUALIFY from_moment IS NULL OR legal_status IS DISTINCT FROM lag(legal_status)
            OVER (PARTITION BY id ORDER BY from_moment NULLS FIRST)
    )
    SELECT id, legal_status, from_moment IS NULL AS is_first,
        since_at AS from_at, since_on AS from_on,
        lead(since_at) OVER later AS to_at,
        lead(CASE WHEN since_at IS NULL THEN since_on - 1 ELSE since_on END) OVER later AS to_on,
        lead(id) OVER later IS NULL AS is_last
    FROM changed WINDOW later AS (PARTITION BY id ORDER BY from_moment NULLS FIRST)
"""  # noqa: S608 - our own text

STAY = """
    CREATE TABLE stay AS
    WITH segment AS (
        SELECT held.*, legal_status, from_at, from_on, to_at, to_on,
            coalesce(is_first, true) AS is_first, coalesce(is_last, true) AS is_last
        FROM held LEFT JOIN legal_segment USING (id) WHERE outcome = 'used'
    )
    SELECT pseudonym('Encounter/' || id) AS record_key, person_key, segment.facility_key, meaning AS kind,
        pseudonym('Encounter/' || parent_id) AS parent_key,
        CASE WHEN is_first THEN start_at ELSE from_at END AS start_at,
        CASE WHEN is_first THEN start_on ELSE from_on END AS start_on,
        CASE WHEN is_first THEN start_lo ELSE from_on END AS start_lo,
        CASE WHEN is_first THEN start_hi ELSE from_on END AS start_hi,
        CASE WHEN is_last THEN end_at ELSE to_at END AS end_at,
        CASE WHEN is_last THEN end_on ELSE to_on END AS end_on,
        CASE WHEN is_last THEN end_lo ELSE to_on END AS end_lo,
        CASE WHEN is_last THEN end_hi ELSE to_on END AS end_hi,
        legal_status,
        CASE WHEN is_first THEN entry_reason END AS entry_reason,
        CASE WHEN is_last AND over THEN coalesce(said_exit_reason, 'unknown') END AS exit_reason,
        CASE WHEN is_last AND over THEN destination.facility_key END AS to_facility_key
    FROM segment LEFT JOIN facility_key AS destination ON destination.organization_id = destination_id
"""

# The programmes of `treatment`, with the hours that it has no use for.
COMMUNITY = f"""
    INSERT INTO stay BY NAME
    WITH listed AS (
        SELECT pseudonym('EpisodeOfCare/' || id) AS record_key,
            {dates.columns("start_text", "start", with_instant=True)},
            {_end("start_text", "end_text")}
        FROM enrolled WHERE outcome = 'used'
    )
    SELECT record_key, person_key, facility_key, 'community_' || CASE line WHEN 'art' THEN 'hiv' ELSE line END AS kind,
        NULL AS parent_key, listed.start_at, listed.start_on, listed.start_lo, listed.start_hi,
        end_at, end_on, end_lo, end_hi, NULL AS legal_status, 'enrolment' AS entry_reason,
        CASE stop_reason WHEN 'transferred_out' THEN 'transfer' WHEN 'died' THEN 'death' WHEN 'unknown' THEN 'unknown'
            ELSE CASE WHEN stop_reason IS NOT NULL THEN 'programme_exit' END END AS exit_reason,
        to_facility_key
    FROM listed JOIN treatment USING (record_key) JOIN facility USING (facility_key)
    WHERE facility.setting = 'community' AND coalesce(end_hi >= listed.start_lo, true)
"""  # noqa: S608 - our own text


def derive(connection: DuckDBPyConnection, cut: Cut) -> None:
    """Make the contract table `stay` from the flat table `encounter`, and from `treatment` and what it was made of.

    An Encounter of another class is read for its place only, and is not accounted for here.
    """
    look_up(connection, "class_of_encounter", "encounter_class", "encounter", CLASS_CODINGS)
    look_up(connection, "reason_of_entry", "entry_reason", "encounter", "admit_source")
    look_up(connection, "reason_of_exit", "exit_reason", "encounter", "discharge_disposition")
    parameters = {"zone": cut.zone, "cut_day": cut.day}
    gather(connection, "held", HELD, CASES, dict(parameters))
    _count_once(connection)
    account_for(connection, "held")
    connection.execute(SEGMENTS, {"zone": cut.zone})
    connection.execute(STAY)
    connection.execute(COMMUNITY, parameters)


def _count_once(connection: DuckDBPyConnection) -> None:
    """Two records of one stay: of one identifier, or in one place from one instant on; the one that tells the end stays."""
    events = {
        "duplicate_identifier": ("person_key, meaning, identifier", "identifier IS NOT NULL"),
        "duplicate_event": ("person_key, meaning, facility_key, start_at", "start_at IS NOT NULL"),
    }
    for outcome, (event, applies) in events.items():
        count_once(connection, "held", outcome, event, applies, first="NOT over")
