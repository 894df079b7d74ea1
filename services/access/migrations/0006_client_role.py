"""The role of a client, whose rules limit it beside its scopes, and the facility that it acts for.

Revision ID: access_0006
"""

from alembic import op

revision = "access_0006"
down_revision = "access_0005"
branch_labels = None
depends_on = None

COLUMNS = """
ALTER TABLE access.client ADD COLUMN role varchar, ADD COLUMN facility varchar,
    ADD CONSTRAINT client_role_at_facility CHECK (role IS NULL OR facility IS NOT NULL)
"""


def upgrade() -> None:
    op.execute(COLUMNS)


def downgrade() -> None:
    op.execute("ALTER TABLE access.client DROP COLUMN role, DROP COLUMN facility")
