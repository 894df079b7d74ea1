"""Moves through the gate: receptions, transfers between prisons, releases; from stays in custody, not from their rows.

A person's stays are gone through in the order in which they began. Before each comes the one that lasted longest of those
before it: if it lasted into this one the person was never free, whatever the records say of it. A move whose day is not
known is no row.
"""

from duckdb import DuckDBPyConnection

from cascade.derive.custody import CUSTODY
from cascade.derive.cut import Cut
from cascade.tables import UNKNOWN_FACILITY

HOURS_OF_A_TRANSFER = 24
"""Hours between two stays up to which a transfer may be on its way. Proposed."""

# An end known to the day is put at the day's beginning, so that what somebody is given outside on that day comes after it.
CUSTODIES = f"""
    CREATE TABLE custody_of_move AS
    SELECT person_key, record_key, began, ended, entry.facility_key, entry.start_at, entry.start_on, entry.start_lo,
        entry.entry_reason, entry.legal_status AS legal_status_first, "exit".legal_status AS legal_status_last,
        CASE WHEN entry.start_on IS NOT NULL THEN began END AS entered_at,
        coalesce(entry.start_at, timezone($zone, entry.start_lo::TIMESTAMP)) AS earliest_start,
        "exit".end_at,
        CASE WHEN "exit".end_on IS NOT NULL
            THEN coalesce("exit".end_at, greatest(began, timezone($zone, "exit".end_on::TIMESTAMP))) END AS left_at,
        coalesce("exit".end_at, timezone($zone, ("exit".end_hi + 1)::TIMESTAMP), ended) AS latest_end,
        CASE WHEN died_in THEN 'death' ELSE "exit".exit_reason END AS exit_reason
    FROM ({CUSTODY})
"""  # noqa: S608 - our own text

# Each stay with the one before it, and with none after the last.
PAIRS = """
    CREATE TABLE pair_of_stays AS
    WITH stretch AS (
        SELECT person_key, began, record_key, {'ended': ended, 'began': began, 'record_key': record_key} AS stay
        FROM custody_of_move
    ), pair AS (
        SELECT person_key, record_key AS entered_key, max(stay) OVER (PARTITION BY person_key ORDER BY began, record_key
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING).record_key AS gone_key
        FROM stretch
        UNION ALL
        SELECT person_key, NULL, max(stay).record_key FROM stretch GROUP BY person_key
    )
    SELECT pair.person_key, gone, entered, coalesce(entered.began < gone.ended, false) AS overlap
    FROM pair
    LEFT JOIN custody_of_move AS gone ON gone.person_key = pair.person_key AND gone.record_key = gone_key
    LEFT JOIN custody_of_move AS entered ON entered.person_key = pair.person_key AND entered.record_key = entered_key
"""

# Of a date of which less than the hour is known the shortest way between two stays counts. Two stays that overlap in one
# prison are no move.
TRANSITION = f"""
    CREATE TABLE transition AS
    WITH judged AS (
        SELECT *, overlap OR coalesce(
            entered.earliest_start <= gone.latest_end + INTERVAL {HOURS_OF_A_TRANSFER} HOURS
                AND (coalesce(gone.exit_reason, 'unknown') IN ('transfer', 'unknown')
                    OR coalesce(entered.entry_reason = 'transfer', false)), false) AS held_on
        FROM pair_of_stays
    ), move AS (
        SELECT person_key, 'transfer' AS kind,
            CASE WHEN overlap THEN entered.entered_at
                ELSE coalesce(gone.end_at, entered.start_at, gone.left_at, entered.entered_at) END AS moved_at,
            gone.facility_key AS from_facility_key, entered.facility_key AS to_facility_key,
            CASE WHEN overlap AND gone.exit_reason <> 'transfer' THEN 'unknown'
                ELSE coalesce(gone.exit_reason, 'unknown') END AS exit_reason,
            gone.legal_status_last AS legal_status, NULL AS next_custody
        FROM judged WHERE held_on
            AND NOT (overlap AND gone.facility_key = entered.facility_key AND gone.facility_key <> $unknown)
        UNION ALL
        SELECT person_key, 'release', gone.left_at, gone.facility_key, NULL, gone.exit_reason, gone.legal_status_last, entered
        FROM judged
        WHERE NOT held_on AND gone.record_key IS NOT NULL AND gone.exit_reason IS DISTINCT FROM 'death'
        UNION ALL
        SELECT person_key, 'reception', entered.entered_at, NULL, entered.facility_key, NULL, entered.legal_status_first, NULL
        FROM judged WHERE NOT held_on AND entered.record_key IS NOT NULL
    ), dated AS (
        SELECT *, timezone($zone, moved_at)::DATE AS moved_on FROM move WHERE moved_at <= $data_as_of
    )
    SELECT person_key, kind, moved_at, moved_on, from_facility_key, to_facility_key, exit_reason, legal_status,
        CASE WHEN next_custody.record_key IS NOT NULL
            THEN coalesce(next_custody.start_on, greatest(next_custody.start_lo, moved_on)) END AS next_custody_on
    FROM dated
"""  # noqa: S608 - our own text


def derive(connection: DuckDBPyConnection, cut: Cut) -> None:
    """Make the contract table `transition` from `stay` and the deaths in `person`."""
    parameters = {"zone": cut.zone, "data_as_of": cut.data_as_of}
    connection.execute(CUSTODIES, parameters)
    connection.execute(PAIRS)
    connection.execute(TRANSITION, parameters | {"unknown": UNKNOWN_FACILITY})
