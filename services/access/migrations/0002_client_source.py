"""The source of a client: the base URL of its own records.

Revision ID: access_0002
"""

from alembic import op

revision = "access_0002"
down_revision = "access_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE access.client ADD COLUMN source varchar")


def downgrade() -> None:
    op.execute("ALTER TABLE access.client DROP COLUMN source")
