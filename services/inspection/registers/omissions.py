"""Doses that were planned and not given, by reason."""

from collections.abc import Iterator
from typing import Any

import psycopg

from fhir_store.search import Context, parse_query
from fhir_store.search_values import param_id
from services.inspection.registers.register import Line, Period, Register
from services.inspection.registers.where import STAY
from services.shared.languages import N_

TYPE = "MedicationAdministration"
DOSE_REASON = "urn:throughcare:code-system:dose-reason"

# By the index of the search for status and time; the country is not read, the period is.
COUNT = """
SELECT s.facility_id, w.reason, count(*) FROM (
    SELECT m.patient, min(d.low) AS since, min(d.high) AS until, coalesce(min(r.code), '') AS reason
    FROM fhir_store.current_resource c
    JOIN fhir_store.compartment m ON m.key = c.key
    JOIN fhir_store.index_date d ON d.key = c.key AND d.param = %s
    LEFT JOIN fhir_store.index_token r ON r.key = c.key AND r.param = %s AND r.system = %s
    WHERE {found} GROUP BY c.key, m.patient
) w {stay} GROUP BY 1, 2
"""


def count(cursor: psycopg.Cursor[Any], period: Period, context: Context) -> Iterator[Line]:
    """Each dose that is recorded as not given, where the person was then."""
    criteria = [
        ("status", "not-done"),
        ("effective-time", f"ge{period.first}"),
        ("effective-time", f"le{period.last}"),
    ]
    found = parse_query(TYPE, criteria, context=context).where
    arguments = (param_id(TYPE, "effective-time"), param_id(TYPE, "reason-not-given"), DOSE_REASON)
    cursor.execute(COUNT.format(found=found.text, stay=STAY), (*arguments, *found.args))
    yield from (Line(*row) for row in cursor.fetchall())


REGISTER = Register(
    "omissions",
    N_("Doses not given"),
    N_("Doses of opioid agonist treatment and other medicines that are recorded as not given, by their day."),
    N_("MedicationAdministration with status not-done and effectiveDateTime, by statusReason"),
    {
        "refused": N_("Refused by the person"),
        "absent": N_("The person was absent"),
        "court": N_("At court"),
        "hospital": N_("In hospital"),
        "released": N_("Released"),
        "lockdown": N_("Lockdown"),
        "no-stock": N_("No stock"),
        "no-nurse": N_("No nurse"),
        "clinical": N_("For a clinical reason"),
        "no-order": N_("No valid order"),
        "spilled": N_("Spilled"),
    },
    count,
)
