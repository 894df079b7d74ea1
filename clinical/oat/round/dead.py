"""Who has died, as the record says. Nobody waits for a dose of theirs; what was given before stays."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import psycopg

from fhir_store.arrays import array
from fhir_store.search_values import param_id

# Who is said to have died, without a day or by the instant; and whose stay ended so.
DEAD = """
SELECT c.id FROM fhir_store.current_resource c
JOIN fhir_store.index_token t ON t.key = c.key AND t.param = %(deceased)s AND t.code = 'true'
WHERE c.type = 'Patient' AND c.id = ANY(%(patients)s::text[]) AND NOT c.deleted
    AND NOT EXISTS (SELECT FROM fhir_store.index_date d WHERE d.key = c.key AND d.param = %(day)s AND d.low > %(at)s)
UNION
SELECT s.patient_id FROM clinical.stay s
WHERE s.patient_id = ANY(%(patients)s::text[]) AND s.exit_reason = 'death' AND s.ended_at <= %(at)s
"""


def dead(cursor: psycopg.Cursor[Any], patients: Collection[str], at: datetime) -> frozenset[str]:
    """Those of some Patients who had died by an instant. A merged person is dead if one of their records says so."""
    asked = {
        "patients": array(sorted(patients)),
        "deceased": param_id("Patient", "deceased"),
        "day": param_id("Patient", "death-date"),
        "at": at,
    }
    return frozenset(id_ for (id_,) in cursor.execute(DEAD, asked).fetchall())
