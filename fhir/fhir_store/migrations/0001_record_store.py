"""The record store: versions, current resources, search index, compartments, change feed.

Revision ID: fhir_store_0001
"""

from alembic import op

revision = "fhir_store_0001"
down_revision = None
branch_labels = ("fhir_store",)
depends_on = None

INSTALLATION = """
CREATE TABLE fhir_store.installation (
    "only" boolean NOT NULL PRIMARY KEY CHECK ("only"),
    epoch integer NOT NULL,
    demo boolean NOT NULL
);
INSERT INTO fhir_store.installation VALUES (true, 1, false);

CREATE FUNCTION fhir_store.current_epoch() RETURNS integer
    LANGUAGE sql STABLE AS 'SELECT epoch FROM fhir_store.installation';
"""

RESOURCES = """
CREATE SEQUENCE fhir_store.resource_key CACHE 1;
CREATE SEQUENCE fhir_store.version_seq CACHE 1;

CREATE TABLE fhir_store.current_resource (
    key bigint NOT NULL PRIMARY KEY,
    type varchar NOT NULL,
    id varchar NOT NULL,
    version integer NOT NULL,
    seq bigint NOT NULL,
    last_updated timestamptz NOT NULL,
    deleted boolean NOT NULL,
    owner varchar NOT NULL,
    fingerprint bytea NOT NULL,
    UNIQUE (type, id)
);
CREATE INDEX current_resource_by_type ON fhir_store.current_resource (type, key);

CREATE TABLE fhir_store.resource_version (
    seq bigint NOT NULL PRIMARY KEY,
    epoch integer NOT NULL DEFAULT fhir_store.current_epoch(),
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    key bigint NOT NULL,
    type varchar NOT NULL,
    id varchar NOT NULL,
    version integer NOT NULL,
    interaction varchar NOT NULL,
    last_updated timestamptz NOT NULL,
    author varchar NOT NULL,
    seal_key integer NOT NULL,
    body bytea,
    UNIQUE (key, version)
);
CREATE INDEX resource_version_feed ON fhir_store.resource_version (epoch, xid, seq);
"""

INDEX = """
CREATE TABLE fhir_store.index_token (
    key bigint NOT NULL,
    type varchar NOT NULL,
    param varchar NOT NULL,
    facility varchar,
    labels text[] NOT NULL,
    system varchar NOT NULL,
    code varchar NOT NULL,
    PRIMARY KEY (key, param, system, code)
);
CREATE INDEX index_token_search ON fhir_store.index_token (type, param, code, system, key);

CREATE TABLE fhir_store.index_reference (
    key bigint NOT NULL,
    type varchar NOT NULL,
    param varchar NOT NULL,
    facility varchar,
    labels text[] NOT NULL,
    target_type varchar NOT NULL,
    target_id varchar NOT NULL,
    url varchar NOT NULL,
    identifier_system varchar NOT NULL,
    identifier_value varchar NOT NULL,
    PRIMARY KEY (key, param, target_type, target_id, url, identifier_system, identifier_value)
);
CREATE INDEX index_reference_search ON fhir_store.index_reference (type, param, target_id, target_type, key);
CREATE INDEX index_reference_to ON fhir_store.index_reference (target_type, target_id);

CREATE TABLE fhir_store.index_date (
    key bigint NOT NULL,
    type varchar NOT NULL,
    param varchar NOT NULL,
    facility varchar,
    labels text[] NOT NULL,
    low timestamptz NOT NULL,
    high timestamptz NOT NULL,
    PRIMARY KEY (key, param, low, high)
);
CREATE INDEX index_date_search ON fhir_store.index_date (type, param, low, high);

CREATE TABLE fhir_store.compartment (
    patient varchar NOT NULL,
    type varchar NOT NULL,
    key bigint NOT NULL,
    PRIMARY KEY (patient, type, key)
);
CREATE INDEX compartment_of ON fhir_store.compartment (key);
"""

# The server may add versions but can neither change nor remove one: the record is append-only by grant.
GRANTS = """
GRANT USAGE ON SCHEMA fhir_store TO throughcare_server;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA fhir_store TO throughcare_server;
GRANT SELECT ON fhir_store.installation TO throughcare_server;
GRANT SELECT, INSERT ON fhir_store.resource_version TO throughcare_server;
GRANT SELECT, INSERT, UPDATE ON fhir_store.current_resource TO throughcare_server;
GRANT SELECT, INSERT, DELETE ON
    fhir_store.index_token, fhir_store.index_reference, fhir_store.index_date, fhir_store.compartment
    TO throughcare_server;
"""


def upgrade() -> None:
    op.execute("CREATE SCHEMA IF NOT EXISTS fhir_store")
    for statements in (INSTALLATION, RESOURCES, INDEX, GRANTS):
        op.execute(statements)


def downgrade() -> None:
    """Refused: a record that is kept for ever is not dropped by a command."""
    raise NotImplementedError("The record store is never dropped. Restore a backup instead.")
