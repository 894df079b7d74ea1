"""The controlled-drug register: books, batches, what is out on a round, cups, lines, discrepancies.

The server adds lines and can neither change nor remove one. It says neither which number a line has nor what is left
after it: a trigger of the tables' owner counts both, under the lock of the book's row, so that the numbers of a book have
no holes and a balance is the sum of its lines. Amounts are in the unit of the product (mL or pieces) with three decimals.

Revision ID: clinical_0008
"""

from alembic import op

revision = "clinical_0008"
down_revision = "clinical_0007"
branch_labels = None
depends_on = ("fhir_store_0006",)

# A sum that is larger than any prison holds is a slip of the pen, and refused by its type.
BOOKS = """
CREATE TABLE clinical.register_book (
    id uuid PRIMARY KEY,
    facility varchar NOT NULL,
    atc varchar NOT NULL,
    form varchar NOT NULL,
    strength numeric(12,3) NOT NULL CHECK (strength > 0),
    last_line integer NOT NULL DEFAULT 0,
    balance numeric(12,3) NOT NULL DEFAULT 0,
    UNIQUE (facility, atc, form, strength)
);
CREATE TABLE clinical.register_batch (
    id uuid PRIMARY KEY,
    book uuid NOT NULL REFERENCES clinical.register_book,
    lot varchar NOT NULL,
    expires_on date NOT NULL,
    in_safe numeric(12,3) NOT NULL DEFAULT 0,
    UNIQUE (book, lot, expires_on),
    UNIQUE (id, book)
);
CREATE TABLE clinical.register_issue (
    id uuid PRIMARY KEY,
    book uuid NOT NULL,
    batch uuid NOT NULL,
    facility varchar NOT NULL,
    container varchar NOT NULL,
    held_in varchar NOT NULL CHECK (held_in IN ('bottle', 'cups')),
    round_on date NOT NULL,
    session varchar NOT NULL,
    in_it numeric(12,3) NOT NULL DEFAULT 0,
    closed_by integer,
    FOREIGN KEY (batch, book) REFERENCES clinical.register_batch (id, book),
    UNIQUE (id, batch)
);
CREATE UNIQUE INDEX register_container_that_is_out ON clinical.register_issue (facility, container) WHERE closed_by IS NULL;
CREATE INDEX register_issue_of_round ON clinical.register_issue (facility, round_on, session);
CREATE TABLE clinical.register_cup (
    id uuid PRIMARY KEY,
    issue uuid NOT NULL REFERENCES clinical.register_issue,
    number integer NOT NULL,
    amount numeric(12,3) NOT NULL CHECK (amount > 0),
    patient_id varchar NOT NULL,
    slot varchar NOT NULL,
    order_id varchar NOT NULL,
    order_version integer NOT NULL,
    poured_at timestamptz NOT NULL,
    first_account uuid NOT NULL,
    second_account uuid,
    single_handed boolean NOT NULL,
    UNIQUE (issue, number),
    UNIQUE (id, issue),
    CHECK (second_account <> first_account AND NOT single_handed OR second_account IS NULL)
);
CREATE INDEX register_cup_of_slot ON clinical.register_cup (patient_id, slot);
"""

# What a line changes is written by the program and asked again here; the count of it is this table's own.
LINES = """
CREATE TABLE clinical.register_line (
    book uuid NOT NULL REFERENCES clinical.register_book,
    number integer NOT NULL,
    event uuid NOT NULL,
    part smallint NOT NULL,
    kind varchar NOT NULL,
    batch uuid NOT NULL,
    issue uuid,
    cup uuid,
    amount numeric(12,3) NOT NULL CHECK (amount >= 0),
    safe_change numeric(12,3) NOT NULL,
    container_change numeric(12,3) NOT NULL CHECK (issue IS NOT NULL OR container_change = 0),
    counted numeric(12,3) CHECK ((counted IS NOT NULL) = (kind IN ('count', 'close')) AND counted >= 0),
    safe_after numeric(12,3) NOT NULL,
    container_after numeric(12,3),
    book_after numeric(12,3) NOT NULL,
    happened_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    first_account uuid NOT NULL,
    second_account uuid,
    single_handed boolean NOT NULL,
    takes_back integer,
    follows integer,
    reason varchar,
    party varchar,
    reference varchar,
    transfer uuid,
    discrepancy uuid,
    PRIMARY KEY (book, number),
    UNIQUE (event, part),
    FOREIGN KEY (batch, book) REFERENCES clinical.register_batch (id, book),
    FOREIGN KEY (issue, batch) REFERENCES clinical.register_issue (id, batch),
    FOREIGN KEY (cup, issue) REFERENCES clinical.register_cup (id, issue),
    FOREIGN KEY (book, takes_back) REFERENCES clinical.register_line,
    FOREIGN KEY (book, follows) REFERENCES clinical.register_line,
    CHECK (second_account <> first_account AND NOT single_handed OR second_account IS NULL),
    CHECK ((takes_back IS NOT NULL) = (kind IN ('remove', 'correction') OR kind = 'spill' AND safe_change = 0 AND container_change = 0)),
    CHECK ((transfer IS NOT NULL) = (kind = 'transfer-in')),
    CHECK (CASE
        WHEN kind IN ('receive', 'transfer-in') THEN safe_change = amount AND container_change = 0
        WHEN kind = 'transfer-out' THEN safe_change = -amount AND container_change = 0
        WHEN kind = 'issue' THEN safe_change = -amount AND container_change = amount
        WHEN kind = 'return' THEN safe_change = amount AND container_change = -amount
        WHEN kind = 'remove' THEN safe_change + container_change = amount AND safe_change * container_change = 0
        WHEN kind IN ('dose', 're-dose', 'destroy', 'shortage')
            THEN safe_change + container_change = -amount AND safe_change * container_change = 0
        WHEN kind = 'spill' THEN safe_change + container_change IN (-amount, 0) AND safe_change * container_change = 0
        WHEN kind = 'overage' THEN safe_change + container_change = amount AND safe_change * container_change = 0
        WHEN kind IN ('count', 'close') THEN safe_change = 0 AND container_change = 0
        WHEN kind = 'correction' THEN true
        ELSE false
    END)
);
CREATE UNIQUE INDEX register_line_taken_back ON clinical.register_line (book, takes_back) WHERE takes_back IS NOT NULL;
CREATE UNIQUE INDEX register_transfer_taken_in ON clinical.register_line (transfer) WHERE transfer IS NOT NULL;
CREATE UNIQUE INDEX register_counted_back_once ON clinical.register_line (issue) WHERE kind = 'close';
CREATE INDEX register_line_of_issue ON clinical.register_line (issue, number) WHERE issue IS NOT NULL;
CREATE INDEX register_line_of_batch ON clinical.register_line (batch, number);
CREATE INDEX register_line_of_cup ON clinical.register_line (cup) WHERE cup IS NOT NULL;
CREATE INDEX register_transfer_to ON clinical.register_line (party) WHERE kind = 'transfer-out';
CREATE INDEX register_line_alone ON clinical.register_line (book, number) WHERE single_handed;

CREATE TABLE clinical.register_dose (
    event uuid PRIMARY KEY,
    book uuid NOT NULL REFERENCES clinical.register_book,
    amount numeric(12,3) NOT NULL CHECK (amount > 0),
    kind varchar NOT NULL CHECK (kind IN ('dose', 're-dose')),
    happened_at timestamptz NOT NULL,
    patient_id varchar NOT NULL,
    administration_id varchar NOT NULL
);
CREATE INDEX register_dose_of_patient ON clinical.register_dose (patient_id, happened_at);
"""

DISCREPANCIES = """
CREATE TABLE clinical.register_discrepancy (
    id uuid PRIMARY KEY,
    book uuid NOT NULL REFERENCES clinical.register_book,
    batch uuid,
    issue uuid,
    found_by varchar NOT NULL,
    amount numeric(12,3) NOT NULL,
    event uuid NOT NULL,
    opened_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    first_account uuid NOT NULL,
    second_account uuid,
    FOREIGN KEY (batch, book) REFERENCES clinical.register_batch (id, book),
    FOREIGN KEY (issue, batch) REFERENCES clinical.register_issue (id, batch)
);
CREATE INDEX register_discrepancy_of_book ON clinical.register_discrepancy (book);
CREATE INDEX register_discrepancy_of_batch ON clinical.register_discrepancy (batch);
CREATE TABLE clinical.register_discrepancy_step (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    discrepancy uuid NOT NULL REFERENCES clinical.register_discrepancy,
    step varchar NOT NULL,
    note varchar NOT NULL,
    at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    account uuid NOT NULL
);
CREATE INDEX register_step_of_discrepancy ON clinical.register_discrepancy_step (discrepancy);
CREATE TABLE clinical.register_discrepancy_closing (
    discrepancy uuid PRIMARY KEY REFERENCES clinical.register_discrepancy,
    cause varchar NOT NULL,
    note varchar NOT NULL,
    at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    first_account uuid NOT NULL,
    second_account uuid NOT NULL CHECK (second_account <> first_account)
);
"""

# These run as the owner: the server has no right to change a balance, nor to hold a row.
COUNTING = """
CREATE FUNCTION clinical.register_hold(held uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT FROM clinical.register_book WHERE id = held FOR UPDATE
$$;
CREATE FUNCTION clinical.register_count() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    named clinical.register_line;
BEGIN
    IF NEW.takes_back IS NOT NULL THEN
        SELECT * INTO STRICT named FROM clinical.register_line WHERE book = NEW.book AND number = NEW.takes_back;
        IF (named.batch, named.amount) <> (NEW.batch, NEW.amount) OR named.issue IS DISTINCT FROM NEW.issue
            OR (NEW.kind <> 'correction') <> (named.kind IN ('dose', 're-dose'))
            OR NEW.kind <> 'spill'
                AND (named.safe_change, named.container_change) <> (-NEW.safe_change, -NEW.container_change)
        THEN
            RAISE EXCEPTION 'This is not what that line did.' USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    UPDATE clinical.register_book
        SET last_line = last_line + 1, balance = balance + NEW.safe_change + NEW.container_change
        WHERE id = NEW.book RETURNING last_line, balance INTO STRICT NEW.number, NEW.book_after;
    UPDATE clinical.register_batch SET in_safe = in_safe + NEW.safe_change
        WHERE id = NEW.batch RETURNING in_safe INTO STRICT NEW.safe_after;
    IF NEW.issue IS NOT NULL THEN
        UPDATE clinical.register_issue SET in_it = in_it + NEW.container_change,
            closed_by = CASE WHEN NEW.kind = 'close' THEN NEW.number ELSE closed_by END
            WHERE id = NEW.issue RETURNING in_it INTO STRICT NEW.container_after;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER counted BEFORE INSERT ON clinical.register_line
    FOR EACH ROW EXECUTE FUNCTION clinical.register_count();
"""

# Asked when everything of the transaction is there. Nobody's id stands for whoever signs second in a preview.
HOLDING = """
CREATE FUNCTION clinical.register_is_off(asked_batch uuid, asked_issue uuid) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM clinical.register_batch b WHERE b.id = asked_batch AND b.in_safe < 0 AND NOT EXISTS (
            SELECT FROM clinical.register_discrepancy d
            WHERE d.batch = b.id AND d.issue IS NULL AND d.found_by IN ('count', 'issued', 'person')
                AND NOT EXISTS (SELECT FROM clinical.register_discrepancy_closing c WHERE c.discrepancy = d.id)
        )
    ) OR EXISTS (
        SELECT FROM clinical.register_issue i
        WHERE i.id = asked_issue AND (i.in_it < 0 OR i.closed_by IS NOT NULL AND i.in_it <> 0) AND NOT EXISTS (
            SELECT FROM clinical.register_discrepancy d
            WHERE d.issue = i.id
                AND NOT EXISTS (SELECT FROM clinical.register_discrepancy_closing c WHERE c.discrepancy = d.id)
        )
    )
$$;
CREATE FUNCTION clinical.register_holds() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.second_account = '00000000-0000-0000-0000-000000000000' THEN
        RAISE EXCEPTION 'What was written to be looked at is not kept.' USING ERRCODE = 'check_violation';
    END IF;
    IF clinical.register_is_off(NEW.batch, NEW.issue) THEN
        RAISE EXCEPTION 'The book does not hold, and no discrepancy is open.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER holds AFTER INSERT ON clinical.register_line
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION clinical.register_holds();
CREATE FUNCTION clinical.register_still_holds() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    closed record;
BEGIN
    SELECT batch, issue INTO STRICT closed FROM clinical.register_discrepancy WHERE id = NEW.discrepancy;
    IF NEW.second_account = '00000000-0000-0000-0000-000000000000'
        OR clinical.register_is_off(closed.batch, closed.issue) THEN
        RAISE EXCEPTION 'The book does not hold without this discrepancy.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER still_holds AFTER INSERT ON clinical.register_discrepancy_closing
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION clinical.register_still_holds();
"""

# No UPDATE and no DELETE, on anything. Numbers, balances and the time of recording are not the server's to say.
GRANTS = """
REVOKE ALL ON FUNCTION clinical.register_hold, clinical.register_count, clinical.register_holds,
    clinical.register_still_holds, clinical.register_is_off FROM PUBLIC;
GRANT EXECUTE ON FUNCTION clinical.register_hold, clinical.register_is_off TO throughcare_server;
GRANT SELECT, INSERT (id, facility, atc, form, strength) ON clinical.register_book TO throughcare_server;
GRANT SELECT, INSERT (id, book, lot, expires_on) ON clinical.register_batch TO throughcare_server;
GRANT SELECT, INSERT (id, book, batch, facility, container, held_in, round_on, session)
    ON clinical.register_issue TO throughcare_server;
GRANT SELECT, INSERT ON clinical.register_cup, clinical.register_dose TO throughcare_server;
GRANT SELECT, INSERT (book, event, part, kind, batch, issue, cup, amount, safe_change, container_change, counted,
    happened_at, first_account, second_account, single_handed, takes_back, follows, reason, party, reference, transfer,
    discrepancy) ON clinical.register_line TO throughcare_server;
GRANT SELECT, INSERT (id, book, batch, issue, found_by, amount, event, opened_at, first_account, second_account)
    ON clinical.register_discrepancy TO throughcare_server;
GRANT SELECT, INSERT (discrepancy, step, note, at, account) ON clinical.register_discrepancy_step TO throughcare_server;
GRANT SELECT, INSERT (discrepancy, cause, note, at, first_account, second_account)
    ON clinical.register_discrepancy_closing TO throughcare_server;
"""

TABLES = (
    "book",
    "batch",
    "issue",
    "cup",
    "line",
    "dose",
    "discrepancy",
    "discrepancy_step",
    "discrepancy_closing",
)


def upgrade() -> None:
    for statements in (BOOKS, LINES, DISCREPANCIES, COUNTING, HOLDING, GRANTS):
        op.execute(statements)
    for table in TABLES:
        op.execute(f"SELECT fhir_store.show_only_to('clinical.register_{table}', 'record')")


def downgrade() -> None:
    """Refused: a register is not dropped by a command."""
    raise NotImplementedError("The register is never dropped. Restore a backup instead.")
