"""What care facilities gave patients, fetched for a decision about each."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import psycopg

from clinical.custody.care import CARE
from fhir_store.arrays import array
from services.access.decision.relationship import Care

Cares = Mapping[tuple[str, str], Sequence[Care]]
"""Of a facility and a patient."""

DONE_ON = """
(
    SELECT CASE WHEN bool_or(f.is_hand_over) AND bool_and(f.done_on IS NOT NULL) THEN max(f.done_on) END
    FROM clinical.care_task f
    WHERE f.care_id = t.source_id AND f.care_type = t.source_type AND f.patient_id = t.record_id
)
"""
"""The day on which the hand-over of the care ``t`` was acknowledged and all that was to follow was closed."""

CARES = f"""
SELECT t.facility_id, t.patient_id, t.began, t.ended, CASE WHEN t.ended IS NOT NULL THEN {DONE_ON} END
FROM {CARE} t
WHERE t.facility_id = ANY(%s::text[]) AND t.patient_id = ANY(%s::text[])
"""  # noqa: S608 - our own names


def cares_of(cursor: psycopg.Cursor[Any], facilities: Iterable[str], patients: Iterable[str]) -> Cares:
    """All that these facilities gave these patients."""
    found: dict[tuple[str, str], list[Care]] = defaultdict(list)
    cursor.execute(CARES, (array(sorted(facilities)), array(sorted(patients))))
    for facility, patient, began, ended, done_on in cursor.fetchall():
        found[facility, patient].append(Care(began, ended, done_on))
    return found
