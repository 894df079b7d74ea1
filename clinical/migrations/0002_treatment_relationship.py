"""The projection of who treated whom.

Revision ID: clinical_0002
"""

from alembic import op

revision = "clinical_0002"
down_revision = "clinical_0001"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE clinical.treatment_relationship (
    source_type varchar NOT NULL,
    source_id varchar NOT NULL,
    patient_id varchar NOT NULL,
    facility_id varchar NOT NULL,
    began date NOT NULL,
    ended date,
    PRIMARY KEY (source_type, source_id)
);
CREATE INDEX treatment_relationship_of_patient
    ON clinical.treatment_relationship (patient_id, facility_id) INCLUDE (began, ended);
GRANT SELECT, INSERT, UPDATE, DELETE ON clinical.treatment_relationship TO throughcare_server;
"""


def upgrade() -> None:
    op.execute(TABLES)


def downgrade() -> None:
    op.execute("DROP TABLE clinical.treatment_relationship")
