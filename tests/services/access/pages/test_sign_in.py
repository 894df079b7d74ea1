"""Signing in on a page: two proofs or a passkey, another token, and nobody learns who has an account."""

from collections.abc import Callable

import httpx
import pytest
from audit_events import said
from log_capture import Log
from people_pages import PASSWORD, Clock, PlainBrowser, Someone
from soft_authenticator import SoftAuthenticator

from services.access.pages.desk import Desk
from services.access.people.accounts import close_account
from services.access.people.passkeys.registration import (
    begin_registration,
    new_passkey,
    register,
    take_registration,
)
from services.access.people.session_state import SHIFT

NewBrowser = Callable[[], PlainBrowser]


def second_step(browser: PlainBrowser, person: Someone) -> PlainBrowser:
    browser.open("/sign-in")
    browser.send("/sign-in", login=person.login, password=PASSWORD)
    assert "second step" in browser.main
    return browser


def test_password_and_code_lead_to_the_page_that_was_wanted(
    browser: PlainBrowser, ana: Someone, clock: Clock
) -> None:
    assert browser.open("/account").url.path == "/sign-in"
    browser.send("/sign-in", login="Ana", password=PASSWORD)
    answer = browser.send("/sign-in/code", code=ana.code(clock()))
    assert (answer.status_code, answer.url.path) == (200, "/account")
    assert "Ana Kovač" in answer.text


def test_a_recovery_code_is_a_second_proof_once(browser: PlainBrowser, ana: Someone) -> None:
    code = ana.recovery_codes[0]
    second_step(browser, ana).send("/sign-in/code", code=code.upper().replace("-", " "))
    assert "Ana Kovač" in browser.page.text
    browser.send("/sign-out")
    assert second_step(browser, ana).send("/sign-in/code", code=code).status_code == 403


def test_the_cookie_is_the_servers_alone(browser: PlainBrowser, ana: Someone, clock: Clock) -> None:
    second_step(browser, ana)
    answer = browser.http.post(
        "/sign-in/code",
        data={**browser.fields("/sign-in/code"), "code": ana.code(clock())},
        follow_redirects=False,
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("throughcare-session=")
    for part in ("HttpOnly", "SameSite=strict", "Path=/", f"Max-Age={int(SHIFT.total_seconds())}"):
        assert part in cookie
    assert "Domain" not in cookie
    assert answer.headers["cache-control"] == "no-store"


def test_signing_in_gives_another_token_whatever_the_browser_brought(
    new_browser: NewBrowser,
    ana: Someone,
    besa: Someone,
    clock: Clock,
    rows: Callable[[str], list[tuple[int]]],
) -> None:
    browser, planted = new_browser(), "planted-by-somebody"
    browser.http.cookies.set("throughcare-session", planted, domain="localhost.local")
    browser.sign_in(ana, clock())
    assert browser.token not in (None, planted)
    first = browser.token
    # On a tablet of a shift another one signs in over the first: the session that was there is over.
    browser.send("/session/lock")
    browser.sign_in(besa, clock())
    assert browser.token not in (None, first)
    thief = new_browser()
    thief.http.cookies.set("throughcare-session", first, domain="localhost.local")
    assert thief.open("/account").url.path == "/sign-in"
    assert rows("SELECT count(*) FROM access.session") == [(1,)]


def wrong_answers(browser: PlainBrowser, login: str, times: int) -> list[httpx.Response]:
    answers = []
    for _ in range(times):
        browser.open("/sign-in")
        answers.append(browser.send("/sign-in", login=login, password="another password, wrong"))
    return answers


def test_nobody_learns_from_an_answer_who_has_an_account(
    new_browser: NewBrowser, ana: Someone, besa: Someone, desk: Desk, clock: Clock
) -> None:
    with desk.database.transaction() as connection:
        close_account(connection, besa.account, ana.account, clock())
    known, unknown, closed = (wrong_answers(new_browser(), name, 7) for name in ("ana", "nobody", "besa"))
    assert [answer.status_code for answer in known] == [403] * 6 + [429]
    changing = ("x-request-id", "date")
    for one, other, third in zip(known, unknown, closed, strict=True):
        assert one.content == other.content == third.content
        assert one.status_code == other.status_code == third.status_code
        heads = [
            [(name, value) for name, value in answer.headers.items() if name not in changing]
            for answer in (one, other, third)
        ]
        assert heads[0] == heads[1] == heads[2]


def test_who_has_to_wait_is_told_how_long_and_the_right_password_waits_too(
    browser: PlainBrowser, ana: Someone, clock: Clock
) -> None:
    late = wrong_answers(browser, "ana", 7)[-1]
    assert late.headers["retry-after"] == "2"
    assert "Wait 2 seconds" in browser.main
    assert browser.send("/sign-in", login="ana", password=PASSWORD).status_code == 429
    clock.goes_on(seconds=2)
    assert browser.send("/sign-in", login="ana", password=PASSWORD).status_code == 200


def test_a_code_passes_once(
    browser: PlainBrowser, new_browser: NewBrowser, ana: Someone, clock: Clock
) -> None:
    code = ana.code(clock())
    second_step(browser, ana).send("/sign-in/code", code=code)
    assert browser.token
    other = second_step(new_browser(), ana)
    assert other.send("/sign-in/code", code=code).status_code == 403
    assert "Each code passes once" in other.main
    assert other.token is None
    clock.goes_on(seconds=30)
    assert other.send("/sign-in/code", code=ana.code(clock())).status_code == 200


def test_after_five_codes_it_begins_with_the_password_again(
    browser: PlainBrowser, ana: Someone, clock: Clock
) -> None:
    second_step(browser, ana)
    for _ in range(5):
        assert browser.send("/sign-in/code", code="000000").status_code == 403
        clock.goes_on(minutes=1)
    browser.send("/sign-in/code", code=ana.code(clock()))
    assert "This sign-in is over" in browser.main
    assert browser.token is None


@pytest.mark.parametrize(
    "path", ["/sign-in/code", "/sign-in/key", "/sign-in/passkey", "/activate/code", "/activate/passkey"]
)
def test_a_step_out_of_the_blue_is_refused_and_repeats_nothing(browser: PlainBrowser, path: str) -> None:
    sent = dict.fromkeys(("ticket", "code", "handle", "response", "password", "again"), "marked")
    answer = browser.http.post(path, data=sent)
    assert answer.status_code in (403, 422)
    assert "marked" not in answer.text
    assert browser.token is None
    assert browser.http.post(path).status_code in (403, 422)


@pytest.mark.parametrize("path", ["/sign-in/key/challenge", "/activate/passkey/challenge"])
def test_no_challenge_is_given_for_a_ticket_that_is_none(browser: PlainBrowser, path: str) -> None:
    assert browser.http.post(path, data={"ticket": "x"}).status_code == 403


@pytest.mark.parametrize("typed", ["x" * 500_000, "zero\0byte", "'; DROP TABLE access.account; --", ""])
def test_what_nobody_has_is_refused_like_anything_else(
    browser: PlainBrowser, ana: Someone, typed: str
) -> None:
    browser.open("/sign-in")
    for login, password in ((typed, PASSWORD), ("ana", typed)):
        answer = browser.http.post("/sign-in", data={"login": login, "password": password})
        assert answer.status_code == 403
        assert len(answer.content) < 20_000


@pytest.mark.parametrize(
    "to", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_nobody_is_led_to_another_site(browser: PlainBrowser, ana: Someone, clock: Clock, to: str) -> None:
    answer = browser.sign_in(ana, clock(), to=to)
    assert (answer.status_code, answer.url.path) == (200, "/")
    assert answer.url.host == "localhost"


def registered(desk: Desk, person: Someone) -> SoftAuthenticator:
    authenticator = SoftAuthenticator(origin=desk.base_url)
    assert desk.party is not None
    with desk.database.transaction() as connection:
        ceremony = begin_registration(connection, desk.party, person.account, desk.now())
        challenge = take_registration(connection, ceremony.handle, person.account, desk.now())
        made = new_passkey(desk.party, person.account, challenge, authenticator.make(ceremony.options))
        register(connection, made, "key", desk.now())
    return authenticator


def challenge(browser: PlainBrowser, path: str, **sent: str) -> tuple[str, str]:
    answer = browser.http.post(path, data=sent, headers={"Accept": "application/json"})
    assert answer.status_code == 200
    return answer.json()["handle"], httpx.Response(200, json=answer.json()["options"]).text


def test_a_passkey_alone_signs_in_and_its_answer_counts_once(
    browser: PlainBrowser, desk: Desk, ana: Someone
) -> None:
    authenticator = registered(desk, ana)
    browser.open("/sign-in")
    handle, options = challenge(browser, "/sign-in/passkey/challenge")
    sent = {"handle": handle, "response": authenticator.sign(options)}
    assert "Ana Kovač" in browser.send("/sign-in/passkey", **sent).text
    browser.send("/sign-out")
    browser.open("/sign-in")
    assert browser.send("/sign-in/passkey", **sent).status_code == 403
    assert browser.token is None


def test_a_security_key_is_a_second_proof(browser: PlainBrowser, desk: Desk, ana: Someone) -> None:
    authenticator = registered(desk, ana)
    second_step(browser, ana)
    handle, options = challenge(
        browser, "/sign-in/key/challenge", ticket=browser.fields("/sign-in/key")["ticket"]
    )
    refused = browser.send("/sign-in/key", handle=handle, response="{}")
    assert refused.status_code == 403
    handle, options = challenge(
        browser, "/sign-in/key/challenge", ticket=browser.fields("/sign-in/key")["ticket"]
    )
    browser.send("/sign-in/key", handle=handle, response=authenticator.sign(options))
    assert "Ana Kovač" in browser.page.text


def test_what_came_of_it_is_logged_by_account_and_never_by_what_was_typed(
    browser: PlainBrowser, desk: Desk, ana: Someone, clock: Clock, log: Log
) -> None:
    wrong_answers(browser, "ana", 1)
    wrong_answers(browser, "somebody-else", 1)
    browser.sign_in(ana, clock())
    browser.send("/sign-out")
    events = said(desk.database)
    assert [(one["kind"], one["actor"]["kind"], one["subjects"], one.get("why")) for one in events] == [
        ("sign-in", "nobody", [f"account/{ana.account}"], "unknown login or wrong password"),
        ("sign-in", "nobody", [], "unknown login or wrong password"),
        ("sign-in", "account", [], None),
        ("sign-out", "account", [], None),
    ]
    entered = events[2]
    assert (entered["actor"]["name"], entered["method"]) == (str(ana.account), "password and one-time code")
    assert entered["address"] == "127.0.0.1"
    for secret in (PASSWORD, "somebody-else", "Ana", "Kova", ana.recovery_codes[0]):
        assert secret not in log.text
        assert secret not in str(events)
