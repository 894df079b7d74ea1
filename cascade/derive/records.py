"""What is done alike with the records of every type: what their codes mean, whose and where they are, one outcome each.

A gathered table has a row for each record read. `outcome` is `used`, or why the record is no row of a contract table.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from duckdb import DuckDBPyConnection

from cascade.tables import UNKNOWN_FACILITY

# A distinct list of codings is looked up once, not once per record. A code that a longer one excludes means nothing.
MEANINGS = """
    CREATE TABLE {name} AS
    WITH one AS (
        SELECT codings, unnest(codings) AS coding, generate_subscripts(codings, 1) AS nth
        FROM (SELECT DISTINCT {codings} AS codings FROM {relation})
    ), known AS (
        SELECT codings, nth, excluded, coalesce(known."value", coding.code) AS word,
            row_number() OVER (PARTITION BY codings, nth ORDER BY length(known.code) DESC) AS rank
        FROM one JOIN code_meaning AS known
            ON known.listed_in = $listed_in AND known."system" = coding."system"
            AND (known.code = coding.code OR (and_subdivisions AND starts_with(coding.code, known.code)))
    )
    SELECT codings, arg_min(word, nth) AS meaning, list(DISTINCT word ORDER BY word) AS meanings
    FROM known WHERE rank = 1 AND NOT excluded GROUP BY codings
"""

GATHER = """
    CREATE TABLE {name} AS
    WITH record AS MATERIALIZED ({select}),
    pseudonymous AS (
        SELECT patient_id, pseudonym('Patient/' || patient_id) AS patient_key
        FROM (SELECT DISTINCT patient_id FROM record WHERE patient_id IS NOT NULL AND meaning IS NOT NULL)
    ), person AS (
        SELECT patient_id, coalesce(person_source.person_key, patient_key) AS person_key
        FROM pseudonymous LEFT JOIN person_source ON person_source.record_key = patient_key
    )
    SELECT record.*, person.person_key,
        coalesce(performer.facility_key, of_context.facility_key, '{unknown}') AS facility_key,
        CASE {outcomes} ELSE 'used' END AS outcome
    FROM record
    LEFT JOIN person ON person.patient_id = record.patient_id
    LEFT JOIN facility_key AS performer ON performer.organization_id = record.performer_organization_id
    LEFT JOIN organization_of_context AS context
        ON context.context_type = record.context_type AND context.context_id = record.context_id
    LEFT JOIN facility_key AS of_context ON of_context.organization_id = context.organization_id
"""

# Of records of one event the one written last stays, as it tells most; then the first by type and id.
COUNT_ONCE = """
    UPDATE {name} SET outcome = $outcome WHERE (resource_type, id) IN (
        SELECT (resource_type, id) FROM (
            SELECT resource_type, id, row_number() OVER (
                PARTITION BY {event} ORDER BY {first}, recorded_at DESC NULLS LAST, resource_type, id) AS nth
            FROM {name} WHERE outcome = 'used' AND {applies}
        ) WHERE nth > 1
    )
"""

ACCOUNTED = """
    CREATE TABLE IF NOT EXISTS accounted (
        patient_id VARCHAR, resource_type VARCHAR, "system" VARCHAR, code VARCHAR, outcome VARCHAR, resources BIGINT)
"""

ACCOUNT_FOR = """
    INSERT INTO accounted
    SELECT patient_id, {resource_type}, {coding}."system", {coding}.code, outcome, count(*) FROM {name} GROUP BY ALL
"""

KEEP_FLAT = "keep_flat_tables"

IDENTIFIER = """list_min(list_transform(
    list_filter(identifiers, lambda one: one."system" <> '' AND one."value" <> ''),
    lambda one: one."system" || '|' || one."value"))"""
"""SQL for the business identifier of a record: its first by text that has a system and a value, else NULL."""

RECORDED_AT = "try_cast(last_updated AS TIMESTAMPTZ)"
"""SQL for when the source last wrote a record; NULL if it does not say."""


@dataclass(frozen=True)
class Counted:
    """How many records of a type, with this first code, had this outcome."""

    resource_type: str
    system: str | None
    code: str | None
    outcome: str
    resources: int


def look_up(connection: DuckDBPyConnection, name: str, listed_in: str, relation: str, codings: str) -> None:
    """Make a table of the lists of codings in a column that mean something: `codings`, `meaning`, `meanings`.

    Args:
        connection: holds the codes.
        name: of the table made.
        listed_in: the list of codes (cascade.derive.codes).
        relation: where the codings are.
        codings: their column.
    """
    sql = MEANINGS.format(name=name, relation=relation, codings=codings)
    connection.execute(sql, {"listed_in": listed_in})


def outcomes(counting: Iterable[str], others: Iterable[str], further: str = "") -> str:
    """SQL: the cases that keep a record from being used, in order.

    Args:
        counting: the statuses of records that are used.
        others: the statuses that FHIR has besides.
        further: cases of the type's own, which come last.
    """
    return f"""
        WHEN id IS NULL THEN 'no_id'
        WHEN meaning IS NULL THEN 'unmapped'
        WHEN modifier_extensions > 0 THEN 'modifier_extension'
        WHEN status IS NULL THEN 'status_missing'
        WHEN status IN ({_listed(others)}) THEN 'status_' || status
        WHEN status NOT IN ({_listed(counting)}) THEN 'status_not_in_fhir'
        WHEN record.patient_id IS NULL THEN 'no_person'
        {further}
    """


def gather(
    connection: DuckDBPyConnection, name: str, select: str, cases: str, parameters: dict[str, object]
) -> None:
    """Make a table of records with the keys of person and facility, and the outcome of each.

    Args:
        connection: holds `person_source`, `facility_key`, `organization_of_context` and `pseudonym`.
        name: of the table made.
        select: SQL with at least the columns resource_type, id, patient_id, context_type, context_id,
            performer_organization_id, status, meaning (NULL: unmapped), modifier_extensions, recorded_at.
        cases: the outcomes of what is not used.
        parameters: prepared parameters of `select`.
    """
    sql = GATHER.format(name=name, select=select, outcomes=cases, unknown=UNKNOWN_FACILITY)
    connection.execute(sql, parameters)


def count_once(
    connection: DuckDBPyConnection, name: str, outcome: str, event: str, applies: str, first: str = "true"
) -> None:
    """Give all but one of the used records of the same event that outcome.

    Args:
        connection: holds the gathered table.
        name: of the gathered table.
        outcome: of the records left out.
        event: SQL columns that are the same for records of one event.
        applies: SQL condition on the records that have such an event.
        first: SQL that puts the record to keep first, before the time of writing.
    """
    sql = COUNT_ONCE.format(name=name, event=event, applies=applies, first=first)
    connection.execute(sql, {"outcome": outcome})


def account_for(
    connection: DuckDBPyConnection,
    name: str,
    *,
    coding: str = "codings[1]",
    resource_type: str = "resource_type",
) -> None:
    """Add the records of a gathered table, by patient, type, first code and outcome, to the account of the run."""
    connection.execute(ACCOUNTED)
    connection.execute(ACCOUNT_FOR.format(name=name, coding=coding, resource_type=resource_type))


def accounted(connection: DuckDBPyConnection) -> tuple[Counted, ...]:
    """What became of every record that a derivation accounted for."""
    connection.execute(ACCOUNTED)
    ordered = "SELECT * EXCLUDE (patient_id, resources), sum(resources)::BIGINT FROM accounted GROUP BY ALL ORDER BY ALL"
    return tuple(Counted(*row) for row in connection.execute(ordered).fetchall())


def done_with(connection: DuckDBPyConnection, table: str) -> None:
    """Drop a flat table that nothing needs any more, to keep memory for the rest; unless ``keep_flat`` was asked for."""
    kept = connection.execute(f"SELECT getvariable('{KEEP_FLAT}')").fetchone()
    if not (kept and kept[0]):
        connection.execute(f"DROP TABLE {table}")


def keep_flat(connection: DuckDBPyConnection) -> None:
    """Let derivations in this connection leave every flat table as it is."""
    connection.execute(f"SET VARIABLE {KEEP_FLAT} = true")


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)
