"""Of which people there are records with certain labels."""

from collections.abc import Collection
from typing import Any

import psycopg

AMONG = """
SELECT DISTINCT m.patient
FROM fhir_store.compartment m JOIN fhir_store.current_resource c USING (key)
WHERE m.patient = ANY(%s) AND m.type = ANY(%s) AND NOT c.deleted AND c.labels & %s <> 0
"""


def patients_with(
    cursor: psycopg.Cursor[Any], labels: int, types: Collection[str], among: Collection[str]
) -> frozenset[str]:
    """The ids of those ``among`` some Patients who have a record of one of the types with any of the labels, as bits."""
    cursor.execute(AMONG, (sorted(among), sorted(types), labels))
    return frozenset(patient for (patient,) in cursor.fetchall())
