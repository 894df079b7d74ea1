"""Supply: antiretrovirals dispensed, given at release, watched or stated; and OAT that is taken home or stated.

An order alone is none. Antiretrovirals are ART unless a reason says that they are prophylaxis; of a dispensing, the reason
is that of the order it names.
"""

import tomllib
from pathlib import Path

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

DAYS_ASSUMED = Path(__file__).parent / "days_assumed.toml"

DISPENSED = ("completed",)
NOT_DISPENSED = (
    "preparation",
    "in-progress",
    "cancelled",
    "on-hold",
    "entered-in-error",
    "stopped",
    "declined",
    "unknown",
)
WATCHED = ("completed",)
NOT_WATCHED = ("in-progress", "not-done", "on-hold", "entered-in-error", "stopped", "unknown")
STATED = ("active", "completed", "intended")
NOT_STATED = ("entered-in-error", "stopped", "on-hold", "unknown", "not-taken")

# The reason of a dispensing is that of the first order it names which is among the records read and gives one.
REASONS_OF_DISPENSE = """
    CREATE TABLE reason_of_dispense AS
    SELECT dispense.id, arg_min(request.reason_codings, nth) AS reason_codings
    FROM (SELECT id, unnest(prescription_ids) AS prescription_id, generate_subscripts(prescription_ids, 1) AS nth
        FROM medication_dispense) AS dispense
    JOIN medication_request AS request ON request.id = prescription_id
    WHERE len(request.reason_codings) > 0
    GROUP BY dispense.id
"""

# Every list of codings of a medicine, and of a reason, in one column each, so that each is looked up once.
MEDICINES = """
    CREATE TABLE supplied_codings AS
    SELECT medication_codings AS codings FROM medication_administration
    UNION SELECT medication_codings FROM medication_dispense
    UNION SELECT medication_codings FROM medication_statement
    UNION SELECT codings FROM medication
"""
REASONS = """
    CREATE TABLE supplied_reasons AS
    SELECT reason_codings AS codings FROM medication_administration
    UNION SELECT reason_codings FROM medication_statement
    UNION SELECT reason_codings FROM reason_of_dispense
"""

# As for doses: of two OAT medicines, one that needs no reason goes first, then the first by code.
OAT_MEDICINES = """
    CREATE TABLE oat_of_codings AS
    SELECT codings, min({'needs_reason': only_for_opioid_dependence, 'atc': atc}) AS medicine
    FROM (SELECT codings, unnest(codings) AS coding FROM supplied_codings) AS one
    JOIN oat_medication_code AS known ON known."system" = coding."system" AND known.code = coding.code
    GROUP BY codings
"""

CODED = """
    SELECT {kind} AS kind, '{resource_type}' AS resource_type, record.id, patient_id, context_type, context_id,
        {performer} AS performer_organization_id, status,
        coalesce(medication_codings, medication.codings) AS codings, {reasons} AS reason_codings,
        {start} AS start_text, {end} AS end_text, {days} AS days, {amount} AS amount,
        identifiers, record.last_updated, modifier_extensions
    FROM {table} AS record LEFT JOIN medication ON medication.id = record.medication_id {joined}
"""

DISPENSES = CODED.format(
    kind="CASE WHEN release.codings IS NULL THEN 'dispensed' ELSE 'release_supply' END",
    resource_type="MedicationDispense",
    performer="performer_organization_id",
    reasons="reason.reason_codings",
    start=dates.written("handed_over"),
    end="NULL::VARCHAR",
    days="""CASE WHEN isfinite(days_supply) AND days_supply > 0 THEN days_supply * CASE
        WHEN days_supply_unit IS NULL OR lower(days_supply_unit) IN ('d', 'day', 'days') THEN 1
        WHEN lower(days_supply_unit) IN ('wk', 'week', 'weeks') THEN 7 END END""",
    amount="quantity_value",
    table="medication_dispense",
    joined="""
        LEFT JOIN reason_of_dispense AS reason ON reason.id = record.id
        LEFT JOIN release_supply_type AS release ON release.codings = record.type_codings""",
)
STATEMENTS = CODED.format(
    kind="'stated'",
    resource_type="MedicationStatement",
    performer="performer_organization_id",
    reasons="record.reason_codings",
    start=dates.written("effective_start"),
    end=dates.written("effective_end"),
    days="NULL::DOUBLE",
    amount="NULL::DOUBLE",
    table="medication_statement",
    joined="",
)
# One day for each administration that was watched. OAT that was watched is a dose.
ADMINISTRATIONS = CODED.format(
    kind="'administered'",
    resource_type="MedicationAdministration",
    performer="NULL::VARCHAR",
    reasons="record.reason_codings",
    start=dates.written("coalesce(effective_date_time, effective_start)"),
    end="NULL::VARCHAR",
    days="1::DOUBLE",
    amount="dose_value",
    table="medication_administration",
    joined="""
        JOIN art_of_codings AS watched ON watched.codings = coalesce(medication_codings, medication.codings)
        WHERE record.id IS NOT NULL""",
)

SUPPLIED = f"""
    SELECT coded.* EXCLUDE (identifiers, last_updated),
        CASE WHEN art.meaning IS NOT NULL THEN art.meaning
            WHEN NOT oat.medicine.needs_reason OR list_contains(dependence.meanings, 'opioid_dependence')
            THEN oat.medicine.atc END AS meaning,
        CASE WHEN art.meaning IS NULL THEN 'oat' ELSE coalesce(reason.meaning, 'art') END AS line,
        {dates.columns("start_text", "supplied", with_instant=True)},
        {dates.first_day("end_text")} AS end_lo, {dates.last_day("end_text")} AS end_hi,
        {IDENTIFIER} AS identifier, {RECORDED_AT} AS recorded_at
    FROM ({{coded}}) AS coded
    LEFT JOIN art_of_codings AS art ON art.codings = coded.codings
    LEFT JOIN oat_of_codings AS oat ON oat.codings = coded.codings
    LEFT JOIN reason_of_codings AS reason ON reason.codings = coded.reason_codings
    LEFT JOIN diagnosis_of_codings AS dependence ON dependence.codings = coded.reason_codings
"""  # noqa: S608 - our own text
AMOUNT_ZERO = "WHEN amount <= 0 THEN 'amount_zero'"
SOURCES = {
    "supplied_dispense": (DISPENSES, outcomes(DISPENSED, NOT_DISPENSED, AMOUNT_ZERO)),
    "supplied_statement": (STATEMENTS, outcomes(STATED, NOT_STATED)),
    "supplied_watched": (ADMINISTRATIONS, outcomes(WATCHED, NOT_WATCHED, AMOUNT_ZERO)),
}
UNITED = "CREATE TABLE supplied AS " + " UNION ALL BY NAME ".join(f"FROM {name}" for name in SOURCES)

# The stronger evidence of one event stays: watched, then handed over, then said.
STRONGEST = "list_position(['administered', 'release_supply', 'dispensed', 'stated'], kind)"

# A statement that is over without saying when covers its first day only. An end of which only the month or year is known
# is the first day that it can have been, but not before the start.
SUPPLY = """
    CREATE TABLE supply AS
    SELECT pseudonym(resource_type || '/' || id) AS record_key, person_key, facility_key, line, meaning AS atc, kind,
        supplied_on, supplied_lo, supplied_hi, supplied.days,
        CASE WHEN supplied.days IS NULL AND kind <> 'stated' THEN assumed.days END AS days_assumed,
        CASE WHEN kind = 'stated' THEN coalesce(
            CASE WHEN end_lo IS NOT NULL THEN greatest(end_lo, least(end_hi, coalesce(supplied_lo, end_lo))) END,
            CASE WHEN status = 'completed' THEN supplied_lo END) END AS until_on
    FROM supplied LEFT JOIN (SELECT unnest($lines) AS line, unnest($days) AS days) AS assumed USING (line)
    WHERE outcome = 'used'
"""


def days_assumed() -> dict[str, float]:
    """Days of medicine taken where a supply does not say how many, by line. Proposed; the file says why."""
    listed = tomllib.loads(DAYS_ASSUMED.read_text(encoding="utf-8"))
    return {line: float(one["days"]) for line, one in listed.items() if isinstance(one, dict)}


def derive(connection: DuckDBPyConnection, cut: Cut) -> None:
    """Make the contract table `supply`; the administrations that it accounts for are in `supplied_watched`."""
    _look_up(connection)
    for name, (coded, cases) in SOURCES.items():
        gather(connection, name, SUPPLIED.format(coded=coded), cases, {"zone": cut.zone})
    connection.execute(UNITED)
    _count_once(connection)
    account_for(connection, "supplied")
    assumed = days_assumed()
    connection.execute(SUPPLY, {"lines": list(assumed), "days": list(assumed.values())})


def _look_up(connection: DuckDBPyConnection) -> None:
    for sql in (REASONS_OF_DISPENSE, MEDICINES, REASONS, OAT_MEDICINES):
        connection.execute(sql)
    look_up(connection, "art_of_codings", "art_medication", "supplied_codings", "codings")
    look_up(connection, "reason_of_codings", "medication_reason", "supplied_reasons", "codings")
    look_up(connection, "diagnosis_of_codings", "diagnosis", "supplied_reasons", "codings")
    look_up(connection, "release_supply_type", "dispense_type", "medication_dispense", "type_codings")


def _count_once(connection: DuckDBPyConnection) -> None:
    count_once(
        connection,
        "supplied",
        "duplicate_identifier",
        event="person_key, line, identifier",
        applies="identifier IS NOT NULL",
        first=STRONGEST,
    )
    count_once(
        connection,
        "supplied",
        "duplicate_event",
        event="person_key, line, meaning, kind, supplied_on, supplied_at, end_lo, days, amount",
        applies="identifier IS NULL AND supplied_on IS NOT NULL",
    )
