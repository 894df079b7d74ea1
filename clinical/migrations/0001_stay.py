"""The projection of custody stays.

Revision ID: clinical_0001
"""

from alembic import op

revision = "clinical_0001"
down_revision = None
branch_labels = ("clinical",)
depends_on = None

TABLES = """
CREATE SCHEMA clinical;
CREATE TABLE clinical.stay (
    source_type varchar NOT NULL,
    source_id varchar NOT NULL,
    patient_id varchar NOT NULL,
    facility_id varchar,
    status varchar NOT NULL,
    started_at timestamptz,
    ended_at timestamptz,
    PRIMARY KEY (source_type, source_id)
);
CREATE INDEX stay_of_patient ON clinical.stay (patient_id, started_at);
CREATE INDEX stay_open_at_facility ON clinical.stay (facility_id) WHERE ended_at IS NULL;
GRANT USAGE ON SCHEMA clinical TO throughcare_server;
GRANT SELECT, INSERT, UPDATE, DELETE ON clinical.stay TO throughcare_server;
"""


def upgrade() -> None:
    op.execute(TABLES)


def downgrade() -> None:
    op.execute("DROP SCHEMA clinical CASCADE")
