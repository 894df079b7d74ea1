"""When places and roles were written: whoever keeps something of them in memory asks at each use whether one changed.

Revision ID: fhir_store_0007
"""

from alembic import op

revision = "fhir_store_0007"
down_revision = "fhir_store_0006"
branch_labels = None
depends_on = None

# Of a country a few thousand rows: what is written since is found by the number of its transaction.
INDEX = """
CREATE INDEX resource_version_of_places ON fhir_store.resource_version (xid)
WHERE type IN ('HealthcareService', 'Location', 'Organization', 'PractitionerRole')
"""


def upgrade() -> None:
    op.execute(INDEX)


def downgrade() -> None:
    """Refused: a record that is kept for ever is not dropped by a command."""
    raise NotImplementedError("The record store is never dropped. Restore a backup instead.")
