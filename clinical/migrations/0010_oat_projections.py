"""What follows from orders, doses and holds of opioid agonist treatment, and what has to be known beside them.

Revision ID: clinical_0010
"""

from alembic import op

revision = "clinical_0010"
down_revision = "clinical_0009"
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
CREATE TABLE clinical.oat_claim (
    source_type varchar NOT NULL,
    source_id varchar NOT NULL,
    patient_id varchar NOT NULL,
    said_at timestamptz NOT NULL,
    PRIMARY KEY (source_type, source_id)
);
CREATE INDEX oat_claim_of_patient ON clinical.oat_claim (patient_id, said_at);
CREATE TABLE clinical.oat_take_home (
    source_type varchar NOT NULL,
    source_id varchar NOT NULL,
    patient_id varchar NOT NULL,
    product varchar NOT NULL,
    handed_over_on date NOT NULL,
    days integer NOT NULL,
    PRIMARY KEY (source_type, source_id)
);
CREATE INDEX oat_take_home_of_patient ON clinical.oat_take_home (patient_id, handed_over_on);
CREATE TABLE clinical.oat_release (
    source_type varchar NOT NULL,
    source_id varchar NOT NULL,
    patient_id varchar NOT NULL,
    stop varchar NOT NULL,
    by varchar NOT NULL,
    at timestamptz NOT NULL,
    day date NOT NULL,
    part integer NOT NULL,
    who varchar,
    why varchar,
    PRIMARY KEY (source_type, source_id)
);
CREATE INDEX oat_release_of_patient ON clinical.oat_release (patient_id, day);
"""

# Whom a list is about is asked by facility, of the few who are there now.
INDEXES = """
CREATE INDEX stay_of_facility ON clinical.stay (facility_id, ended_at);
CREATE INDEX oat_event_of_facility ON clinical.oat_event (facility_id, day) WHERE facility_id IS NOT NULL;
"""

WALLED = ("oat_order", "oat_event", "oat_hold", "oat_caution", "oat_claim", "oat_take_home", "oat_release")


def upgrade() -> None:
    op.execute(TABLES)
    op.execute(INDEXES)
    for table in WALLED:
        op.execute(f"GRANT SELECT, INSERT, DELETE ON clinical.{table} TO throughcare_server")
        op.execute(f"SELECT fhir_store.show_only_to('clinical.{table}', 'record')")


def downgrade() -> None:
    op.execute("DROP INDEX clinical.stay_of_facility")
    for table in WALLED:
        op.execute(f"DROP TABLE clinical.{table}")
