"""What loading many resources needs: known sources, how far a load is, references that are still open.

Revision ID: fhir_store_0003
"""

from alembic import op

revision = "fhir_store_0003"
down_revision = "fhir_store_0002"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE fhir_store.source (uri varchar NOT NULL PRIMARY KEY, first_seen timestamptz NOT NULL DEFAULT now());
CREATE TABLE fhir_store.load_progress (
    load bytea NOT NULL,
    batch integer NOT NULL,
    outcome jsonb NOT NULL,
    PRIMARY KEY (load, batch)
);
CREATE TABLE fhir_store.open_reference (
    key bigint NOT NULL PRIMARY KEY,
    file varchar NOT NULL,
    place integer NOT NULL
);
"""

GRANTS = """
GRANT SELECT, INSERT ON fhir_store.source TO throughcare_server;
GRANT SELECT, INSERT, DELETE ON fhir_store.load_progress TO throughcare_server;
GRANT SELECT, INSERT, UPDATE, DELETE ON fhir_store.open_reference TO throughcare_server;
"""

# After a big load the planner has to count again; only PostgreSQL 17 lets a role do so that owns nothing.
MAINTAIN = """
DO $$ BEGIN
    IF current_setting('server_version_num')::int >= 170000 THEN
        EXECUTE 'GRANT MAINTAIN ON ALL TABLES IN SCHEMA fhir_store TO throughcare_server';
    END IF;
END $$
"""


def upgrade() -> None:
    for statements in (TABLES, GRANTS, MAINTAIN):
        op.execute(statements)


def downgrade() -> None:
    """Refused: a record that is kept for ever is not dropped by a command."""
    raise NotImplementedError("The record store is never dropped. Restore a backup instead.")
