"""What auditors and inspectors work with: verifications of the log, findings of unusual access, mandates of inspectors.

Revision ID: access_0008
"""

from alembic import op

revision = "access_0008"
down_revision = "access_0007"
branch_labels = None
depends_on = None

VERIFICATIONS = """
CREATE TABLE access.audit_verification (
    number bigint NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    verified_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    verified_by varchar NOT NULL,
    intact boolean NOT NULL,
    entries bigint NOT NULL,
    unsequenced bigint NOT NULL,
    heads_given integer NOT NULL
);
"""

# One finding for a rule, an account and a civil day where it works; what comes after it was handled is a new one.
FINDINGS = """
CREATE TABLE access.unusual_access (
    number bigint NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    rule varchar NOT NULL,
    actor varchar NOT NULL,
    facility varchar NOT NULL,
    day date NOT NULL,
    first_at timestamptz NOT NULL,
    last_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    people integer NOT NULL,
    events bigint[] NOT NULL,
    found_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    result varchar CHECK (result IN ('explained', 'passed-on', 'resolved')),
    reason varchar,
    handled_by uuid REFERENCES access.account (id),
    handled_at timestamptz,
    CHECK ((result IS NULL) = (handled_at IS NULL)),
    CHECK (result = 'resolved' OR (handled_by IS NULL) = (handled_at IS NULL))
);
CREATE UNIQUE INDEX unusual_access_open ON access.unusual_access (rule, actor, facility, day)
    WHERE handled_at IS NULL;
CREATE INDEX unusual_access_worklist ON access.unusual_access (due_at) WHERE handled_at IS NULL;
CREATE INDEX unusual_access_handled ON access.unusual_access (handled_at) WHERE handled_at IS NOT NULL;

CREATE TABLE access.unusual_reading (
    "only" boolean NOT NULL PRIMARY KEY CHECK ("only"),
    next_index bigint NOT NULL
);
INSERT INTO access.unusual_reading VALUES (true, 0);
"""

# A mandate covers charts of one facility until a day that is fixed.
MANDATES = """
ALTER TABLE access.role_grant ADD COLUMN mandate varchar,
    ADD CONSTRAINT role_grant_under_mandate
        CHECK (mandate IS NULL OR (role = 'inspector' AND facility IS NOT NULL AND ends_at IS NOT NULL));
"""

RIGHTS = """
GRANT SELECT, INSERT (verified_by, intact, entries, unsequenced, heads_given)
    ON access.audit_verification TO throughcare_server;
GRANT SELECT, INSERT, UPDATE (last_at, people, events, result, reason, handled_by, handled_at)
    ON access.unusual_access TO throughcare_server;
GRANT SELECT, UPDATE ON access.unusual_reading TO throughcare_server;
"""


def upgrade() -> None:
    for statements in (VERIFICATIONS, FINDINGS, MANDATES, RIGHTS):
        op.execute(statements)


def downgrade() -> None:
    op.execute("ALTER TABLE access.role_grant DROP COLUMN mandate")
    op.execute("DROP TABLE access.unusual_reading, access.unusual_access, access.audit_verification")
