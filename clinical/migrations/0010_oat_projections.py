"""What follows from orders, doses and holds of opioid agonist treatment, and what has to be known beside them.

Revision ID: clinical_0010
"""

from alembic import op

revision = "clinical_0010"
down_revision = "clinical_0006"
branch_labels = None
depends_on = ("fhir_store_0006",)

TABLES = """
CREATE TABLE clinical.oat_order (
    source_type varchar NOT NULL,
    source_id varchar NOT NULL,
    patient_id varchar NOT NULL,
    facility_id varchar,
    product varchar NOT NULL,
    status varchar NOT NULL,
    signature varchar,
    starts date,
    ends date,
    version integer NOT NULL,
    unreadable varchar,
    PRIMARY KEY (source_type, source_id),
    CHECK (unreadable IS NOT NULL OR starts IS NOT NULL AND signature IS NOT NULL)
);
CREATE INDEX oat_order_of_patient ON clinical.oat_order (patient_id, ends);
CREATE TABLE clinical.oat_event (
    source_type varchar NOT NULL,
    source_id varchar NOT NULL,
    patient_id varchar NOT NULL,
    kind varchar NOT NULL,
    taken boolean NOT NULL,
    occurred_at timestamptz NOT NULL,
    surely_by timestamptz,
    day date,
    product varchar,
    atc varchar,
    reason varchar,
    finding varchar,
    mg numeric,
    ml numeric,
    order_id varchar,
    order_version varchar,
    slot_day date,
    part integer,
    about varchar,
    covers_days integer,
    facility_id varchar,
    given_by varchar,
    recorded_by varchar,
    witness varchar,
    single_handed boolean NOT NULL,
    observed boolean,
    entry varchar NOT NULL,
    event varchar,
    PRIMARY KEY (source_type, source_id)
);
CREATE INDEX oat_event_of_patient ON clinical.oat_event (patient_id, occurred_at);
CREATE INDEX oat_event_taken ON clinical.oat_event (patient_id, product, occurred_at) WHERE taken;
CREATE INDEX oat_event_about ON clinical.oat_event (about) WHERE about IS NOT NULL;
CREATE TABLE clinical.oat_hold (
    source_type varchar NOT NULL,
    source_id varchar NOT NULL,
    patient_id varchar NOT NULL,
    reason varchar NOT NULL,
    starts date NOT NULL,
    ends date,
    set_by varchar,
    PRIMARY KEY (source_type, source_id)
);
CREATE INDEX oat_hold_of_patient ON clinical.oat_hold (patient_id, ends);
CREATE TABLE clinical.oat_caution (
    source_type varchar NOT NULL,
    source_id varchar NOT NULL,
    patient_id varchar NOT NULL,
    kind varchar NOT NULL,
    found_at timestamptz NOT NULL,
    counts_until timestamptz,
    PRIMARY KEY (source_type, source_id)
);
CREATE INDEX oat_caution_of_patient ON clinical.oat_caution (patient_id);
GRANT SELECT, INSERT, DELETE
    ON clinical.oat_order, clinical.oat_event, clinical.oat_hold, clinical.oat_caution TO throughcare_server;
"""

WALLED = ("oat_order", "oat_event", "oat_hold", "oat_caution")


def upgrade() -> None:
    op.execute(TABLES)
    for table in WALLED:
        op.execute(f"SELECT fhir_store.show_only_to('clinical.{table}', 'record')")


def downgrade() -> None:
    op.execute("DROP TABLE clinical.oat_order, clinical.oat_event, clinical.oat_hold, clinical.oat_caution")
