"""Keys by which bodies are sealed, and the index rows of texts that identify people.

``throughcare migrate`` seals what lies open and derives the search index again.

Revision ID: fhir_store_0005
"""

from alembic import op

revision = "fhir_store_0005"
down_revision = "fhir_store_0004"
branch_labels = None
depends_on = None

# That a key is in use keeps its key-encryption key from being forgotten. A destroyed key keeps its number: bodies
# sealed with it are still there, and nothing else may ever be sealed under that number.
KEYS = """
CREATE TABLE fhir_store.key_encryption_key (
    version integer NOT NULL PRIMARY KEY,
    proof bytea NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now()
);
CREATE SEQUENCE fhir_store.data_key_number AS integer;
CREATE TABLE fhir_store.data_key (
    number integer NOT NULL PRIMARY KEY,
    purpose varchar NOT NULL CHECK (purpose IN ('person', 'store', 'index')),
    patient varchar CHECK ((patient IS NOT NULL) = (purpose = 'person' AND wrapped IS NOT NULL)),
    wrapped bytea,
    kek integer REFERENCES fhir_store.key_encryption_key (version) CHECK ((kek IS NULL) = (wrapped IS NULL)),
    made_at timestamptz NOT NULL DEFAULT now(),
    destroyed_at timestamptz CHECK ((destroyed_at IS NULL) = (wrapped IS NOT NULL))
);
CREATE UNIQUE INDEX data_key_of_person ON fhir_store.data_key (patient);
CREATE UNIQUE INDEX data_key_of_all ON fhir_store.data_key (purpose) WHERE purpose <> 'person' AND wrapped IS NOT NULL;
CREATE INDEX data_key_by_kek ON fhir_store.data_key (kek);
ALTER TABLE fhir_store.installation ADD COLUMN sealed_through bigint NOT NULL DEFAULT 0;
"""

INDEX = """
CREATE TABLE fhir_store.index_blind (key bigint NOT NULL, param integer NOT NULL, value bigint NOT NULL);
CREATE INDEX index_blind_search ON fhir_store.index_blind (value);
CREATE INDEX index_blind_of ON fhir_store.index_blind (key);
"""

# The server makes keys. It can neither destroy one nor put another in its place: that is the owner's.
GRANTS = """
GRANT SELECT, INSERT ON fhir_store.key_encryption_key, fhir_store.data_key TO throughcare_server;
GRANT USAGE ON SEQUENCE fhir_store.data_key_number TO throughcare_server;
GRANT SELECT, INSERT, DELETE ON fhir_store.index_blind TO throughcare_server;
DO $$ BEGIN
    IF current_setting('server_version_num')::int >= 170000 THEN
        EXECUTE 'GRANT MAINTAIN ON fhir_store.data_key, fhir_store.index_blind TO throughcare_server';
    END IF;
END $$
"""


def upgrade() -> None:
    for statements in (KEYS, INDEX, GRANTS):
        op.execute(statements)


def downgrade() -> None:
    """Refused: a record that is kept for ever is not dropped by a command."""
    raise NotImplementedError("The record store is never dropped. Restore a backup instead.")
