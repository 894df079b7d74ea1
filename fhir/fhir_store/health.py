"""Questions about the whole store that an administrator asks."""

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import Connection, text

ABSENT_TARGETS = text("""
SELECT r.target_type AS type, r.target_id AS id, count(DISTINCT r.key) AS referring
FROM fhir_store.index_reference r
WHERE r.target_id <> '' AND NOT EXISTS (
    SELECT FROM fhir_store.current_resource c WHERE c.type = r.target_type AND c.id = r.target_id)
GROUP BY r.target_type, r.target_id
ORDER BY r.target_type, r.target_id
""")


class AbsentTarget(NamedTuple):
    """A resource that is referred to and is not here, and how many resources refer to it."""

    type: str
    id: str
    referring: int


def absent_targets(connection: Connection) -> Iterator[AbsentTarget]:
    """Every resource that is referred to but is not here; a deleted one has been here."""
    return (AbsentTarget(*row) for row in connection.execute(ABSENT_TARGETS))
