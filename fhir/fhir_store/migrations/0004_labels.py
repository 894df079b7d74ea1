"""How sensitive each version is and who keeps it: for what is current, and for every version.

``throughcare migrate`` derives both, and the search index, again. The index rows no longer say it themselves: a row
has the key of its resource.

Revision ID: fhir_store_0004
"""

from alembic import op

revision = "fhir_store_0004"
down_revision = "fhir_store_0003"
branch_labels = None
depends_on = None

COLUMNS = """
ALTER TABLE fhir_store.current_resource
    ADD COLUMN labels integer NOT NULL DEFAULT 0,
    ADD COLUMN facility varchar,
    ADD COLUMN about_since integer NOT NULL DEFAULT 1;
ALTER TABLE fhir_store.resource_version
    ADD COLUMN labels integer NOT NULL DEFAULT 0,
    ADD COLUMN facility varchar;
"""

# These two are derived. What was written still cannot be rewritten by the server.
GRANTS = "GRANT UPDATE (labels, facility) ON fhir_store.resource_version TO throughcare_server"

OF_EVERY_ROW = (
    "index_token",
    "index_string",
    "index_reference",
    "index_date",
    "index_quantity",
    "index_composite",
)


def upgrade() -> None:
    op.execute(COLUMNS)
    op.execute(GRANTS)
    for table in OF_EVERY_ROW:
        op.execute(f"ALTER TABLE fhir_store.{table} DROP COLUMN facility, DROP COLUMN labels")


def downgrade() -> None:
    """Refused: a record that is kept for ever is not dropped by a command."""
    raise NotImplementedError("The record store is never dropped. Restore a backup instead.")
