"""What a tablet told of itself last: how much it keeps unsent, and whether its browser keeps its storage.

Revision ID: access_0011
"""

from alembic import op

revision = "access_0011"
down_revision = "access_0010"
branch_labels = None
depends_on = None

ADDED = """
ALTER TABLE access.device ADD COLUMN told_at timestamptz,
    ADD COLUMN unsent integer CHECK (unsent >= 0), ADD COLUMN persisted boolean;
GRANT UPDATE (told_at, unsent, persisted) ON access.device TO throughcare_server;
"""

TAKEN_AWAY = "ALTER TABLE access.device DROP COLUMN told_at, DROP COLUMN unsent, DROP COLUMN persisted"


def upgrade() -> None:
    op.execute(ADDED)


def downgrade() -> None:
    op.execute(TAKEN_AWAY)
