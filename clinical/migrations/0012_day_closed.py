"""Which civil day was closed where, so that each is closed once: what a prescriber then resumes stays resumed.

Revision ID: clinical_0012
"""

from alembic import op

revision = "clinical_0012"
down_revision = "clinical_0011"
branch_labels = None
depends_on = None

CLOSED = """
CREATE TABLE clinical.day_closed (
    facility varchar NOT NULL,
    day date NOT NULL,
    closed_at timestamptz NOT NULL,
    PRIMARY KEY (facility, day)
);
GRANT SELECT, INSERT ON clinical.day_closed TO throughcare_server;
"""


def upgrade() -> None:
    op.execute(CLOSED)


def downgrade() -> None:
    op.execute("DROP TABLE clinical.day_closed")
