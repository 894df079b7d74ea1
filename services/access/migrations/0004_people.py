"""People: accounts, credentials, grants of roles, devices and sessions.

Revision ID: access_0004
"""

from alembic import op

revision = "access_0004"
down_revision = "access_0003"
branch_labels = None
depends_on = None

# Codes and tokens are kept as digests, passwords and PINs as argon2id, secrets of one-time codes sealed: a stolen
# database signs nobody in.
TABLES = """
CREATE TABLE access.account (
    id uuid NOT NULL PRIMARY KEY,
    login varchar NOT NULL UNIQUE,
    display_name varchar NOT NULL,
    created_by uuid REFERENCES access.account (id),
    created_at timestamptz NOT NULL,
    closed_by uuid REFERENCES access.account (id),
    closed_at timestamptz
);
CREATE TABLE access.password (
    account uuid NOT NULL PRIMARY KEY REFERENCES access.account (id),
    hash varchar NOT NULL,
    set_at timestamptz NOT NULL
);
CREATE TABLE access.activation (
    account uuid NOT NULL PRIMARY KEY REFERENCES access.account (id),
    digest bytea NOT NULL,
    made_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE TABLE access.oath_token (
    id uuid NOT NULL PRIMARY KEY,
    account uuid REFERENCES access.account (id),
    serial varchar UNIQUE,
    kind varchar NOT NULL CHECK (kind IN ('totp', 'hotp')),
    algorithm varchar NOT NULL CHECK (algorithm IN ('SHA1', 'SHA256', 'SHA512')),
    digits smallint NOT NULL CHECK (digits BETWEEN 6 AND 8),
    period_s smallint NOT NULL CHECK (period_s BETWEEN 1 AND 120),
    sealed_secret bytea NOT NULL,
    last_counter bigint NOT NULL,
    drift integer NOT NULL DEFAULT 0,
    added_at timestamptz NOT NULL
);
CREATE INDEX oath_token_of_account ON access.oath_token (account);
CREATE TABLE access.recovery_code (
    account uuid NOT NULL REFERENCES access.account (id),
    digest bytea NOT NULL,
    made_at timestamptz NOT NULL,
    used_at timestamptz,
    PRIMARY KEY (account, digest)
);
CREATE TABLE access.passkey (
    id bytea NOT NULL PRIMARY KEY,
    account uuid NOT NULL REFERENCES access.account (id),
    name varchar NOT NULL,
    public_key bytea NOT NULL,
    sign_count bigint NOT NULL,
    added_at timestamptz NOT NULL
);
CREATE INDEX passkey_of_account ON access.passkey (account);
CREATE TABLE access.ceremony (
    digest bytea NOT NULL PRIMARY KEY,
    purpose varchar NOT NULL CHECK (purpose IN ('registration', 'second factor', 'alone')),
    account uuid REFERENCES access.account (id),
    challenge bytea NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE TABLE access.unfinished_sign_in (
    digest bytea NOT NULL PRIMARY KEY,
    id uuid NOT NULL,
    account uuid NOT NULL REFERENCES access.account (id),
    stage varchar NOT NULL CHECK (stage IN ('activation', 'second factor')),
    sealed_secret bytea,
    tries smallint NOT NULL DEFAULT 0,
    expires_at timestamptz NOT NULL
);
CREATE INDEX unfinished_sign_in_of_account ON access.unfinished_sign_in (account);
CREATE TABLE access.throttle (
    key bytea NOT NULL PRIMARY KEY,
    failures integer NOT NULL,
    blocked_until timestamptz,
    last_at timestamptz NOT NULL
);
CREATE TABLE access.device (
    id uuid NOT NULL PRIMARY KEY,
    name varchar NOT NULL,
    facility varchar NOT NULL,
    token_digest bytea NOT NULL UNIQUE,
    registered_by uuid NOT NULL REFERENCES access.account (id),
    registered_at timestamptz NOT NULL,
    revoked_by uuid REFERENCES access.account (id),
    revoked_at timestamptz
);
CREATE TABLE access.pin (
    account uuid NOT NULL REFERENCES access.account (id),
    device uuid NOT NULL REFERENCES access.device (id),
    hash varchar NOT NULL,
    set_at timestamptz NOT NULL,
    PRIMARY KEY (account, device)
);
CREATE TABLE access.session (
    id uuid NOT NULL PRIMARY KEY,
    token_digest bytea NOT NULL UNIQUE,
    account uuid NOT NULL REFERENCES access.account (id),
    device uuid REFERENCES access.device (id),
    created_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL,
    hidden_at timestamptz,
    locked_at timestamptz,
    expires_at timestamptz NOT NULL,
    pin_failures smallint NOT NULL DEFAULT 0,
    rotation_due boolean NOT NULL DEFAULT false
);
CREATE INDEX session_of_account ON access.session (account);
CREATE INDEX session_of_device ON access.session (device);
CREATE TABLE access.role_grant (
    id uuid NOT NULL PRIMARY KEY,
    account uuid NOT NULL REFERENCES access.account (id),
    role varchar NOT NULL,
    facility varchar,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz,
    granted_by uuid REFERENCES access.account (id),
    granted_at timestamptz NOT NULL,
    needs_confirmation boolean NOT NULL,
    confirmed_by uuid REFERENCES access.account (id),
    confirmed_at timestamptz,
    revoked_by uuid REFERENCES access.account (id),
    revoked_at timestamptz
);
CREATE INDEX role_grant_of_account ON access.role_grant (account);
CREATE TABLE access.credential_reset (
    id uuid NOT NULL PRIMARY KEY,
    account uuid NOT NULL REFERENCES access.account (id),
    asked_by uuid NOT NULL REFERENCES access.account (id),
    asked_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    confirmed_by uuid REFERENCES access.account (id),
    confirmed_at timestamptz
);
"""

# What was decided stays: the server cannot delete an account, a grant or a reset, nor change who made it.
RIGHTS = """
GRANT SELECT, INSERT, UPDATE (display_name, closed_by, closed_at) ON access.account TO throughcare_server;
GRANT SELECT, INSERT, UPDATE (confirmed_by, confirmed_at, revoked_by, revoked_at)
    ON access.role_grant TO throughcare_server;
GRANT SELECT, INSERT, UPDATE (confirmed_by, confirmed_at) ON access.credential_reset TO throughcare_server;
GRANT SELECT, INSERT, UPDATE (revoked_by, revoked_at) ON access.device TO throughcare_server;
GRANT SELECT, INSERT, UPDATE, DELETE ON access.password, access.activation, access.oath_token, access.recovery_code,
    access.passkey, access.ceremony, access.unfinished_sign_in, access.throttle, access.pin, access.session
    TO throughcare_server;
"""

NAMES = """
credential_reset role_grant session pin device throttle unfinished_sign_in ceremony passkey recovery_code oath_token
activation password account
"""


def upgrade() -> None:
    op.execute(TABLES)
    op.execute(RIGHTS)


def downgrade() -> None:
    for name in NAMES.split():
        op.execute(f"DROP TABLE access.{name}")
