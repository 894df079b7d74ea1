"""Orders of opioid agonist treatment, from MedicationRequests.

An order counts while it is valid, whatever became of it since. What was cancelled, drafted or entered in error never was
one. An order that does not say in whole days how often a dose is due makes no due days, and is left out.
"""

from datetime import date

from duckdb import DuckDBPyConnection

from cascade.derive import dates
from cascade.derive.cut import Cut
from cascade.derive.oat_medicine import look_up_oat_medicines
from cascade.derive.records import RECORDED_AT, account_for, gather, look_up, outcomes

COUNTING = ("active", "on-hold", "completed", "stopped")
OTHERS = ("cancelled", "draft", "entered-in-error", "unknown")

FIRST_OAT = date(1965, 1, 1)
"""Nobody was treated before (Dole and Nyswander, JAMA 1965): an order of an earlier day has a slip in its year."""

LONGEST_INTERVAL_DAYS = 366
"""A dose that is due more rarely than once a year is a slip of the pen. Proposed; the longest depot lasts a month or so."""

MOST_TIMES_A_DAY = 24
"""Doses on one day beyond which the rhythm is a slip of the pen. Proposed; split doses are two."""

# A month between two depots is four weeks.
DAYS_BETWEEN = """
    (CASE WHEN isfinite(period) AND period > 0 AND coalesce(frequency, 1) > 0 THEN
        period * CASE period_unit WHEN 'h' THEN 1.0 / 24 WHEN 'd' THEN 1 WHEN 'wk' THEN 7 WHEN 'mo' THEN 28 END
            / coalesce(frequency, 1) END)"""

ORDERED = f"""
    SELECT 'MedicationRequest' AS resource_type, request.id, patient_id, 'Encounter' AS context_type,
        encounter_id AS context_id, requester_id AS performer_organization_id, status, intent, do_not_perform,
        coalesce(medication_codings, medication.codings) AS codings, medicine.atc AS meaning,
        round({DAYS_BETWEEN}, 6) AS days_between, round(1 / {DAYS_BETWEEN}, 6) AS times_a_day,
        {dates.first_day("start_text")} AS valid_from, end_text,
        {dates.last_day_of_period("end_text")} AS planned_to,
        timezone($zone, recorded_at)::DATE AS written_on, modifier_extensions
    FROM (SELECT *, {dates.written("coalesce(validity_start, authored_on)")} AS start_text,
        {dates.written("validity_end")} AS end_text, {RECORDED_AT} AS recorded_at
        FROM medication_request) AS request
    LEFT JOIN medication ON medication.id = request.medication_id
    JOIN oat_medicine_of_order AS known ON known.codings = coalesce(medication_codings, medication.codings)
    LEFT JOIN reason_of_order AS reason ON reason.codings = request.reason_codings
    WHERE NOT medicine.needs_reason OR list_contains(reason.meanings, 'opioid_dependence')
"""  # noqa: S608 - our own text

CASES = outcomes(
    COUNTING,
    OTHERS,
    f"""
        WHEN intent IS DISTINCT FROM 'order' THEN 'not_an_order'
        WHEN do_not_perform THEN 'do_not_perform'
        WHEN valid_from IS NULL OR valid_from < DATE '{FIRST_OAT}' THEN 'begin_not_readable'
        WHEN end_text IS NOT NULL AND planned_to IS NULL THEN 'end_not_readable'
        WHEN planned_to < valid_from THEN 'ends_before_it_begins'
        WHEN coalesce(NOT (days_between = floor(days_between) AND days_between BETWEEN 1 AND {LONGEST_INTERVAL_DAYS}
            OR times_a_day = floor(times_a_day) AND times_a_day BETWEEN 1 AND {MOST_TIMES_A_DAY}), true) THEN 'timing_not_readable'
    """,
)

# The validity is a plan. What was stopped has not run beyond the day on which that was written; what is over without an end
# has run up to that day, and nobody knows of more than its first day if it was not written when.
TREATMENT_ORDER = """
    CREATE TABLE treatment_order AS
    SELECT pseudonym('MedicationRequest/' || id) AS record_key, person_key, facility_key, meaning AS atc,
        greatest(days_between, 1)::BIGINT AS interval_days, greatest(times_a_day, 1)::BIGINT AS times, valid_from,
        CASE status
            WHEN 'stopped' THEN greatest(valid_from, least(planned_to, written_on))
            WHEN 'completed' THEN greatest(valid_from, coalesce(planned_to, written_on))
            ELSE planned_to END AS valid_to
    FROM ordered WHERE outcome = 'used'
"""


def derive(connection: DuckDBPyConnection, cut: Cut) -> None:
    """Make the contract table `treatment_order`, and for doses `ordered`, which has the ids of the records.

    A MedicationRequest of another medicine is read for its reason only, and is not accounted for here.
    """
    look_up_oat_medicines(connection, "oat_medicine_of_order", "medication_request")
    look_up(connection, "reason_of_order", "diagnosis", "medication_request", "reason_codings")
    gather(connection, "ordered", ORDERED, CASES, {"zone": cut.zone})
    account_for(connection, "ordered")
    connection.execute(TREATMENT_ORDER)
