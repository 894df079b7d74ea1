"""Clients of the FHIR API and their bearer tokens.

Revision ID: access_0001
"""

from alembic import op

revision = "access_0001"
down_revision = None
branch_labels = ("access",)
depends_on = None

# Tokens are kept as digests only: a stolen database signs nobody in.
TABLES = """
CREATE SCHEMA access;
CREATE TABLE access.client (
    name varchar NOT NULL PRIMARY KEY,
    scope varchar NOT NULL,
    created_at timestamptz NOT NULL,
    revoked_at timestamptz
);
CREATE TABLE access.token (
    digest bytea NOT NULL PRIMARY KEY,
    client varchar NOT NULL REFERENCES access.client (name),
    issued_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX token_of_client ON access.token (client);
GRANT USAGE ON SCHEMA access TO throughcare_server;
GRANT SELECT, INSERT, UPDATE ON access.client TO throughcare_server;
GRANT SELECT, INSERT, DELETE ON access.token TO throughcare_server;
"""


def upgrade() -> None:
    op.execute(TABLES)


def downgrade() -> None:
    op.execute("DROP SCHEMA access CASCADE")
