"""Who is erased is in the log no more; the tree stays, and everyone else too."""

import pytest
from audit_events import KEY, NURSE, a_read, recorded, rows

from fhir_store.write import raw_cursor
from services.access.audit.log.about import about
from services.access.audit.log.erasure import forget_subject
from services.shared.database import Database
from services.shared.installation import Urls

REGISTER = "SELECT erased_by, reason, openings FROM access.audit_erasure ORDER BY number"


def _forget(database: Database, subject: str) -> int:
    with database.transaction() as connection:
        return forget_subject(raw_cursor(connection), subject, NURSE, "court-order", KEY)


def test_a_person_is_erased_and_nobody_else(database: Database, urls: Urls) -> None:
    recorded(database, a_read("Patient/amina"), a_read("Patient/besa"), a_read("Patient/amina"))
    bodies = rows(urls.server, "SELECT seq, body FROM access.audit_event ORDER BY seq")
    assert _forget(database, "Patient/amina") == 2
    with database.cursor() as cursor:
        assert list(about(cursor, "Patient/amina", KEY)) == []
        assert len(list(about(cursor, "Patient/besa", KEY))) == 1
    assert rows(urls.server, "SELECT seq, body FROM access.audit_event ORDER BY seq")[:3] == bodies
    left = rows(urls.owner, "SELECT subject FROM access.audit_opening WHERE place = 0")
    assert left == [("Patient/besa",)]


def test_the_register_and_the_log_say_how_many_by_whom_and_why_but_not_whom(
    database: Database, urls: Urls
) -> None:
    recorded(database, a_read("Patient/amina"))
    _forget(database, "Patient/amina")
    assert rows(urls.server, REGISTER) == [("account/drita", "court-order", 1)]
    ((body,),) = rows(urls.server, "SELECT body FROM access.audit_event WHERE kind = 'erasure'")
    assert b'"openings":1' in body
    assert b'"reason":"court-order"' in body
    everything = str(rows(urls.owner, "SELECT * FROM access.audit_erasure")) + str(body)
    assert "amina" not in everything


def test_also_where_nobody_is_found_the_register_says_it(database: Database, urls: Urls) -> None:
    assert _forget(database, "Patient/nobody") == 0
    assert rows(urls.server, REGISTER) == [("account/drita", "court-order", 0)]


def test_it_goes_with_a_transaction_that_is_rolled_back(database: Database, urls: Urls) -> None:
    recorded(database, a_read("Patient/amina"))

    def forget_and_fail() -> None:
        with database.transaction() as connection:
            forget_subject(raw_cursor(connection), "Patient/amina", NURSE, "court-order", KEY)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        forget_and_fail()
    assert rows(urls.server, REGISTER) == []
    with database.cursor() as cursor:
        assert len(list(about(cursor, "Patient/amina", KEY))) == 1


def test_a_person_is_erased_also_if_the_key_of_the_index_was_lost(database: Database) -> None:
    recorded(database, a_read("Patient/amina"))
    with database.transaction() as connection:
        assert forget_subject(raw_cursor(connection), "Patient/amina", NURSE, "court-order", bytes(32)) == 1
