"""No token, no data; and a token gives what its scopes say, no more."""

import httpx
import pytest
from resources import a_patient
from sqlalchemy import create_engine, text

from fhir_store.write import raw_cursor
from services.access.clients import (
    ClientExists,
    UnknownClient,
    add_client,
    holder,
    issue_token,
    revoke_client,
)
from services.access.scopes import ScopeNotUnderstood, parse_scopes
from services.shared.database import Database


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer nonsense", "Basic abc", "bearer\tx"])
def test_without_a_token_that_counts_there_is_no_data(served: str, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}
    answer = httpx.get(f"{served}/fhir/Patient", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.json()["resourceType"] == "OperationOutcome"


@pytest.mark.parametrize(
    ("scope", "reads", "creates", "searches"),
    [
        ("system/*.cruds", 200, 201, 200),
        ("system/Patient.r", 200, 403, 403),
        ("system/Patient.rs", 200, 403, 200),
        ("system/Patient.c", 403, 201, 403),
        ("system/Observation.cruds", 403, 403, 403),
        ("system/Observation.cruds system/Patient.s", 403, 403, 200),
    ],
)
def test_a_token_gives_what_its_scopes_say(
    fhir: httpx.Client, token, scope: str, reads: int, creates: int, searches: int
) -> None:
    fhir.put("/Patient/p1", json=a_patient("p1"))
    headers = {"Authorization": f"Bearer {token('other', scope)}"}
    assert fhir.get("/Patient/p1", headers=headers).status_code == reads
    assert fhir.post("/Patient", json=a_patient(), headers=headers).status_code == creates
    assert fhir.get("/Patient", headers=headers).status_code == searches


@pytest.mark.parametrize(
    "scope",
    [
        "",
        "all",
        "system/*",
        "system/*.x",
        "system/*.",
        "user/*.cruds",
        "system/*.rc",
        "system/steward",
        "system/Observation.rs?",
        "system/Observation.rs?category",
        "system/Observation.rs?favourite=blue",
        "system/Observation.rs?_count=5",
        "system/Observation.rs?_include=Observation:subject",
        "system/Observation.rs?date=notadate",
        "system/*.rs?category=laboratory",
        "system/Observation.cruds?category=laboratory",
        "system/Nothing.rs?category=laboratory",
    ],
)
def test_a_scope_that_is_not_understood_is_refused(scope: str) -> None:
    with pytest.raises(ScopeNotUnderstood):
        parse_scopes(scope)


def test_a_revoked_client_is_out_at_once(database: Database) -> None:
    with database.transaction() as connection:
        add_client(connection, "centre", "system/*.rs")
        issued = issue_token(connection, "centre")
        assert holder(raw_cursor(connection), issued) is not None
        revoke_client(connection, "centre")
        assert holder(raw_cursor(connection), issued) is None
        with pytest.raises(UnknownClient):
            issue_token(connection, "centre")


def test_a_token_ends(database: Database) -> None:
    with database.transaction() as connection:
        add_client(connection, "centre", "system/*.rs")
        issued = issue_token(connection, "centre")
        connection.execute(text("DELETE FROM access.token"))
        assert holder(raw_cursor(connection), issued) is None


def test_an_expired_token_is_no_token(database: Database, urls) -> None:
    with database.transaction() as connection:
        add_client(connection, "centre", "system/*.rs")
        issued = issue_token(connection, "centre")
    owner = create_engine(urls.owner)
    with owner.begin() as connection:
        connection.execute(text("UPDATE access.token SET expires_at = now() - interval '1 second'"))
    owner.dispose()
    with database.transaction() as connection:
        assert holder(raw_cursor(connection), issued) is None


def test_a_token_that_was_issued_in_a_time_to_come_is_none(database: Database, urls) -> None:
    """Its five minutes would last until the clock, which was ahead and is set right, has come there again."""
    with database.transaction() as connection:
        add_client(connection, "centre", "system/*.rs")
        issued = issue_token(connection, "centre")
    owner = create_engine(urls.owner)
    for ahead, counts in (("55 seconds", True), ("65 seconds", False)):
        with owner.begin() as connection:
            connection.execute(text(f"UPDATE access.token SET issued_at = now() + interval '{ahead}'"))
        with database.transaction() as connection:
            assert (holder(raw_cursor(connection), issued) is not None) is counts
    owner.dispose()


def test_a_token_is_not_kept(database: Database) -> None:
    with database.transaction() as connection:
        add_client(connection, "centre", "system/*.rs")
        issued = issue_token(connection, "centre")
        rows = connection.execute(text("SELECT t::text FROM access.token t")).scalars()
        assert not any(issued in row for row in rows)


def test_a_name_is_given_once(database: Database) -> None:
    with database.transaction() as connection:
        add_client(connection, "centre", "system/*.rs")
        with pytest.raises(ClientExists):
            add_client(connection, "centre", "system/*.cruds")


def test_nobody_gets_a_token_for_a_client_that_is_not_there(database: Database) -> None:
    with database.transaction() as connection, pytest.raises(UnknownClient):
        issue_token(connection, "nobody")
