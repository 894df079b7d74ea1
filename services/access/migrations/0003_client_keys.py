"""Public keys of clients, assertions that were used, and tokens for a part of a client's scopes.

Revision ID: access_0003
"""

from alembic import op

revision = "access_0003"
down_revision = "access_0002"
branch_labels = None
depends_on = None

TABLES = """
ALTER TABLE access.client ADD COLUMN jwks_url varchar, ADD COLUMN jwks_asked_at timestamptz;
ALTER TABLE access.token ADD COLUMN scope varchar;
CREATE TABLE access.client_key (
    client varchar NOT NULL REFERENCES access.client (name),
    kid varchar NOT NULL,
    algorithm varchar NOT NULL,
    jwk varchar NOT NULL,
    fetched boolean NOT NULL,
    added_at timestamptz NOT NULL,
    revoked_at timestamptz,
    PRIMARY KEY (client, kid)
);
CREATE TABLE access.used_assertion (
    client varchar NOT NULL REFERENCES access.client (name),
    digest bytea NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (client, digest)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON access.client_key TO throughcare_server;
GRANT SELECT, INSERT, DELETE ON access.used_assertion TO throughcare_server;
"""


def upgrade() -> None:
    op.execute(TABLES)


def downgrade() -> None:
    op.execute("DROP TABLE access.used_assertion")
    op.execute("DROP TABLE access.client_key")
    op.execute("ALTER TABLE access.token DROP COLUMN scope")
    op.execute("ALTER TABLE access.client DROP COLUMN jwks_url, DROP COLUMN jwks_asked_at")
