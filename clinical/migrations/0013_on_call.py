"""The telephone of the prescriber on call at each facility: lines that are added and never changed.

Revision ID: clinical_0013
"""

from alembic import op

revision = "clinical_0013"
down_revision = "clinical_0012"
branch_labels = None
depends_on = None

ON_CALL = """
CREATE TABLE clinical.on_call (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    facility varchar NOT NULL,
    telephone varchar NOT NULL,
    account uuid NOT NULL,
    at timestamptz NOT NULL
);
CREATE INDEX on_call_of_facility ON clinical.on_call (facility, number DESC);
GRANT SELECT, INSERT ON clinical.on_call TO throughcare_server;
"""


def upgrade() -> None:
    op.execute(ON_CALL)


def downgrade() -> None:
    op.execute("DROP TABLE clinical.on_call")
