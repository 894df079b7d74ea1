"""Where people are and what follows from it: absences, wings and cells, duties, dosing sites, closed records, proposed
movements; which records are of one person.

Revision ID: clinical_0009
"""

from alembic import op

revision = "clinical_0009"
down_revision = "clinical_0008"
branch_labels = None
depends_on = ("fhir_store_0006",)

TABLES = """
ALTER TABLE clinical.stay ADD exit_reason varchar, ADD place_id varchar;
CREATE TABLE clinical.absence (
    source_type varchar NOT NULL,
    source_id varchar NOT NULL,
    patient_id varchar NOT NULL,
    stay_id varchar,
    facility_id varchar,
    kind varchar NOT NULL,
    status varchar NOT NULL,
    started_at timestamptz,
    ended_at timestamptz,
    dose_plan varchar,
    PRIMARY KEY (source_type, source_id)
);
CREATE INDEX absence_of_stay ON clinical.absence (stay_id);
CREATE INDEX absence_of_patient ON clinical.absence (patient_id, started_at);
CREATE INDEX absence_not_over ON clinical.absence (facility_id, started_at) WHERE status IN ('planned', 'in-progress');
CREATE TABLE clinical.place (
    source_type varchar NOT NULL,
    source_id varchar NOT NULL,
    facility_id varchar NOT NULL,
    kind varchar NOT NULL,
    name varchar NOT NULL,
    wing_id varchar,
    PRIMARY KEY (source_type, source_id)
);
CREATE INDEX place_of_facility ON clinical.place (facility_id);
CREATE TABLE clinical.duty (
    source_type varchar NOT NULL,
    source_id varchar NOT NULL,
    patient_id varchar NOT NULL,
    facility_id varchar,
    duty varchar NOT NULL,
    due_at timestamptz,
    done boolean NOT NULL,
    PRIMARY KEY (source_type, source_id)
);
CREATE INDEX duty_of_patient ON clinical.duty (patient_id);
CREATE INDEX duty_open ON clinical.duty (facility_id, due_at) WHERE NOT done;
CREATE TABLE clinical.dosing_hand_over (
    source_type varchar NOT NULL,
    source_id varchar NOT NULL,
    patient_id varchar NOT NULL,
    facility_id varchar NOT NULL,
    at timestamptz NOT NULL,
    last_dose_verified boolean NOT NULL,
    PRIMARY KEY (source_type, source_id)
);
CREATE INDEX dosing_hand_over_of_patient ON clinical.dosing_hand_over (patient_id, at);
CREATE TABLE clinical.oat_programme (
    source_type varchar NOT NULL,
    source_id varchar NOT NULL,
    patient_id varchar NOT NULL,
    facility_id varchar NOT NULL,
    started_at timestamptz,
    ended_at timestamptz,
    PRIMARY KEY (source_type, source_id)
);
CREATE INDEX oat_programme_of_patient ON clinical.oat_programme (patient_id);
CREATE TABLE clinical.record_seal (
    source_type varchar NOT NULL,
    source_id varchar NOT NULL,
    patient_id varchar NOT NULL,
    PRIMARY KEY (source_type, source_id)
);
CREATE INDEX record_seal_of_patient ON clinical.record_seal (patient_id);
CREATE TABLE clinical.same_person (
    source_type varchar NOT NULL,
    source_id varchar NOT NULL,
    patient_id varchar NOT NULL,
    other_id varchar NOT NULL,
    PRIMARY KEY (source_type, source_id, patient_id, other_id)
);
CREATE INDEX same_person_of_patient ON clinical.same_person (patient_id, other_id);
CREATE INDEX same_person_of_other ON clinical.same_person (other_id, patient_id);
CREATE TABLE clinical.proposed_movement (
    source_type varchar NOT NULL,
    source_id varchar NOT NULL,
    patient_id varchar,
    facility_id varchar NOT NULL,
    movement varchar NOT NULL,
    at timestamptz,
    state varchar NOT NULL,
    file varchar NOT NULL,
    line integer NOT NULL,
    PRIMARY KEY (source_type, source_id)
);
CREATE INDEX proposed_movement_waiting ON clinical.proposed_movement (facility_id, state);
GRANT SELECT, INSERT, UPDATE, DELETE ON clinical.absence, clinical.place, clinical.duty, clinical.dosing_hand_over,
    clinical.oat_programme, clinical.record_seal, clinical.same_person, clinical.proposed_movement TO throughcare_server;
"""
OF_THE_RECORD = (
    "absence", "place", "duty", "dosing_hand_over", "oat_programme", "record_seal", "same_person", "proposed_movement",
)  # fmt: skip


def upgrade() -> None:
    op.execute(TABLES)
    for table in OF_THE_RECORD:
        op.execute(f"SELECT fhir_store.show_only_to('clinical.{table}', 'record')")


def downgrade() -> None:
    for table in OF_THE_RECORD:
        op.execute(f"DROP TABLE clinical.{table}")
    op.execute("ALTER TABLE clinical.stay DROP exit_reason, DROP place_id")
