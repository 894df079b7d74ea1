"""What is to be done when care has ended.

Revision ID: clinical_0007
"""

from alembic import op

revision = "clinical_0007"
down_revision = "clinical_0006"
branch_labels = None
depends_on = ("fhir_store_0006",)

TABLES = """
CREATE TABLE clinical.care_task (
    source_type varchar NOT NULL,
    source_id varchar NOT NULL,
    patient_id varchar NOT NULL,
    care_type varchar NOT NULL,
    care_id varchar NOT NULL,
    is_hand_over boolean NOT NULL,
    done_on date,
    PRIMARY KEY (source_type, source_id)
);
CREATE INDEX care_task_of_care ON clinical.care_task (care_id, care_type);
GRANT SELECT, INSERT, UPDATE, DELETE ON clinical.care_task TO throughcare_server;
"""


def upgrade() -> None:
    op.execute(TABLES)
    op.execute("SELECT fhir_store.show_only_to('clinical.care_task', 'record')")


def downgrade() -> None:
    op.execute("DROP TABLE clinical.care_task")
