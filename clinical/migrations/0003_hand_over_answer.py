"""The projection of what people answered about a hand-over.

Revision ID: clinical_0003
"""

from alembic import op

revision = "clinical_0003"
down_revision = "clinical_0002"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE clinical.hand_over_answer (
    source_type varchar NOT NULL,
    source_id varchar NOT NULL,
    patient_id varchar NOT NULL,
    said_at timestamptz NOT NULL,
    granted boolean NOT NULL,
    counts boolean NOT NULL,
    begins_at timestamptz,
    ends_at timestamptz,
    recipients text[] NOT NULL,
    any_centre boolean NOT NULL,
    labels integer NOT NULL,
    PRIMARY KEY (source_type, source_id)
);
CREATE INDEX hand_over_answer_of_patient ON clinical.hand_over_answer (patient_id, said_at DESC);
GRANT SELECT, INSERT, UPDATE, DELETE ON clinical.hand_over_answer TO throughcare_server;
"""


def upgrade() -> None:
    op.execute(TABLES)


def downgrade() -> None:
    op.execute("DROP TABLE clinical.hand_over_answer")
