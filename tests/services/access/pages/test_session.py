"""An open session, a hidden one, a locked one, one that is over: asked with each request."""

from collections.abc import Callable

import httpx
import pytest
from people_pages import PIN, Clock, PlainBrowser, Someone, tablet
from sqlalchemy import Connection

from services.access.pages.desk import DESK_LOCKS_AFTER, Desk
from services.access.people.accounts import close_account
from services.access.people.devices import Registered, revoke_device
from services.access.people.sessions import ask_rotation, end_all

NewBrowser = Callable[[], PlainBrowser]
JSON = {"Accept": "application/json"}


def with_script(browser: PlainBrowser, path: str, method: str = "POST") -> httpx.Response:
    """What the screen's script asks."""
    headers = {**JSON, "X-CSRF-Token": browser.fields("/session/lock")["csrf"]}
    return browser.http.request(method, path, headers=headers, follow_redirects=False)


def state(browser: PlainBrowser) -> str:
    return str(browser.http.get("/session", headers=JSON).json().get("state", "none"))


def test_nobody_is_let_to_a_page_without_a_session(browser: PlainBrowser) -> None:
    answer = browser.open("/account/here")
    assert (answer.url.path, answer.url.params["to"]) == ("/sign-in", "/account/here")
    refused = browser.http.get("/account/here", headers=JSON, follow_redirects=False)
    assert (refused.status_code, refused.json()["title"]) == (401, "Please sign in")


@pytest.mark.parametrize("end", ["sessions", "account", "device"])
def test_what_was_ended_is_out_at_the_next_request(
    on_tablet: PlainBrowser, desk: Desk, ana: Someone, round_1: Registered, clock: Clock, end: str
) -> None:
    ending: dict[str, Callable[[Connection], object]] = {
        "sessions": lambda connection: end_all(connection, ana.account),
        "account": lambda connection: close_account(connection, ana.account, ana.account, clock()),
        "device": lambda connection: revoke_device(connection, round_1.id, ana.account, clock()),
    }
    assert on_tablet.open("/account").url.path == "/account"
    with desk.database.transaction() as connection:
        ending[end](connection)
    assert "Ana" not in on_tablet.open("/").text
    assert on_tablet.open("/account").url.path == "/sign-in"
    assert on_tablet.http.get("/session", headers=JSON).status_code == 401


def test_a_tablets_session_is_none_elsewhere(on_tablet: PlainBrowser, new_browser: NewBrowser) -> None:
    thief = new_browser()
    thief.http.cookies.set("throughcare-session", on_tablet.token, domain="localhost.local")
    assert thief.open("/account").url.path == "/sign-in"


def test_the_sign_out_ends_the_session_and_not_only_the_cookie(
    signed_in: PlainBrowser, new_browser: NewBrowser
) -> None:
    token = signed_in.token
    answer = signed_in.send("/sign-out")
    assert (answer.status_code, answer.url.path) == (200, "/")
    assert signed_in.token is None
    assert "Ana" not in answer.text
    other = new_browser()
    other.http.cookies.set("throughcare-session", token, domain="localhost.local")
    assert other.open("/account").url.path == "/sign-in"


def test_a_shift_has_an_end(signed_in: PlainBrowser, clock: Clock) -> None:
    for _ in range(12 * 4 - 1):
        clock.goes_on(minutes=15)
        assert signed_in.open("/account").url.path == "/account"
    clock.goes_on(minutes=15)
    assert signed_in.open("/account").url.path == "/sign-in"


def test_a_tablet_locks_after_the_installations_minutes_and_shows_nobody(
    on_tablet: PlainBrowser, clock: Clock
) -> None:
    on_tablet.open("/account")
    clock.goes_on(minutes=5, seconds=-1)
    assert on_tablet.open("/account").url.path == "/account"
    clock.goes_on(minutes=5)
    answer = on_tablet.open("/account")
    assert (answer.url.path, answer.url.params["to"]) == ("/unlock", "/account")
    assert "Ana" not in answer.text
    assert "ana" not in on_tablet.main.replace("have an account", "")
    for path in ("/", "/docs", "/nothing-here"):
        assert "Ana Kova" not in on_tablet.open(path).text
    assert on_tablet.http.get("/account", headers=JSON).json()["title"] == "The session is locked"


def test_what_a_page_asks_by_itself_keeps_no_session_open(on_tablet: PlainBrowser, clock: Clock) -> None:
    on_tablet.open("/account")
    for _ in range(5):
        clock.goes_on(minutes=1)
        on_tablet.http.get("/session", headers=JSON)
    assert state(on_tablet) == "locked"


def test_a_touch_does(on_tablet: PlainBrowser, clock: Clock) -> None:
    on_tablet.open("/account")
    for _ in range(12):
        clock.goes_on(minutes=1)
        assert with_script(on_tablet, "/session/seen").json() == {"state": "open"}


def test_hidden_by_its_button_until_the_next_touch(on_tablet: PlainBrowser) -> None:
    on_tablet.open("/account")
    assert with_script(on_tablet, "/session/hide").status_code == 200
    assert state(on_tablet) == "hidden"
    assert with_script(on_tablet, "/session/seen").json() == {"state": "open"}
    assert state(on_tablet) == "open"


def test_the_pin_unlocks_under_another_token(on_tablet: PlainBrowser, new_browser: NewBrowser) -> None:
    on_tablet.open("/account")
    before = on_tablet.token
    assert on_tablet.send("/session/lock").url.path == "/unlock"
    answer = on_tablet.send("/unlock", pin=PIN)
    assert (answer.status_code, answer.url.path) == (200, "/")
    assert "Ana Kovač" in answer.text
    assert on_tablet.token not in (None, before)
    thief = new_browser()
    thief.http.cookies.update(on_tablet.http.cookies)
    thief.http.cookies.set("throughcare-session", before, domain="localhost.local")
    assert "Ana" not in thief.open("/").text


def test_the_fifth_wrong_pin_ends_the_session(on_tablet: PlainBrowser) -> None:
    on_tablet.open("/")
    on_tablet.send("/session/lock")
    for left in ("4 tries are left", "3 tries", "2 tries", "1 try is left"):
        assert on_tablet.send("/unlock", pin="909090").status_code == 403
        assert left in on_tablet.main
    answer = on_tablet.send("/unlock", pin="909090")
    assert "the session has ended" in on_tablet.main
    assert answer.status_code == 403
    assert on_tablet.token is None
    assert on_tablet.open("/unlock").url.path == "/sign-in"


def test_an_open_session_needs_no_pin_and_tells_nothing_about_it(on_tablet: PlainBrowser) -> None:
    on_tablet.open("/")
    csrf = on_tablet.fields("/session/lock")["csrf"]
    answer = on_tablet.http.post("/unlock", data={"csrf": csrf, "pin": "909090"}, follow_redirects=False)
    assert answer.status_code == 303
    assert on_tablet.open("/unlock?to=/account").url.path == "/account"


def test_where_there_is_no_tablet_it_locks_later_and_asks_for_a_full_sign_in(
    signed_in: PlainBrowser, clock: Clock
) -> None:
    clock.goes_on(minutes=10)
    assert signed_in.open("/account").url.path == "/account"
    clock.at += DESK_LOCKS_AFTER
    answer = signed_in.open("/account")
    assert answer.url.path == "/unlock"
    assert 'name="pin"' not in answer.text
    assert "A full sign-in ends this session" in signed_in.main


def test_a_tablet_says_when_to_hide_and_lock_and_another_browser_never_hides(
    on_tablet: PlainBrowser, new_browser: NewBrowser, ana: Someone, clock: Clock
) -> None:
    assert 'data-hides="30" data-locks="300"' in on_tablet.open("/").text
    clock.goes_on(seconds=30)
    desk_browser = new_browser()
    desk_browser.sign_in(ana, clock())
    assert 'data-hides="0" data-locks="1800"' in desk_browser.page.text
    assert "data-hide " not in desk_browser.page.text


def test_another_token_when_what_one_may_do_has_changed(
    signed_in: PlainBrowser, desk: Desk, ana: Someone
) -> None:
    before = signed_in.token
    with desk.database.transaction() as connection:
        ask_rotation(connection, ana.account)
    assert signed_in.http.get("/session", headers=JSON).status_code == 200
    assert signed_in.token == before, "a script's request changes nothing under the page's forms"
    assert signed_in.open("/account").url.path == "/account"
    assert signed_in.token not in (None, before)
    assert signed_in.send("/sign-out").status_code == 200, (
        "the page's forms carry what goes with the new token"
    )


@pytest.mark.parametrize(
    "path", ["/sign-in", "/activate", "/account", "/unlock", "/account/here", "/session"]
)
def test_no_answer_is_kept(signed_in: PlainBrowser, path: str) -> None:
    assert signed_in.http.get(path, follow_redirects=False).headers["cache-control"] == "no-store"


def test_another_tablet_of_the_same_name_is_another_one(
    on_tablet: PlainBrowser, desk: Desk, ana: Someone, new_browser: NewBrowser
) -> None:
    other = tablet(desk, ana.account)
    thief = new_browser()
    thief.http.cookies.set("throughcare-session", on_tablet.token, domain="localhost.local")
    thief.http.cookies.set("throughcare-device", other.token, domain="localhost.local")
    assert thief.open("/account").url.path == "/sign-in"
