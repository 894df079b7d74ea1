"""The labels of resources and who keeps them, apart from their bodies: for a decision about each one."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import psycopg

from fhir_store.arrays import array
from fhir_store.read import Stored

KEPT = """
SELECT c.type, c.id, c.labels, c.facility FROM fhir_store.current_resource c
JOIN unnest(%s::text[], %s::text[]) AS asked (type, id) USING (type, id)
"""


class Kept(NamedTuple):
    """What is kept of a resource beside its body."""

    labels: int
    """As bits."""
    facility: str | None


def kept_of(cursor: psycopg.Cursor[Any], resources: Iterable[Stored]) -> Mapping[tuple[str, str], Kept]:
    """Of each resource, by its type and id. In a snapshot it belongs to the very version that was fetched there."""
    asked = [(one.type, one.id) for one in resources]
    cursor.execute(KEPT, (array(type_ for type_, _ in asked), array(id_ for _, id_ in asked)))
    return {(type_, id_): Kept(labels, facility) for type_, id_, labels, facility in cursor.fetchall()}
