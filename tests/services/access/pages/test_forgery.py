"""No other site sends our forms, and no route can forget to ask."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from people_pages import PASSWORD, Clock, PlainBrowser, Someone, newcomer, someone, with_cheap_desk

from services.access.pages.forgery import OF_PROGRAMS
from services.access.people.request_origin import SAFE_METHODS
from services.app import create_app
from services.settings import Settings
from services.shared.database import Database

SERVICES = Path(__file__).parents[4] / "services"
EVIL = "https://evil.example"


def changing(app: FastAPI) -> Iterator[tuple[str, str]]:
    """Every route that changes something."""
    for context in iter_route_contexts(app.routes):
        for method in sorted((context.methods or set()) - SAFE_METHODS):
            yield method, context.path


def test_every_route_that_changes_something_refuses_what_is_not_from_our_pages(
    application: FastAPI, signed_in: PlainBrowser, subtests: pytest.Subtests
) -> None:
    routes = list(changing(application))
    assert len(routes) >= 20
    assert {path for _, path in routes} >= OF_PROGRAMS
    token = signed_in.token
    for method, path in routes:
        if path in OF_PROGRAMS:
            continue
        with subtests.test(f"{method} {path}"):
            for headers, title in (
                ({"Origin": EVIL}, "This was not sent from our own page"),
                ({"Origin": "null"}, "This was not sent from our own page"),
                ({"Origin": "", "Sec-Fetch-Site": "cross-site"}, "This was not sent from our own page"),
                ({"Sec-Fetch-Site": "cross-site"}, "This was not sent from our own page"),
                ({"Sec-Fetch-Site": "same-site"}, "This was not sent from our own page"),
                ({}, "This page is out of date"),
                ({"X-CSRF-Token": "0" * 64}, "This page is out of date"),
                ({"X-CSRF-Token": ""}, "This page is out of date"),
            ):
                answer = signed_in.http.request(
                    method, path, headers={"Accept": "application/json", **headers}, data={"theme": "day"}
                )
                assert answer.status_code == 403
                assert answer.json()["title"] == title
    assert signed_in.token == token
    assert signed_in.open("/account").url.path == "/account"


def test_neither_header_is_from_none_of_our_pages(application: FastAPI) -> None:
    answer = TestClient(application).post("/preferences/theme", data={"theme": "day"})
    assert answer.status_code == 403


def test_a_route_that_is_added_later_is_asked_too(application: FastAPI) -> None:
    @application.post("/forgetful")
    def forgetful() -> str:
        return "done"

    assert TestClient(application).post("/forgetful").status_code == 403


def test_the_token_of_another_session_is_none(
    signed_in: PlainBrowser, new_browser: Callable[[], PlainBrowser], besa: Someone, clock: Clock
) -> None:
    other = new_browser()
    other.sign_in(besa, clock())
    foreign = other.fields("/sign-out")["csrf"]
    signed_in.open("/account")
    assert signed_in.send("/sign-out", csrf=foreign).status_code == 403
    assert signed_in.open("/account").url.path == "/account"


def test_the_token_of_the_session_before_is_none(signed_in: PlainBrowser, ana: Someone, clock: Clock) -> None:
    before = signed_in.fields("/sign-out")["csrf"]
    signed_in.send("/sign-out")
    clock.goes_on(seconds=30)
    signed_in.sign_in(ana, clock())
    answer = signed_in.send("/sign-out", csrf=before)
    assert answer.status_code == 403
    assert "Open the page anew" in answer.text


CARRIES = re.compile(r"{{ csrf\(\) }}|{{ hidden\(")
"""The token itself, or what the card of the round puts into each of its forms, the token first."""


def test_every_form_of_every_template_carries_the_token() -> None:
    forms = [
        (path.name, form)
        for path in SERVICES.glob("*/templates/**/*.html")
        for form in re.findall(r"<form[^>]*method=\"post\".*?</form>", path.read_text(), re.DOTALL)
    ]
    assert len(forms) > 15
    assert [name for name, form in forms if not CARRIES.search(form)] == []
    (made,) = re.findall(
        r"{% macro hidden\(.*?{% endmacro %}",
        (SERVICES / "clinic/templates/round_card.html").read_text(),
        re.DOTALL,
    )
    assert "{{ csrf() }}" in made


def test_over_https_the_cookie_is_the_hosts_own(database: Database, settings: Settings) -> None:
    home = "https://clinic.example"
    safe = create_app(settings.model_copy(update={"public_url": home}), database)
    desk = with_cheap_desk(safe, Clock())
    ana = someone(desk, "ana")
    client = TestClient(safe, headers={"Origin": home}, base_url=home, follow_redirects=False)
    second = client.post("/sign-in", data={"login": "ana", "password": PASSWORD})
    ticket = re.search(r'name="ticket" value="([^"]+)"', second.text)[1]
    answer = client.post("/sign-in/code", data={"ticket": ticket, "code": ana.code(desk.now())})
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-session=")
    for part in ("Secure", "HttpOnly", "SameSite=strict", "Path=/"):
        assert part in cookie
    assert "Domain" not in cookie


def test_over_plain_http_nobody_signs_in(database: Database, settings: Settings) -> None:
    plain = create_app(settings.model_copy(update={"public_url": "http://clinic.example"}), database)
    desk = with_cheap_desk(plain, Clock())
    someone(desk, "ana")
    code = newcomer(desk, "drita")[1]
    client = TestClient(plain, headers={"Origin": "http://clinic.example", "Accept": "text/html"})
    sent = {
        "/sign-in": {"login": "ana", "password": PASSWORD},
        "/activate": {"login": "drita", "code": code},
        "/tablet": {"token": "x"},
    }
    for path, form in sent.items():
        for answer in (client.get(path), client.post(path, data=form)):
            assert "not encrypted" in answer.text
            assert 'name="ticket"' not in answer.text
    assert "set-cookie" not in client.post("/sign-out").headers
