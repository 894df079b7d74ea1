"""An event stands if, and only if, what it is about does; the server can add events and do nothing else to them."""

from dataclasses import replace

import psycopg
import pytest
from audit_events import KEY, NOON, a_read, plain, recorded, rows

from fhir_store.write import raw_cursor
from services.access.audit.errors import NotCanonical
from services.access.audit.event import check
from services.access.audit.log.about import about
from services.access.audit.log.record import record
from services.shared.database import Database
from services.shared.installation import Urls

COUNT = "SELECT count(*) FROM access.audit_event"


def test_an_event_is_written_with_what_it_is_about(database: Database, urls: Urls) -> None:
    with database.transaction() as connection:
        record(raw_cursor(connection), [a_read(), a_read("Patient/besa")], KEY)
    found = rows(urls.server, "SELECT kind, actor, facility, at FROM access.audit_event ORDER BY seq")
    assert found == [("read", "account/drita", "north", NOON)] * 2


def test_it_goes_with_a_transaction_that_is_rolled_back(database: Database, urls: Urls) -> None:
    def write_and_fail() -> None:
        with database.transaction() as connection:
            record(raw_cursor(connection), [a_read()], KEY)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_and_fail()
    assert rows(urls.server, COUNT) == [(0,)]


def test_what_was_recorded_is_what_is_read_back(database: Database) -> None:
    recorded(database, a_read("Patient/amina"), a_read("Patient/besa"), a_read("Patient/amina", minutes=5))
    with database.cursor() as cursor:
        found = list(about(cursor, "Patient/amina", KEY))
        for one in found:
            check(one.event, one.event.leaf())
        assert [opening and opening.subject for opening in found[0].event.openings] == [
            "Patient/amina",
            "MedicationAdministration/d1",
        ]
        assert len(found) == 2
        assert found[0].seq > found[1].seq
        older = list(about(cursor, "Patient/amina", KEY, before=found[0].seq))
        assert [one.seq for one in older] == [found[1].seq]
        assert list(about(cursor, "Patient/nobody", KEY)) == []


def test_who_looked_at_a_person_is_asked_of_an_index_that_does_not_name_them(urls: Urls) -> None:
    indexes = rows(urls.owner, "SELECT indexdef FROM pg_indexes WHERE tablename = 'audit_opening'")
    assert len(indexes) == 2
    assert not any("subject)" in one or "subject," in one for (one,) in indexes)


@pytest.mark.parametrize(
    "event",
    [
        a_read("Patient/\0"),
        replace(a_read(), actor="account/\0"),
        replace(a_read(), facility="\0"),
        a_read("Patient/\ud800"),
    ],
    ids=["subject", "actor", "facility", "half a pair"],
)
def test_what_the_database_would_refuse_is_refused_before(database: Database, event) -> None:
    with database.cursor() as cursor, pytest.raises(NotCanonical):
        record(cursor, [a_read(), event], KEY)


@pytest.mark.parametrize(
    "subject", ['Patient/"', "Patient/\\", "Patient/{a,b}", "Patient/é€😀", "Patient/'", "NULL"]
)
def test_whatever_a_subject_is_called_it_is_kept_so(database: Database, urls: Urls, subject: str) -> None:
    recorded(database, a_read(subject))
    assert rows(urls.server, "SELECT subject FROM access.audit_opening WHERE place = 0") == [(subject,)]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE access.audit_event SET actor = 'account/other'",
        "DELETE FROM access.audit_event",
        "TRUNCATE access.audit_event",
        "UPDATE access.audit_opening SET subject = 'Patient/other'",
        "DELETE FROM access.audit_opening",
        "UPDATE access.audit_leaf SET index = index + 1",
        "DELETE FROM access.audit_leaf",
        "DELETE FROM access.audit_tree",
        "INSERT INTO access.audit_tree VALUES (true, 0, '{}', 0, '0', 0)",
        "UPDATE access.audit_head SET line = ''",
        "DELETE FROM access.audit_head",
        "DELETE FROM access.audit_key",
        "UPDATE access.audit_key SET public_key = ''",
        "INSERT INTO access.audit_erasure (erased_by, reason, openings) VALUES ('a', 'b', 1)",
        "DELETE FROM access.audit_erasure",
        # In which transaction, and when, is not for the server to say.
        "INSERT INTO access.audit_event (seq, xid, kind, actor, at, body) VALUES (1, '3', 'a', 'b', now(), '')",
        "INSERT INTO access.audit_event (seq, recorded_at, kind, actor, at, body) VALUES (1, now(), 'a', 'b', now(), '')",
        "ALTER TABLE access.audit_event DISABLE TRIGGER ALL",
    ],
)
def test_the_server_cannot(database: Database, urls: Urls, statement: str) -> None:
    recorded(database, a_read())
    with (
        psycopg.connect(plain(urls.server), autocommit=True) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(statement)  # type: ignore[arg-type]


def test_nobody_else_may_make_the_log_forget(urls: Urls) -> None:
    (granted,) = rows(
        urls.owner,
        "SELECT count(*) FROM pg_proc, aclexplode(proacl) WHERE proname = 'forget_subject' AND grantee = 0",
    )
    assert granted == (0,)
