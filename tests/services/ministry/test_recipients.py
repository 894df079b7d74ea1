"""The confidential view of real people: switched on by a setting, open to confidential recipients, each view written down."""

import re

import pytest
from audit_events import log_closed, said
from fastapi import FastAPI
from fastapi.testclient import TestClient
from log_capture import Log
from people_pages import PlainBrowser, Someone, someone

from services.access.pages.desk import Desk
from services.access.people.accounts import close_account
from services.access.people.grants import list_grants, revoke_grant
from services.access.people.sessions import end_all
from services.shared.installation import Urls

BROWSER = {"Accept": "text/html"}
PATHS = ("/ministry", "/ministry/figures/hiv-cascade.json", "/ministry/files/hiv-cascade.csv")


def status(browser: PlainBrowser, path: str) -> int:
    return browser.http.get(path, headers={"Sec-Fetch-Mode": "cors"}, follow_redirects=False).status_code


@pytest.mark.parametrize("path", PATHS)
def test_real_people_are_not_shown_unless_the_installation_says_so(application: FastAPI, path: str) -> None:
    assert application.state.demo is False
    answer = TestClient(application, headers=BROWSER).get(path)
    assert answer.status_code == 403
    assert "MINISTRY_CONFIDENTIAL=true" in answer.text
    assert "throughcare cascade compute" in answer.text


def test_nobody_sees_a_number_without_signing_in(visiting: PlainBrowser) -> None:
    for path in PATHS:
        answer = visiting.open(path)
        assert (answer.url.path, answer.url.params["to"]) == ("/sign-in", path)
        assert not re.search(r"41 of 49|159 people", answer.text)
        assert status(visiting, path) == 401


def test_a_recipient_sees_the_page_under_their_name_until_they_sign_out(signed_in: PlainBrowser) -> None:
    text = signed_in.open("/ministry").text
    assert "41 of 49" in text
    assert '<span translate="no">Drita Leka</span>' in text
    assert "Confidential, full counts, not for publication" in text
    assert "DEMO" not in text.replace("DEMO Prison", "").replace("DEMO OAT", "")
    for path in PATHS[1:]:
        assert status(signed_in, path) == 200
    signed_in.open("/account")
    signed_in.send("/sign-out")
    assert {status(signed_in, path) for path in PATHS} == {401}


@pytest.mark.parametrize(
    "roles",
    [
        {},
        {"administrator": None},
        {"ministry_analyst": None},
        {"medical_lead": "Location/north"},
        {"confidential_recipient": "Location/north"},
    ],
)
def test_no_other_role_opens_it_nor_a_grant_at_one_facility(
    visiting: PlainBrowser, desk: Desk, roles: dict[str, str | None]
) -> None:
    visiting.sign_in(someone(desk, "besa", **roles), desk.now())
    for path in PATHS:
        answer = visiting.open(path)
        assert answer.status_code == 403
        assert "for confidential recipients only" in answer.text
        assert not re.search(r"41 of 49|159 people", answer.text)


@pytest.mark.parametrize("taken", ["role", "session", "account"])
def test_who_loses_it_is_out_at_once(signed_in: PlainBrowser, desk: Desk, drita: Someone, taken: str) -> None:
    assert status(signed_in, "/ministry") == 200
    with desk.database.transaction() as connection:
        if taken == "role":
            (given,) = list_grants(connection)
            revoke_grant(connection, drita.account, given.id, desk.now())
        elif taken == "session":
            end_all(connection, drita.account)
        else:
            close_account(connection, drita.account, drita.account, desk.now())
    assert {status(signed_in, path) for path in PATHS} == {403 if taken == "role" else 401}


def test_the_token_of_a_system_opens_nothing_any_more(visiting: PlainBrowser, token: object) -> None:
    assert callable(token)
    secret = token("drita", "system/MeasureReport.r")
    assert visiting.http.post("/ministry/sign-in", data={"name": "drita", "token": secret}).status_code == 404
    headers = {"Authorization": f"Bearer {secret}", "Sec-Fetch-Mode": "cors"}
    assert visiting.http.get("/ministry", headers=headers).status_code == 401


def test_every_view_is_written_down_by_account_and_page_and_without_a_figure(
    signed_in: PlainBrowser, desk: Desk, drita: Someone, log: Log
) -> None:
    for path in (*PATHS, "/ministry/files/everything.csv"):
        signed_in.http.get(path)
    events = said(desk.database, "view", "export")
    assert [(one["kind"], one["actor"]["name"], one["page"], one["purpose"]) for one in events] == [
        ("view", str(drita.account), "cascade", "PUBHLTH"),
        ("view", str(drita.account), "figure hiv-cascade", "PUBHLTH"),
        ("export", str(drita.account), "file hiv-cascade", "PUBHLTH"),
        ("export", str(drita.account), "file everything", "PUBHLTH"),
    ]
    assert "Drita" not in log.text


def test_a_view_that_was_refused_is_not_written_as_shown(visiting: PlainBrowser, desk: Desk) -> None:
    for path in PATHS:
        visiting.http.get(path)
    assert said(desk.database, "view", "export") == []


def test_what_cannot_be_logged_is_not_shown(signed_in: PlainBrowser, urls: Urls) -> None:
    assert signed_in.http.get("/ministry").status_code == 200
    with log_closed(urls.owner):
        answers = [signed_in.http.get(path) for path in PATHS]
    assert [(answer.status_code, "hiv" in answer.text.lower()) for answer in answers] == [(503, False)] * len(
        PATHS
    )
