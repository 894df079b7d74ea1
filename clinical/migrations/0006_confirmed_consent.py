"""Which versions of which Consents somebody here stands for.

Revision ID: clinical_0006
"""

from alembic import op

revision = "clinical_0006"
down_revision = "clinical_0005"
branch_labels = None
depends_on = ("fhir_store_0006",)

TABLES = """
CREATE TABLE clinical.confirmed_consent (
    consent_id varchar NOT NULL,
    version integer NOT NULL,
    account uuid NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (consent_id, version)
);
GRANT SELECT, INSERT, DELETE ON clinical.confirmed_consent TO throughcare_server;
"""


def upgrade() -> None:
    op.execute(TABLES)
    op.execute("SELECT fhir_store.show_only_to('clinical.confirmed_consent', 'record')")


def downgrade() -> None:
    op.execute("DROP TABLE clinical.confirmed_consent")
