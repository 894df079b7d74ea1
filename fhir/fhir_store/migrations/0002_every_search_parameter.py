"""The search index of every official parameter: all kinds, parameters by number.

What the index tables held is not moved: they are derived, and ``throughcare migrate`` derives them again.

Revision ID: fhir_store_0002
"""

from alembic import op

revision = "fhir_store_0002"
down_revision = "fhir_store_0001"
branch_labels = None
depends_on = None

# The index of 0001 said param in two texts; ``rebuild`` fills the new one.
DROP = "DROP TABLE fhir_store.index_token, fhir_store.index_reference, fhir_store.index_date"

COMMON = "key bigint NOT NULL, param integer NOT NULL, facility varchar, labels text[]"

INDEX = f"""
CREATE TABLE fhir_store.index_token ({COMMON}, system varchar NOT NULL, code varchar NOT NULL);
CREATE INDEX index_token_search ON fhir_store.index_token (param, code, system, key);
CREATE INDEX index_token_of ON fhir_store.index_token (key);

CREATE TABLE fhir_store.index_string ({COMMON}, value varchar NOT NULL, exact varchar);
CREATE INDEX index_string_search ON fhir_store.index_string (param, value, key);
CREATE INDEX index_string_of ON fhir_store.index_string (key);

CREATE TABLE fhir_store.index_reference
    ({COMMON}, target_type varchar NOT NULL, target_id varchar NOT NULL, url varchar NOT NULL);
CREATE INDEX index_reference_search ON fhir_store.index_reference (param, target_id, target_type, key);
CREATE INDEX index_reference_url ON fhir_store.index_reference (param, url, key) WHERE url <> '';
CREATE INDEX index_reference_to ON fhir_store.index_reference (target_type, target_id);
CREATE INDEX index_reference_of ON fhir_store.index_reference (key);

CREATE TABLE fhir_store.index_date ({COMMON}, low timestamptz NOT NULL, high timestamptz NOT NULL);
CREATE INDEX index_date_search ON fhir_store.index_date (param, low, high, key);
CREATE INDEX index_date_until ON fhir_store.index_date (param, high, key);
CREATE INDEX index_date_of ON fhir_store.index_date (key);

CREATE TABLE fhir_store.index_quantity ({COMMON}, system varchar NOT NULL, code varchar NOT NULL,
    unit varchar NOT NULL, low numeric NOT NULL, high numeric NOT NULL);
CREATE INDEX index_quantity_search ON fhir_store.index_quantity (param, low, high, key);
CREATE INDEX index_quantity_of ON fhir_store.index_quantity (key);

CREATE TABLE fhir_store.index_composite ({COMMON}, system varchar NOT NULL, code varchar NOT NULL,
    value_system varchar, value_code varchar, value_unit varchar, value_text varchar,
    value_low numeric, value_high numeric, value_since timestamptz, value_until timestamptz,
    value_target_type varchar, value_target_id varchar, value_url varchar);
CREATE INDEX index_composite_search ON fhir_store.index_composite (param, code, system, key);
CREATE INDEX index_composite_of ON fhir_store.index_composite (key);
"""

RESOURCES = """
CREATE INDEX current_resource_by_time ON fhir_store.current_resource (type, last_updated, key);
CREATE INDEX resource_version_of_type ON fhir_store.resource_version (type, last_updated, seq);
ALTER TABLE fhir_store.installation ADD COLUMN index_version integer NOT NULL DEFAULT 0;
"""

# Numbers are handed out in blocks, so that a save need not ask for them; keys and versions share one sequence.
SEQUENCE = """
ALTER SEQUENCE fhir_store.version_seq INCREMENT BY 1000;
SELECT setval('fhir_store.version_seq',
    1 + 1000 * (1 + greatest((SELECT coalesce(max(seq), 0) FROM fhir_store.resource_version),
                             (SELECT coalesce(max(key), 0) FROM fhir_store.resource_version)) / 1000), false);
DROP SEQUENCE fhir_store.resource_key;
"""

ANSWERED = """
CREATE TABLE fhir_store.answered (
    client varchar NOT NULL,
    key varchar NOT NULL,
    request bytea NOT NULL,
    answered_at timestamptz NOT NULL,
    seal_key integer NOT NULL,
    answer bytea NOT NULL,
    PRIMARY KEY (client, key)
);
CREATE INDEX answered_by_age ON fhir_store.answered (answered_at);
"""

GRANTS = """
GRANT SELECT, INSERT, DELETE ON fhir_store.answered TO throughcare_server;
GRANT SELECT, INSERT, DELETE ON
    fhir_store.index_token, fhir_store.index_string, fhir_store.index_reference, fhir_store.index_date,
    fhir_store.index_quantity, fhir_store.index_composite
    TO throughcare_server;
GRANT UPDATE (index_version) ON fhir_store.installation TO throughcare_server;
"""


def upgrade() -> None:
    for statements in (DROP, INDEX, RESOURCES, SEQUENCE, ANSWERED, GRANTS):
        op.execute(statements)


def downgrade() -> None:
    """Refused: a record that is kept for ever is not dropped by a command."""
    raise NotImplementedError("The record store is never dropped. Restore a backup instead.")
