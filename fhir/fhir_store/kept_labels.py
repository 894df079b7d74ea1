"""The labels of resources and who keeps them, apart from their bodies: for a decision about each one."""

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

import psycopg

from fhir_store.arrays import array

KEPT = """
SELECT c.type, c.id, c.labels, c.facility FROM fhir_store.current_resource c
JOIN unnest(%s::text[], %s::text[]) AS asked (type, id) USING (type, id)
"""
AMONG = """
SELECT DISTINCT m.patient
FROM fhir_store.compartment m JOIN fhir_store.current_resource c USING (key)
WHERE m.patient = ANY(%s) AND m.type = ANY(%s) AND NOT c.deleted AND c.labels & %s <> 0
"""


class Kept(NamedTuple):
    """What is kept of a resource beside its body."""

    labels: int
    """As bits."""
    facility: str | None


def kept_of(
    cursor: psycopg.Cursor[Any], names: Collection[tuple[str, str]]
) -> Mapping[tuple[str, str], Kept]:
    """Of each resource, by its type and id. In a snapshot it belongs to the very version that is fetched there."""
    cursor.execute(KEPT, (array(type_ for type_, _ in names), array(id_ for _, id_ in names)))
    return {(type_, id_): Kept(labels, facility) for type_, id_, labels, facility in cursor.fetchall()}


def patients_with(
    cursor: psycopg.Cursor[Any], labels: int, types: Collection[str], among: Collection[str]
) -> frozenset[str]:
    """The ids of those ``among`` some Patients who have a record of one of the types with any of the labels, as bits."""
    cursor.execute(AMONG, (sorted(among), sorted(types), labels))
    return frozenset(patient for (patient,) in cursor.fetchall())
