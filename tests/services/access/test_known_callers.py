"""A server remembers who holds a token, and forgets it the moment that changes."""

import time
from collections.abc import Callable, Iterator

import httpx
import psycopg
import pytest
from sqlalchemy import text

from services.access import known_callers
from services.access.clients import revoke_client
from services.access.known_callers import KnownCallers
from services.shared.database import Database
from services.shared.errors import Unauthorized

SOON_S = 3.0


@pytest.fixture(autouse=True)
def remembered_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """So long that only hearing of a change, and no running out of time, makes a server forget."""
    monkeypatch.setattr(known_callers, "REMEMBERED_S", 3600.0)


@pytest.fixture
def callers(database: Database) -> Iterator[KnownCallers]:
    made = KnownCallers(database)
    with made.remembering():
        _until(lambda: made._hears)
        yield made


def _until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SOON_S
    while not holds():
        assert time.monotonic() < deadline, "that did not come about"
        time.sleep(0.01)


def _ask(database: Database, callers: KnownCallers, token: str) -> str:
    with database.cursor() as cursor:
        return callers.caller(cursor, f"Bearer {token}").name


def _is_refused(database: Database, callers: KnownCallers, token: str) -> bool:
    try:
        _ask(database, callers, token)
    except Unauthorized:
        return True
    return False


FORGET_SILENTLY = text("UPDATE access.client SET revoked_at = now()")


def test_a_client_is_remembered(database: Database, callers: KnownCallers, token) -> None:
    shown = token("centre")
    assert _ask(database, callers, shown) == "centre"
    with database.transaction() as connection:
        connection.execute(FORGET_SILENTLY)
    assert _ask(database, callers, shown) == "centre", "the database was asked"


def test_one_that_is_shut_out_is_forgotten_at_once(database: Database, callers: KnownCallers, token) -> None:
    shown = token("centre")
    _ask(database, callers, shown)
    with database.transaction() as connection:
        revoke_client(connection, "centre")
    _until(lambda: _is_refused(database, callers, shown))


def test_a_server_that_cannot_hear_remembers_nobody(
    database: Database, callers: KnownCallers, token, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = token("centre")
    _ask(database, callers, shown)

    def deaf(channel: str) -> None:
        raise psycopg.OperationalError

    monkeypatch.setattr(database, "listening", deaf)
    with database.transaction() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE query LIKE 'LISTEN%' AND datname = current_database()"
            )
        )
    _until(lambda: not callers._hears)
    with database.transaction() as connection:
        connection.execute(FORGET_SILENTLY)
    assert _is_refused(database, callers, shown)


def test_what_was_asked_before_a_change_is_not_kept(
    database: Database, callers: KnownCallers, token, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer of the database is on its way while the client is shut out."""
    shown, asked = token("centre"), known_callers.caller

    def slow(cursor: psycopg.Cursor, authorization: str) -> object:
        client = asked(cursor, authorization)
        callers._forget(hears=True)
        return client

    monkeypatch.setattr(known_callers, "caller", slow)
    _ask(database, callers, shown)
    assert callers._known == {}


def test_over_http_the_next_request_is_refused(served: str, database: Database, token) -> None:
    headers = {"Authorization": f"Bearer {token('centre')}"}
    with httpx.Client(base_url=served, headers=headers) as client:
        assert client.get("/fhir/Patient").status_code == 200
        with database.transaction() as connection:
            revoke_client(connection, "centre")
        _until(lambda: client.get("/fhir/Patient").status_code == 401)
