"""Row-level security on the projections.

Revision ID: clinical_0005
"""

from alembic import op

revision = "clinical_0005"
down_revision = "clinical_0003"
branch_labels = None
depends_on = ("fhir_store_0006",)

TABLES = ("stay", "treatment_relationship", "hand_over_answer")


def upgrade() -> None:
    for table in TABLES:
        op.execute(f"SELECT fhir_store.show_only_to('clinical.{table}', 'record')")


def downgrade() -> None:
    """Refused: a wall is not taken down by a command."""
    raise NotImplementedError("The walls stay. Restore a backup instead.")
