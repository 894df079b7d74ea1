"""The number by which somebody is called to the window on a civil day: drawn anew each day, so that it tells nothing of anybody.

Revision ID: clinical_0015
"""

from alembic import op

revision = "clinical_0015"
down_revision = "clinical_0014"
branch_labels = None
depends_on = None

CALLS = """
CREATE TABLE clinical.round_call (
    facility varchar NOT NULL,
    day date NOT NULL,
    patient_id varchar NOT NULL,
    number integer NOT NULL,
    PRIMARY KEY (facility, day, patient_id),
    UNIQUE (facility, day, number)
);
GRANT SELECT, INSERT ON clinical.round_call TO throughcare_server;
"""


def upgrade() -> None:
    op.execute(CALLS)
    op.execute("SELECT fhir_store.show_only_to('clinical.round_call', 'record')")


def downgrade() -> None:
    op.execute("DROP TABLE clinical.round_call")
