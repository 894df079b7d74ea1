"""What custody reads: calls, the rooms they are to, who is fit for transfer.

Revision ID: clinical_0004
"""

from alembic import op

revision = "clinical_0004"
down_revision = "clinical_0003"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE clinical.custody_call (
    source_type varchar NOT NULL,
    source_id varchar NOT NULL,
    patient_id varchar NOT NULL,
    on_day date NOT NULL,
    at time NOT NULL,
    room_id varchar,
    state varchar NOT NULL,
    PRIMARY KEY (source_type, source_id, patient_id)
);
CREATE INDEX custody_call_on_day ON clinical.custody_call (on_day, patient_id);
CREATE TABLE clinical.call_room (
    source_type varchar NOT NULL,
    source_id varchar NOT NULL,
    facility_id varchar NOT NULL,
    custody_name varchar,
    PRIMARY KEY (source_type, source_id)
);
CREATE INDEX call_room_of_facility ON clinical.call_room (facility_id);
CREATE TABLE clinical.fitness_for_transfer (
    source_type varchar NOT NULL,
    source_id varchar NOT NULL,
    patient_id varchar NOT NULL,
    stated_at timestamptz NOT NULL,
    statement varchar NOT NULL,
    PRIMARY KEY (source_type, source_id)
);
CREATE INDEX fitness_for_transfer_of_patient ON clinical.fitness_for_transfer (patient_id, stated_at);
GRANT SELECT, INSERT, UPDATE, DELETE
    ON clinical.custody_call, clinical.call_room, clinical.fitness_for_transfer TO throughcare_server;
"""


def upgrade() -> None:
    op.execute(TABLES)


def downgrade() -> None:
    op.execute("DROP TABLE clinical.custody_call, clinical.call_room, clinical.fitness_for_transfer")
