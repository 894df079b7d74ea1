"""The audit log: events, what their digests were made of, the tree above them, its signed heads, what was erased.

Revision ID: access_0005
"""

from alembic import op

revision = "access_0005"
down_revision = "access_0004"
branch_labels = None
depends_on = ("fhir_store_0001",)

# The columns beside the body repeat what it says, to be searched by; `throughcare audit verify` compares them.
EVENTS = """
CREATE SEQUENCE access.audit_event_seq CACHE 1;
CREATE TABLE access.audit_event (
    seq bigint NOT NULL PRIMARY KEY,
    epoch integer NOT NULL DEFAULT fhir_store.current_epoch(),
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    kind varchar NOT NULL,
    actor varchar NOT NULL,
    facility varchar,
    at timestamptz NOT NULL,
    body bytea NOT NULL
);
CREATE INDEX audit_event_feed ON access.audit_event (epoch, xid, seq);
CREATE INDEX audit_event_by_actor ON access.audit_event (actor, at);
CREATE INDEX audit_event_by_facility ON access.audit_event (facility, at);
CREATE INDEX audit_event_by_kind ON access.audit_event (kind, at);
-- Events come nearly in the order of their time, which is what such an index is for; it costs a write next to nothing.
CREATE INDEX audit_event_by_time ON access.audit_event USING brin (at);

CREATE TABLE access.audit_opening (
    event bigint NOT NULL,
    place smallint NOT NULL,
    salt bytea NOT NULL,
    subject varchar NOT NULL,
    subject_key bytea NOT NULL,
    PRIMARY KEY (event, place)
);
CREATE INDEX audit_opening_of_subject ON access.audit_opening (subject_key, event);
"""

TREE = """
CREATE TABLE access.audit_leaf (
    index bigint NOT NULL PRIMARY KEY,
    event bigint NOT NULL UNIQUE,
    hash bytea NOT NULL
);
CREATE TABLE access.audit_tree (
    "only" boolean NOT NULL PRIMARY KEY CHECK ("only"),
    size bigint NOT NULL,
    subtrees bytea[] NOT NULL,
    epoch integer NOT NULL,
    xid xid8 NOT NULL,
    seq bigint NOT NULL
);
INSERT INTO access.audit_tree VALUES (true, 0, '{}', 0, '0', 0);

CREATE TABLE access.audit_key (
    number integer NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    log_id bytea NOT NULL UNIQUE,
    public_key bytea NOT NULL,
    began_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TABLE access.audit_head (
    number bigint NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    signed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    line varchar NOT NULL
);
"""

# The only way to take something out. It runs as the owner, and never without a line in the register.
ERASURE = """
CREATE TABLE access.audit_erasure (
    number bigint NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    erased_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    erased_by varchar NOT NULL,
    reason varchar NOT NULL,
    openings bigint NOT NULL
);
CREATE FUNCTION access.forget_subject(forgotten varchar, erased_by varchar, reason varchar) RETURNS bigint
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH gone AS (DELETE FROM access.audit_opening WHERE subject = forgotten RETURNING 1)
    INSERT INTO access.audit_erasure (erased_by, reason, openings)
    SELECT forget_subject.erased_by, forget_subject.reason, count(*) FROM gone
    RETURNING openings
$$;
REVOKE ALL ON FUNCTION access.forget_subject FROM PUBLIC;
"""

# The server can add to the log and can neither change nor remove anything of it. It cannot say either in which
# transaction, or when, an event was recorded.
GRANTS = """
GRANT USAGE ON SEQUENCE access.audit_event_seq TO throughcare_server;
GRANT SELECT, INSERT (seq, kind, actor, facility, at, body) ON access.audit_event TO throughcare_server;
GRANT SELECT, INSERT ON access.audit_opening, access.audit_leaf TO throughcare_server;
GRANT SELECT, UPDATE ON access.audit_tree TO throughcare_server;
GRANT SELECT, INSERT (log_id, public_key) ON access.audit_key TO throughcare_server;
GRANT SELECT, INSERT (line) ON access.audit_head TO throughcare_server;
GRANT SELECT ON access.audit_erasure TO throughcare_server;
GRANT EXECUTE ON FUNCTION access.forget_subject TO throughcare_server;
"""


def upgrade() -> None:
    for statements in (EVENTS, TREE, ERASURE, GRANTS):
        op.execute(statements)


def downgrade() -> None:
    """Refused: a log of who looked at what is not dropped by a command."""
    raise NotImplementedError("The audit log is never dropped. Restore a backup instead.")
