"""Sign-ins by way of an OpenID provider, and what people see and change of their own proofs.

Revision ID: access_0010
"""

from alembic import op

revision = "access_0010"
down_revision = "access_0009"
branch_labels = None
depends_on = None

# What a browser shows of its sign-in is kept as a digest; state, nonce and verifier are drawn from it and kept nowhere.
TABLES = """
CREATE TABLE access.oidc_link (
    issuer varchar NOT NULL,
    subject varchar NOT NULL,
    account uuid NOT NULL REFERENCES access.account (id),
    linked_at timestamptz NOT NULL,
    used_at timestamptz,
    PRIMARY KEY (issuer, subject),
    UNIQUE (account, issuer)
);
CREATE TABLE access.oidc_sign_in (
    digest bytea NOT NULL PRIMARY KEY,
    linking uuid REFERENCES access.account (id),
    onward varchar NOT NULL,
    begun_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    answered boolean NOT NULL DEFAULT false,
    issuer varchar,
    subject varchar,
    two_factors boolean NOT NULL DEFAULT false
);
CREATE INDEX oidc_sign_in_of_account ON access.oidc_sign_in (linking);
GRANT SELECT, INSERT, UPDATE, DELETE ON access.oidc_link, access.oidc_sign_in TO throughcare_server;
"""

ADDED = """
ALTER TABLE access.oath_token ADD COLUMN name varchar NOT NULL DEFAULT '', ADD COLUMN used_at timestamptz;
ALTER TABLE access.passkey ADD COLUMN used_at timestamptz;
ALTER TABLE access.session ADD COLUMN proved_at timestamptz;
ALTER TABLE access.unfinished_sign_in ADD COLUMN after_provider boolean NOT NULL DEFAULT false,
    DROP CONSTRAINT unfinished_sign_in_stage_check,
    ADD CONSTRAINT unfinished_sign_in_stage_check CHECK (stage IN ('activation', 'second factor', 'another token'));
"""

TAKEN_AWAY = """
DELETE FROM access.unfinished_sign_in;
ALTER TABLE access.unfinished_sign_in DROP COLUMN after_provider,
    DROP CONSTRAINT unfinished_sign_in_stage_check,
    ADD CONSTRAINT unfinished_sign_in_stage_check CHECK (stage IN ('activation', 'second factor'));
ALTER TABLE access.session DROP COLUMN proved_at;
ALTER TABLE access.passkey DROP COLUMN used_at;
ALTER TABLE access.oath_token DROP COLUMN name, DROP COLUMN used_at;
DROP TABLE access.oidc_sign_in;
DROP TABLE access.oidc_link;
"""


def upgrade() -> None:
    op.execute(TABLES)
    op.execute(ADDED)


def downgrade() -> None:
    op.execute(TAKEN_AWAY)
