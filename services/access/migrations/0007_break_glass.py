"""Records opened in an emergency, and for which patients a session gave a purpose for HIV data.

Revision ID: access_0007
"""

from alembic import op

revision = "access_0007"
down_revision = "access_0006"
branch_labels = None
depends_on = None

# What the program decides is refused here again. `role` names those who treat: a role added later is added here.
OPENINGS = """
CREATE TABLE access.break_glass (
    id uuid NOT NULL PRIMARY KEY,
    opened_by uuid NOT NULL REFERENCES access.account (id),
    role varchar NOT NULL CHECK (role IN ('nurse', 'doctor', 'pharmacist', 'hiv_counsellor', 'medical_lead')),
    facility varchar NOT NULL,
    patient varchar NOT NULL,
    opened_at timestamptz NOT NULL,
    whole_at timestamptz CHECK (whole_at >= opened_at AND whole_at < ends_at),
    ends_at timestamptz NOT NULL CHECK (ends_at > opened_at AND ends_at <= opened_at + interval '2 hours'),
    closed_at timestamptz CHECK (closed_at >= opened_at),
    reason_due_at timestamptz NOT NULL,
    reason varchar
        CHECK (reason IN ('unconscious', 'overdose', 'withdrawal', 'acute', 'danger', 'other')),
    reason_at timestamptz CHECK (reason_at >= opened_at),
    reviewed_by uuid REFERENCES access.account (id) CHECK (reviewed_by <> opened_by),
    reviewed_at timestamptz CHECK (reviewed_at >= opened_at),
    outcome varchar CHECK (outcome IN ('justified', 'to-be-talked-about', 'not-justified')),
    CHECK ((reason IS NULL) = (reason_at IS NULL)),
    CHECK ((outcome IS NULL) = (reviewed_at IS NULL) AND (outcome IS NULL) = (reviewed_by IS NULL))
);
CREATE INDEX break_glass_of_facility ON access.break_glass (facility, opened_at);
CREATE INDEX break_glass_of_patient ON access.break_glass (patient);
CREATE INDEX break_glass_of_account ON access.break_glass (opened_by, opened_at);
"""

# Each thing is said once. Only what is to be talked about is judged once more.
SAID_ONCE = """
CREATE FUNCTION access.break_glass_said_once() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF (OLD.whole_at IS NOT NULL AND NEW.whole_at IS DISTINCT FROM OLD.whole_at)
        OR (OLD.closed_at IS NOT NULL AND NEW.closed_at IS DISTINCT FROM OLD.closed_at)
        OR (OLD.reason IS NOT NULL AND (NEW.reason, NEW.reason_at) IS DISTINCT FROM (OLD.reason, OLD.reason_at))
        OR (OLD.outcome IN ('justified', 'not-justified')
            AND (NEW.outcome, NEW.reviewed_by, NEW.reviewed_at)
                IS DISTINCT FROM (OLD.outcome, OLD.reviewed_by, OLD.reviewed_at))
        OR (OLD.outcome IS NOT NULL AND NEW.outcome IS NULL)
    THEN
        RAISE EXCEPTION 'What was said of an emergency access stays as it is.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER said_once BEFORE UPDATE ON access.break_glass
    FOR EACH ROW EXECUTE FUNCTION access.break_glass_said_once();
"""

# Whoever opens holds the role there at that moment, and neither guards nor administers anywhere.
WHO_OPENS = """
CREATE FUNCTION access.break_glass_opener() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM access.role_grant g
        WHERE g.account = NEW.opened_by AND g.role = NEW.role AND g.facility = 'Organization/' || NEW.facility
            AND g.revoked_at IS NULL AND g.starts_at <= NEW.opened_at
            AND (g.ends_at IS NULL OR g.ends_at > NEW.opened_at)
            AND (g.confirmed_at IS NOT NULL OR NOT g.needs_confirmation)
    ) OR EXISTS (
        SELECT FROM access.role_grant g
        WHERE g.account = NEW.opened_by AND g.role IN ('custody_officer', 'administrator')
            AND g.revoked_at IS NULL AND g.starts_at <= NEW.opened_at
            AND (g.ends_at IS NULL OR g.ends_at > NEW.opened_at)
    ) THEN
        RAISE EXCEPTION 'Only who treats opens a record in an emergency.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER opener BEFORE INSERT ON access.break_glass
    FOR EACH ROW EXECUTE FUNCTION access.break_glass_opener();
"""

# It goes with its session, which the server deletes.
PURPOSES = """
CREATE TABLE access.purpose_given (
    session uuid NOT NULL REFERENCES access.session (id) ON DELETE CASCADE,
    patient varchar NOT NULL,
    purpose varchar NOT NULL CHECK (purpose IN ('TREAT', 'CAREMGT', 'PATRQT')),
    given_at timestamptz NOT NULL,
    PRIMARY KEY (session, patient)
);
"""

RIGHTS = """
GRANT SELECT, INSERT (id, opened_by, role, facility, patient, opened_at, whole_at, ends_at, reason_due_at),
    UPDATE (whole_at, closed_at, reason, reason_at, reviewed_by, reviewed_at, outcome)
    ON access.break_glass TO throughcare_server;
GRANT SELECT, INSERT ON access.purpose_given TO throughcare_server;
"""


def upgrade() -> None:
    for statements in (OPENINGS, SAID_ONCE, WHO_OPENS, PURPOSES, RIGHTS):
        op.execute(statements)


def downgrade() -> None:
    """Refused: who opened whose record in an emergency is not dropped by a command."""
    raise NotImplementedError("Emergency access is never forgotten. Restore a backup instead.")
