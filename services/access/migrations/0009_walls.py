"""Row-level security on what the audit log knows of people, and on whose record was opened. Whoever looks at something adds to it, and sees none of it.

Revision ID: access_0009
"""

from alembic import op

revision = "access_0009"
down_revision = "access_0008"
branch_labels = None
depends_on = ("fhir_store_0006",)

ADDED_BY_ALL = """
CREATE POLICY added ON access.audit_opening FOR INSERT
    WITH CHECK ((SELECT current_setting('throughcare.sees', true)) <> '')
"""


def upgrade() -> None:
    for table in ("audit_opening", "break_glass", "purpose_given"):
        op.execute(f"SELECT fhir_store.show_only_to('access.{table}', 'record')")
    op.execute(ADDED_BY_ALL)


def downgrade() -> None:
    """Refused: a wall is not taken down by a command."""
    raise NotImplementedError("The walls stay. Restore a backup instead.")
