"""Questions about the whole store that an administrator asks."""

from sqlalchemy import Connection, text

MISSING_TARGETS = text("""
SELECT count(*) FROM (
    SELECT DISTINCT target_type, target_id FROM fhir_store.index_reference WHERE target_id <> ''
) r
WHERE NOT EXISTS (SELECT FROM fhir_store.current_resource c WHERE c.type = r.target_type AND c.id = r.target_id)
""")


def missing_targets(connection: Connection) -> int:
    """How many resources are referred to but are not here."""
    return int(connection.execute(MISSING_TARGETS).scalar_one())
