"""The dosing round: who holds which wing, who witnesses, what every tablet sent, sheets on paper, emergencies.

What was sent is added and never changed: the server has no UPDATE and no DELETE on it. How it was worked off is a line
of its own.

Revision ID: clinical_0011
"""

from alembic import op

revision = "clinical_0011"
down_revision = "clinical_0010"
branch_labels = None
depends_on = None

ROUNDS = """
CREATE TABLE clinical.round (
    id uuid PRIMARY KEY,
    facility varchar NOT NULL,
    day date NOT NULL,
    session varchar NOT NULL,
    opened_at timestamptz NOT NULL,
    opened_by uuid NOT NULL,
    UNIQUE (facility, day, session)
);
CREATE TABLE clinical.round_closing (
    round uuid PRIMARY KEY REFERENCES clinical.round,
    closed_at timestamptz NOT NULL,
    closed_by uuid NOT NULL,
    open_slots integer NOT NULL
);
CREATE TABLE clinical.round_part (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    round uuid NOT NULL REFERENCES clinical.round,
    wing varchar NOT NULL,
    device uuid,
    account uuid NOT NULL,
    since timestamptz NOT NULL,
    taken varchar NOT NULL CHECK (taken IN ('free', 'agreed', 'silent', 'spoken'))
);
CREATE INDEX round_part_of_round ON clinical.round_part (round, wing, number);
CREATE TABLE clinical.round_witness (
    round uuid NOT NULL REFERENCES clinical.round,
    account uuid NOT NULL,
    device uuid,
    wing varchar NOT NULL DEFAULT '',
    signed_in_at timestamptz NOT NULL,
    PRIMARY KEY (round, account, wing)
);
"""

# The body is sealed with the key of the person it is about, or with the store's own where that is not known.
EVENTS = """
CREATE TABLE clinical.round_event (
    id uuid PRIMARY KEY,
    facility varchar NOT NULL,
    patient_id varchar NOT NULL,
    device uuid,
    seq bigint NOT NULL,
    author uuid NOT NULL,
    sent_by uuid NOT NULL,
    received_at timestamptz NOT NULL,
    occurred_at timestamptz NOT NULL,
    request bytea NOT NULL,
    seal_key integer NOT NULL,
    body bytea NOT NULL,
    kind varchar NOT NULL,
    outcome varchar NOT NULL CHECK (outcome IN ('stored', 'flagged', 'conflict', 'quarantined')),
    flags text[] NOT NULL,
    about uuid,
    other varchar,
    resource_type varchar,
    resource_id varchar,
    CHECK ((outcome = 'quarantined') = (resource_id IS NULL)),
    CHECK (other IS NOT NULL OR outcome <> 'conflict')
);
CREATE INDEX round_event_about ON clinical.round_event (about) WHERE about IS NOT NULL;
CREATE INDEX round_event_of_facility ON clinical.round_event (facility, received_at) WHERE outcome <> 'stored';
CREATE TABLE clinical.round_event_settled (
    event uuid PRIMARY KEY REFERENCES clinical.round_event,
    at timestamptz NOT NULL,
    account uuid NOT NULL,
    result varchar NOT NULL,
    resource_type varchar,
    resource_id varchar
);
"""

# A sheet says a code for each row and no name of a medicine; what a code stands for is here only.
SHEETS = """
CREATE TABLE clinical.round_sheet (
    id uuid PRIMARY KEY,
    facility varchar NOT NULL,
    number integer NOT NULL,
    day date NOT NULL,
    session varchar NOT NULL,
    printed_at timestamptz NOT NULL,
    printed_by uuid NOT NULL,
    UNIQUE (facility, number)
);
CREATE TABLE clinical.round_sheet_row (
    code varchar PRIMARY KEY,
    sheet uuid NOT NULL REFERENCES clinical.round_sheet,
    row integer NOT NULL,
    patient_id varchar NOT NULL,
    order_id varchar,
    order_version varchar,
    part integer,
    mg numeric,
    UNIQUE (sheet, row)
);
CREATE TABLE clinical.round_emergency (
    id uuid PRIMARY KEY,
    began uuid NOT NULL REFERENCES clinical.round_emergency,
    facility varchar NOT NULL,
    device uuid,
    account uuid NOT NULL,
    recorded_at timestamptz NOT NULL,
    found_at timestamptz NOT NULL,
    look_again_at timestamptz,
    seal_key integer NOT NULL,
    body bytea NOT NULL
);
CREATE INDEX round_emergency_of_facility ON clinical.round_emergency (facility, recorded_at);
CREATE INDEX round_emergency_of_began ON clinical.round_emergency (began, recorded_at);
CREATE TABLE clinical.round_emergency_signed (
    emergency uuid PRIMARY KEY REFERENCES clinical.round_emergency,
    at timestamptz NOT NULL,
    account uuid NOT NULL,
    patient_id varchar NOT NULL
);
"""

# A projection, unlike the others here.
TASKS = """
CREATE TABLE clinical.round_task (
    source_type varchar NOT NULL,
    source_id varchar NOT NULL,
    patient_id varchar NOT NULL,
    what varchar NOT NULL,
    focus_id varchar,
    due_at timestamptz,
    done boolean NOT NULL,
    steps text[] NOT NULL,
    steps_done text[] NOT NULL,
    decided_mg numeric,
    PRIMARY KEY (source_type, source_id)
);
CREATE INDEX round_task_open ON clinical.round_task (patient_id) WHERE NOT done;
GRANT DELETE ON clinical.round_task TO throughcare_server;
"""

TABLES = (
    "round",
    "round_closing",
    "round_part",
    "round_witness",
    "round_event",
    "round_event_settled",
    "round_sheet",
    "round_sheet_row",
    "round_emergency",
    "round_emergency_signed",
    "round_task",
)


def upgrade() -> None:
    for statements in (ROUNDS, EVENTS, SHEETS, TASKS):
        op.execute(statements)
    for table in TABLES:
        op.execute(f"GRANT SELECT, INSERT ON clinical.{table} TO throughcare_server")
        op.execute(f"SELECT fhir_store.show_only_to('clinical.{table}', 'record')")


def downgrade() -> None:
    """Refused: what was sent is not dropped by a command."""
    raise NotImplementedError("What tablets sent is never dropped. Restore a backup instead.")
