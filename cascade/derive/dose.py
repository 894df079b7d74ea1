"""Doses of opioid agonist treatment, from administrations.

Every administration read gets exactly one outcome: `used`, or why it is not a row of the contract table.
Excluded are: another version of a record (the latest counts), what names no OAT medicine (unmapped), what a
modifier extension may turn into its opposite, every status that does not say "given" or "not given", amounts
of zero, and a second record of the same event.
"""

from duckdb import DuckDBPyConnection

from cascade.derive.cut import Cut
from cascade.derive.oat_medicine import MAY_BE_DEPOT, look_up_oat_medicines
from cascade.derive.records import account_for, done_with, look_up
from cascade.tables import UNKNOWN_FACILITY

MOST_DAYS_COVERED = 366
"""A dose that is said to cover more than a year is a slip of the pen. Proposed; the longest depot lasts a month or so."""

DEPENDENCE_REASONS = """
    CREATE TABLE dependence_reason AS
    WITH one AS (
        SELECT reason_codings, unnest(reason_codings) AS coding
        FROM (SELECT DISTINCT reason_codings FROM medication_administration)
    )
    SELECT DISTINCT reason_codings FROM one JOIN opioid_dependence_code AS known
        ON known."system" = one.coding."system"
        AND (one.coding.code = known.code OR (and_subdivisions AND starts_with(one.coding.code, known.code)))
"""

# Partial dates say what they surely say: a month has a first and a last day, and no day in it is guessed.
# A leap second (:60) is the second before it. A time without offset is in the facility's zone (session zone).
ADMINISTERED = """
    CREATE TABLE administered AS
    WITH coded AS (
        SELECT administration.*, coalesce(administration.medication_codings, medication.codings) AS codings,
            regexp_extract(coalesce(effective_date_time, effective_start), '^[0-9]{4}(-.*)?$') AS given_text
        FROM medication_administration AS administration
        ANTI JOIN supplied_watched ON supplied_watched.id = administration.id
        LEFT JOIN medication ON medication.id = administration.medication_id
    ), timed AS (
        SELECT *, CASE WHEN length(given_text) > 10
            THEN try_cast(replace(given_text, ':60', ':59') AS TIMESTAMPTZ) END AS given_at
        FROM coded
    ), dated AS (
        SELECT *, CASE WHEN given_at IS NOT NULL THEN timezone($zone, given_at)::DATE
            WHEN length(given_text) = 10 THEN try_cast(given_text AS DATE) END AS given_on
        FROM timed
    )
    SELECT id, patient_id, context_type, context_id, status, dose_value, dose_unit, dose_unit_code,
        dated.codings[1]."system" AS medication_system, dated.codings[1].code AS medication_code,
        modifier_extensions > 0 AS modified,
        CASE WHEN status_reason_codings IS NOT NULL THEN coalesce(reason_of_dose.meaning, 'other') END AS reason,
        request_id, CASE WHEN covers_days BETWEEN 1 AND $most_days THEN covers_days END AS covers_days,
        len(list_filter(list_concat(part_of_ids, supporting_ids), lambda one: one IS NOT NULL)) > 0 AS again,
        list_min(list_transform(list_filter(identifiers, lambda one: one."system" <> '' AND one."value" <> ''),
            lambda one: one."system" || '|' || one."value")) AS identifier,
        try_cast(last_updated AS TIMESTAMPTZ) AS recorded_at,
        given_at, given_on,
        coalesce(given_on, CASE length(given_text)
            WHEN 7 THEN try_cast(given_text || '-01' AS DATE)
            WHEN 4 THEN try_cast(given_text || '-01-01' AS DATE) END) AS given_lo,
        coalesce(given_on, CASE length(given_text)
            WHEN 7 THEN last_day(try_cast(given_text || '-01' AS DATE))
            WHEN 4 THEN try_cast(given_text || '-12-31' AS DATE) END) AS given_hi,
        CASE WHEN NOT medicine.needs_reason OR dependence_reason.reason_codings IS NOT NULL
            THEN medicine.atc END AS atc
    FROM dated
    LEFT JOIN oat_codings ON oat_codings.codings = dated.codings
    LEFT JOIN dependence_reason ON dependence_reason.reason_codings = dated.reason_codings
    LEFT JOIN reason_of_dose ON reason_of_dose.codings = dated.status_reason_codings
"""

# FHIR R4 MedicationAdministration.status. Stopped with an amount is a dose begun: what was swallowed counts.
OUTCOMES = """
    ALTER TABLE administered ADD COLUMN outcome VARCHAR;
    UPDATE administered SET outcome = CASE
        WHEN id IS NULL THEN 'no_id'
        WHEN atc IS NULL THEN 'unmapped'
        WHEN modified THEN 'modifier_extension'
        WHEN status IS NULL THEN 'status_missing'
        WHEN status IN ('entered-in-error', 'in-progress', 'on-hold', 'unknown') THEN 'status_' || status
        WHEN status NOT IN ('completed', 'stopped', 'not-done') THEN 'status_not_in_fhir'
        WHEN patient_id IS NULL THEN 'no_person'
        WHEN status = 'completed' AND dose_value <= 0 THEN 'amount_zero'
        WHEN status = 'stopped' AND NOT coalesce(dose_value > 0, false) THEN 'stopped_without_amount'
        ELSE 'used' END
"""

# Two records of one event may be of two Patient records of one human.
PEOPLE = """
    CREATE TABLE person_of_dose AS
    WITH pseudonymous AS (
        SELECT patient_id, pseudonym('Patient/' || patient_id) AS patient_key
        FROM (SELECT DISTINCT patient_id FROM administered WHERE outcome = 'used')
    )
    SELECT patient_id, coalesce(person_source.person_key, patient_key) AS person_key
    FROM pseudonymous LEFT JOIN person_source ON person_source.record_key = patient_key
"""

# Of records of one event the one that says "given" stays, then the first recorded, then the first by id. Hashes tell
# which events may be there twice; only those are compared, and by all that they say.
COUNT_ONCE = """
    UPDATE administered SET outcome = $outcome WHERE id IN (
        WITH named AS (
            SELECT id, {event} AS event, status <> 'not-done' AS given, recorded_at
            FROM administered JOIN person_of_dose USING (patient_id) WHERE outcome = 'used' AND {applies}
        ), repeated AS (
            SELECT hash(event) AS hashed FROM named GROUP BY hashed HAVING count(*) > 1
        ), ranked AS (
            SELECT id, row_number() OVER (
                PARTITION BY event ORDER BY given DESC, recorded_at NULLS FIRST, id) AS nth
            FROM named SEMI JOIN repeated ON hashed = hash(event)
        )
        SELECT id FROM ranked WHERE nth > 1
    )
"""
SAME_IDENTIFIER = COUNT_ONCE.format(event="(person_key, identifier)", applies="identifier IS NOT NULL")
SAME_EVENT = COUNT_ONCE.format(
    event="(person_key, atc, given_at, dose_value, coalesce(dose_unit_code, dose_unit), status = 'not-done')",
    applies="identifier IS NULL AND given_at IS NOT NULL",
)

# What a depot covers is the interval of the order that the dose names; of a dose that names none that is known, the
# shortest among the orders of its medicine on its day, so that a dose of every day is not taken for a depot.
DEPOTS = """
    CREATE TABLE order_of_depot AS
    SELECT administered.id, coalesce(min(named.days_between), min(valid.interval_days)) AS interval_days
    FROM administered JOIN person_of_dose USING (patient_id)
    LEFT JOIN ordered AS named
        ON named.id = request_id AND named.outcome = 'used' AND named.meaning = administered.atc
    LEFT JOIN treatment_order AS valid
        ON valid.person_key = person_of_dose.person_key AND valid.atc = administered.atc
        AND given_on BETWEEN valid.valid_from AND coalesce(valid.valid_to, given_on)
    WHERE administered.outcome = 'used' AND administered.status <> 'not-done'
        AND administered.atc = $depot AND administered.covers_days IS NULL
    GROUP BY administered.id
"""

DOSE = """
    CREATE TABLE dose AS
    SELECT pseudonym('MedicationAdministration/' || id) AS record_key,
        person_key,
        coalesce(facility_key, $unknown) AS facility_key,
        pseudonym('Identifier/' || identifier) AS business_id,
        recorded_at,
        atc,
        CASE WHEN status = 'not-done' THEN 'not_given' WHEN again THEN 'redose'
            WHEN status = 'stopped' THEN 'partial' ELSE 'given' END AS status,
        CASE WHEN status = 'not-done' THEN reason END AS reason,
        given_at, given_on, given_lo, given_hi,
        CASE WHEN status = 'not-done' OR NOT isfinite(dose_value) THEN NULL
            ELSE dose_value * CASE coalesce(dose_unit_code, lower(dose_unit))
                WHEN 'mg' THEN 1 WHEN 'g' THEN 1000 WHEN 'ug' THEN 0.001 END
        END::DOUBLE AS given_mg,
        CASE WHEN status = 'not-done' THEN 1
            ELSE greatest(coalesce(covers_days, interval_days, 1), 1) END::BIGINT AS covers_days
    FROM administered
    JOIN person_of_dose USING (patient_id)
    LEFT JOIN order_of_depot USING (id)
    LEFT JOIN organization_of_context USING (context_type, context_id)
    LEFT JOIN facility_key USING (organization_id)
    WHERE outcome = 'used'
"""


def derive(connection: DuckDBPyConnection, cut: Cut) -> None:
    """Make the contract table `dose`; needs the flat tables, the codes, the facilities and `pseudonym`.

    Administrations of supply are left out. The flat table `medication_administration` is dropped on the way, to keep
    memory for the rest.

    Args:
        connection: holds the flat tables; its session time zone is `zone`.
        cut: the calendar in which a dose's civil day is told.
    """
    look_up_oat_medicines(connection, "oat_codings", "medication_administration")
    look_up(connection, "reason_of_dose", "dose_reason", "medication_administration", "status_reason_codings")
    connection.execute(DEPENDENCE_REASONS)
    connection.execute(ADMINISTERED, {"zone": cut.zone, "most_days": MOST_DAYS_COVERED})
    # By far the largest table; what follows needs only what was made of it.
    done_with(connection, "medication_administration")
    connection.execute(OUTCOMES)
    connection.execute(PEOPLE)
    connection.execute(SAME_IDENTIFIER, {"outcome": "duplicate_identifier"})
    connection.execute(SAME_EVENT, {"outcome": "duplicate_event"})
    account_for(
        connection,
        "administered",
        coding="{'system': medication_system, 'code': medication_code}",
        resource_type="'MedicationAdministration'",
    )
    connection.execute(DEPOTS, {"depot": MAY_BE_DEPOT})
    connection.execute(DOSE, {"unknown": UNKNOWN_FACILITY})
