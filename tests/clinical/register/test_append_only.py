"""What the tables do not let the server do, whatever a program asks."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from dispensary import ANA, BESA, Dispensary
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from clinical.register.draw import draw
from clinical.register.kind import Change, Kind
from clinical.register.ledger import Entry, hold, write
from clinical.register.reading import holdings
from clinical.register.stock import batch_with
from clinical.register.two_people import SOMEBODY, Hands, Signed
from clinical.register.verification import lines_that_do_not_hold
from fhir_store.walls import Wall
from services.shared.database import Database
from services.shared.installation import Urls

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
OF_THE_TABLES = {
    "book": ("last_line", "balance"),
    "batch": ("in_safe",),
    "issue": ("in_it", "closed_by"),
    "line": ("number", "safe_after", "container_after", "book_after", "recorded_at"),
    "discrepancy": ("recorded_at",),
    "discrepancy_step": ("recorded_at",),
    "discrepancy_closing": ("recorded_at",),
}
FIRST = {"line": "amount", "dose": "patient_id", "discrepancy_step": "note", "discrepancy_closing": "cause"}
NOTHING, FIVE, THOUSAND = Decimal(), Decimal(500), Decimal(1000)
SIGNED = Signed(ANA, BESA, single_handed=False)


def refused(database: Database, statement: str) -> str:
    with pytest.raises(DBAPIError) as found, database.transaction() as connection:
        connection.execute(text(statement))
    return str(getattr(found.value.orig, "sqlstate", ""))


@pytest.mark.parametrize("table", TABLES)
def test_the_server_changes_and_removes_nothing(north: Dispensary, table: str) -> None:
    for statement in (
        f"UPDATE clinical.register_{table} SET {FIRST.get(table, 'id')} = NULL",
        f"DELETE FROM clinical.register_{table}",
        f"TRUNCATE clinical.register_{table}",
    ):
        assert refused(north.database, statement) == "42501", statement


@pytest.mark.parametrize("table", TABLES)
def test_it_has_no_right_to_but_to_read_and_to_add(urls: Urls, table: str) -> None:
    asked = """
        SELECT privilege_type FROM information_schema.table_privileges
        WHERE grantee = 'throughcare_server' AND table_schema = 'clinical' AND table_name = %(table)s
        UNION SELECT privilege_type FROM information_schema.column_privileges
        WHERE grantee = 'throughcare_server' AND table_schema = 'clinical' AND table_name = %(table)s
    """
    with psycopg.connect(urls.owner.replace("+psycopg", "")) as connection:
        found = connection.execute(asked, {"table": f"register_{table}"}).fetchall()
    assert {one for (one,) in found} == {"SELECT", "INSERT"}


@pytest.mark.parametrize(
    ("table", "column"), [(t, one) for t, columns in OF_THE_TABLES.items() for one in columns]
)
def test_numbers_balances_and_the_time_of_recording_are_not_its_to_say(
    north: Dispensary, table: str, column: str
) -> None:
    statement = f"INSERT INTO clinical.register_{table} ({column}) VALUES (NULL)"
    assert refused(north.database, statement) == "42501"


def written(north: Dispensary, entry: Callable[[UUID, UUID], Entry], by: Signed = SIGNED) -> str:
    """The code of what the tables say against a line; empty if they take it."""
    batch = north.receives(1000, lot=str(uuid4()))
    out = north.issues(batch, 500, str(uuid4()))
    entering = north.by()

    def work(connection: Connection) -> None:
        (book,) = {one.book.id for one in holdings(connection, north.facility)}
        hold(connection, entering, book)
        write(connection, entering, book, by, [entry(batch, out)])

    try:
        with north.database.transaction() as connection:
            work(connection)
    except DBAPIError as said:
        return str(getattr(said.orig, "sqlstate", ""))
    return ""


@pytest.mark.parametrize("kind", [Kind.DOSE, Kind.SPILL, Kind.DESTROY, Kind.SHORTAGE])
def test_less_than_nothing_is_kept_only_while_a_discrepancy_is_open(north: Dispensary, kind: Kind) -> None:
    assert written(north, lambda batch, out: Entry(kind, batch, 500, issue=out)) == ""
    assert written(north, lambda batch, out: Entry(kind, batch, 501, issue=out)) == "23514"
    assert written(north, lambda batch, out: Entry(kind, batch, 500)) == ""
    assert written(north, lambda batch, out: Entry(kind, batch, 501)) == "23514"


def test_a_container_that_was_counted_back_is_empty_unless_a_discrepancy_is_open(north: Dispensary) -> None:
    assert written(north, lambda batch, out: Entry(Kind.CLOSE, batch, 0, issue=out, counted=0)) == "23514"


def test_a_line_that_was_written_to_be_looked_at_is_not_kept(north: Dispensary) -> None:
    looked_at = Signed(ANA, SOMEBODY, single_handed=False)
    assert written(north, lambda batch, out: Entry(Kind.RECEIVE, batch, 1)) == ""
    assert written(north, lambda batch, out: Entry(Kind.RECEIVE, batch, 1), looked_at) == "23514"


@pytest.mark.parametrize(
    "entry",
    [
        lambda batch, out: Entry(Kind.RECEIVE, batch, -1),
        lambda batch, out: Entry(Kind.CORRECTION, batch, 1, undoes=Change(Decimal(1), Decimal())),
        lambda batch, out: Entry(Kind.REMOVE, batch, 1, issue=out),
        lambda batch, out: Entry(Kind.DOSE, batch, 1, issue=out, takes_back=1),
        lambda batch, out: Entry(Kind.COUNT, batch, 0),
        lambda batch, out: Entry(Kind.DOSE, batch, 1, issue=out, counted=1),
        lambda batch, out: Entry(Kind.TRANSFER_IN, batch, 1),
        lambda batch, out: Entry(Kind.RECEIVE, batch, 1, transfer=uuid4()),
    ],
)
def test_a_line_that_does_not_say_what_its_kind_asks_for_is_refused(
    north: Dispensary, entry: Callable[[UUID, UUID], Entry]
) -> None:
    assert written(north, entry) == "23514"


@pytest.mark.parametrize(
    "entry",
    [
        lambda batch, out: Entry(Kind.CORRECTION, batch, 1000, takes_back=1, undoes=Change(NOTHING, NOTHING)),
        lambda batch, out: Entry(Kind.CORRECTION, batch, 999, takes_back=1, undoes=Change(THOUSAND, NOTHING)),
        lambda batch, out: Entry(Kind.REMOVE, batch, 1000, takes_back=1),
        lambda batch, out: Entry(Kind.SPILL, batch, 1000, takes_back=1),
        lambda batch, out: Entry(Kind.REMOVE, batch, 500, issue=out, takes_back=2),
        lambda batch, out: Entry(Kind.CORRECTION, batch, 500, takes_back=2, undoes=Change(-FIVE, NOTHING)),
    ],
)
def test_what_takes_a_line_back_undoes_what_that_line_did_and_nothing_else(
    north: Dispensary, entry: Callable[[UUID, UUID], Entry]
) -> None:
    assert written(north, entry) == "23514"


def test_a_container_is_counted_back_once(north: Dispensary) -> None:
    batch = north.receives(1000)
    out = north.issues(batch, 500)
    north.counts_back(out, 500)
    again = Entry(Kind.CLOSE, batch, NOTHING, issue=out, counted=NOTHING)
    with (
        pytest.raises(DBAPIError, match="register_counted_back_once"),
        north.database.transaction() as connection,
    ):
        write(connection, north.by(), batch_with(connection, batch).book, SIGNED, [again])


@pytest.mark.parametrize("by", [Signed(ANA, ANA, single_handed=False), Signed(ANA, BESA, single_handed=True)])
def test_nobody_signs_twice_and_two_are_not_alone(north: Dispensary, by: Signed) -> None:
    assert written(north, lambda batch, out: Entry(Kind.RECEIVE, batch, 1), by) == "23514"


@pytest.mark.parametrize(
    "changed",
    ["safe_change = 2", "container_change = -2", "safe_change = -1, container_change = 1", "kind = 'found'"],
)
def test_what_a_kind_does_is_asked_by_the_table_too(north: Dispensary, urls: Urls, changed: str) -> None:
    """By the owner, since the server cannot even ask."""
    out = north.issues(north.receives(1000), 500)
    north.gives(out, 1)
    with (
        psycopg.connect(urls.owner.replace("+psycopg", "")) as connection,
        pytest.raises(psycopg.errors.CheckViolation),
    ):
        connection.execute(f"UPDATE clinical.register_line SET {changed} WHERE kind = 'dose'".encode())


@pytest.mark.parametrize("wall", [Wall.CUSTODY, Wall.NOBODY])
def test_behind_another_wall_nothing_of_it_is_seen_and_nothing_written(north: Dispensary, wall: Wall) -> None:
    north.gives(north.issues(north.receives(1000), 500), 6)
    elsewhere = north.database.behind(wall)
    with elsewhere.transaction() as connection:
        for table in TABLES:
            counted = connection.execute(text(f"SELECT count(*) FROM clinical.register_{table}"))
            assert counted.scalar_one() == 0, table
    with pytest.raises(DBAPIError):
        Dispensary(elsewhere).receives(1)


def test_who_was_given_a_dose_stands_in_no_line(north: Dispensary) -> None:
    north.gives(north.issues(north.receives(1000), 500), 6, patient="amina")
    with north.database.transaction() as connection:
        lines: list[Any] = list(
            connection.execute(text("SELECT l::text FROM clinical.register_line l")).scalars()
        )
        (patient,) = connection.execute(text("SELECT patient_id FROM clinical.register_dose")).scalars()
    assert patient == "amina"
    assert len(lines) == 3
    assert not any("amina" in one for one in lines)


def test_what_breaks_off_between_two_lines_leaves_none(north: Dispensary, urls: Urls) -> None:
    batch = north.receives(1000)
    out = north.issues(batch, 500)
    by, more = north.by(Hands(ANA, BESA)), north.by()
    with pytest.raises(DBAPIError), north.database.transaction() as connection:  # noqa: PT012
        draw(connection, by, north.drawing(out, 6))
        mine = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
        with psycopg.connect(urls.server.replace("+psycopg", ""), autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s)", (mine,))
        draw(connection, more, north.drawing(out, 6))
    assert north.in_it(out) == 500
    assert north.gives(out, 6).lines[0].number == 3
    with north.database.transaction() as connection:
        assert list(lines_that_do_not_hold(connection)) == []
        assert connection.execute(text("SELECT count(*) FROM clinical.register_dose")).scalar_one() == 1
