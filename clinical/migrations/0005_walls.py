"""Row-level security on the projections.

Revision ID: clinical_0005
"""

from alembic import op

revision = "clinical_0005"
down_revision = "clinical_0004"
branch_labels = None
depends_on = ("fhir_store_0006",)

OF_THE_RECORD = ("treatment_relationship", "hand_over_answer")
OF_CUSTODY = ("stay", "custody_call", "call_room", "fitness_for_transfer")
"""What custody reads too."""


def upgrade() -> None:
    for table in OF_THE_RECORD:
        op.execute(f"SELECT fhir_store.show_only_to('clinical.{table}', 'record')")
    for table in OF_CUSTODY:
        op.execute(f"SELECT fhir_store.show_only_to('clinical.{table}', 'record')")
        op.execute(f"SELECT fhir_store.also_show('clinical.{table}', 'custody', 'true')")


def downgrade() -> None:
    """Refused: a wall is not taken down by a command."""
    raise NotImplementedError("The walls stay. Restore a backup instead.")
