"""The confidential view of real people: switched on by a setting, open to named logins, and every view written down."""

import re
import time
from collections.abc import Callable

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from log_capture import Log

from services.access.clients import revoke_client
from services.access.sessions import LIFETIME_S
from services.app import create_app
from services.settings import Settings
from services.shared.database import Database

BROWSER = {"Accept": "text/html"}
SCOPE = "system/MeasureReport.r"
PATHS = ("/ministry", "/ministry/figures/hiv-cascade.json", "/ministry/files/hiv-cascade.csv")
FIGURES = ("41 of 49", "159", "28262")


@pytest.mark.parametrize("path", PATHS)
def test_real_people_are_not_shown_unless_the_installation_says_so(application: FastAPI, path: str) -> None:
    assert application.state.demo is False
    answer = TestClient(application, headers=BROWSER).get(path)
    assert answer.status_code == 403
    assert "MINISTRY_CONFIDENTIAL=true" in answer.text
    assert "throughcare cascade compute" in answer.text


@pytest.mark.parametrize("path", PATHS)
def test_nobody_sees_a_number_without_signing_in(confidential: FastAPI, path: str) -> None:
    answer = TestClient(confidential, headers=BROWSER).get(path)
    assert answer.status_code == 401
    assert not re.search(r"41 of 49|159 people", answer.text)
    if path == "/ministry":
        assert 'action="/ministry/sign-in"' in answer.text
        assert "throughcare client token" in answer.text
    else:
        assert "Sign in at /ministry first" in answer.text


def test_who_signed_in_sees_the_page_by_name_and_can_sign_out(signed_in: TestClient) -> None:
    text = signed_in.get("/ministry").text
    assert "41 of 49" in text
    assert '<span translate="no">drita</span>' in text
    assert "Confidential, full counts, not for publication" in text
    assert "DEMO" not in text.replace("DEMO Prison", "").replace("DEMO OAT", "")
    for path in PATHS[1:]:
        assert signed_in.get(path).status_code == 200
    secret = signed_in.cookies["session"]
    signed_in.post("/ministry/sign-out")
    assert "session" not in signed_in.cookies
    signed_in.cookies.set("session", secret)
    assert signed_in.get("/ministry").status_code == 401, "the session is over, not only its cookie"


@pytest.mark.parametrize(
    ("name", "scope", "spoilt"),
    [
        ("besa", SCOPE, "name"),
        ("drita", SCOPE, "token"),
        ("drita", "system/Patient.cruds", ""),
        ("drita", "system/MeasureReport.s", ""),
    ],
)
def test_a_name_without_its_own_token_and_scope_is_refused(
    confidential: FastAPI, token: Callable[..., str], log: Log, name: str, scope: str, spoilt: str
) -> None:
    secret = token("drita", scope) + ("x" if spoilt == "token" else "")
    client = TestClient(confidential, headers=BROWSER)
    answer = client.post("/ministry/sign-in", data={"name": name, "token": secret})
    assert answer.status_code == 403
    assert "do not let you in" in answer.text
    assert "session" not in client.cookies
    assert log.events("a sign-in to the confidential view was refused")
    assert secret not in log.text + answer.text
    assert "besa" not in log.text


@pytest.mark.parametrize("scope", [SCOPE, "system/MeasureReport.rs", "system/*.rs"])
def test_a_scope_that_reads_measure_reports_opens_the_view(
    confidential: FastAPI, token: Callable[..., str], scope: str
) -> None:
    client = TestClient(confidential, headers=BROWSER)
    client.post("/ministry/sign-in", data={"name": "drita", "token": token("drita", scope)})
    assert client.get("/ministry").status_code == 200


def test_the_cookie_is_of_no_use_to_scripts_or_to_other_sites(
    database: Database, settings: Settings, token: Callable[..., str]
) -> None:
    safe = settings.model_copy(
        update={"ministry_confidential": True, "public_url": "https://throughcare.example"}
    )
    client = TestClient(create_app(safe, database), headers=BROWSER, follow_redirects=False)
    answer = client.post("/ministry/sign-in", data={"name": "drita", "token": token("drita", SCOPE)})
    assert (answer.status_code, answer.headers["location"]) == (303, "/ministry")
    cookie = answer.headers["set-cookie"]
    for part in ("HttpOnly", "SameSite=strict", "Secure", "Path=/ministry", f"Max-Age={LIFETIME_S}"):
        assert part in cookie


def test_a_client_that_is_shut_out_is_signed_out_at_once(signed_in: TestClient, database: Database) -> None:
    assert signed_in.get("/ministry").status_code == 200
    with database.transaction() as connection:
        revoke_client(connection, "drita")
    assert signed_in.get("/ministry").status_code == 401


def test_a_session_ends_after_a_working_day(signed_in: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    began = time.monotonic()
    monkeypatch.setattr("services.access.sessions.time.monotonic", lambda: began + LIFETIME_S - 60)
    assert signed_in.get("/ministry").status_code == 200
    monkeypatch.setattr("services.access.sessions.time.monotonic", lambda: began + LIFETIME_S + 60)
    assert signed_in.get("/ministry").status_code == 401


def test_every_view_is_written_down_by_name_and_page_and_without_a_figure(
    signed_in: TestClient, log: Log
) -> None:
    for path in (*PATHS, "/ministry/files/everything.csv"):
        signed_in.get(path)
    lines = log.events("a confidential view was shown")
    assert [(line["reader"], line["page"]) for line in lines] == [
        ("drita", "cascade"),
        ("drita", "figure hiv-cascade"),
        ("drita", "file hiv-cascade"),
        ("drita", "file everything"),
    ]
    for line in lines:
        assert set(line) == {"event", "level", "timestamp", "request_id", "reader", "page"}


def test_a_view_that_was_refused_is_not_written_as_shown(confidential: FastAPI, log: Log) -> None:
    for path in PATHS:
        TestClient(confidential, headers=BROWSER).get(path)
    assert log.events("a confidential view was shown") == []
