"""What people do with their accounts is in the audit log, or it was not done."""

from collections.abc import Callable
from typing import Any

import pytest
from audit_events import log_closed, said
from people_pages import PASSWORD, PIN, Clock, PlainBrowser, Someone, newcomer, someone

from services.access.audit.log.strangers import MOST
from services.access.pages.desk import Desk
from services.access.people.devices import Registered
from services.shared.installation import Urls

NewBrowser = Callable[[], PlainBrowser]
ANOTHER = "another walk by the river"


def changes(desk: Desk) -> list[str]:
    return [one["change"] for one in said(desk.database, "access-change")]


def test_no_cookie_leaves_if_the_log_cannot_be_written(
    browser: PlainBrowser, ana: Someone, clock: Clock, urls: Urls, rows: Callable[[str], Any]
) -> None:
    browser.open("/sign-in")
    browser.send("/sign-in", login="ana", password=PASSWORD)
    with log_closed(urls.owner):
        answer = browser.send("/sign-in/code", code=ana.code(clock()))
    assert answer.status_code == 503
    assert "logged" in answer.text
    assert browser.token is None
    assert "set-cookie" not in answer.headers
    assert rows("SELECT count(*) FROM access.session") == [(0,)], "no session is left behind"


def test_no_password_changes_if_the_log_cannot_be_written(
    signed_in: PlainBrowser, ana: Someone, urls: Urls, clock: Clock, new_browser: NewBrowser
) -> None:
    signed_in.open("/account/password")
    with log_closed(urls.owner):
        answer = signed_in.send("/account/password", present=PASSWORD, wanted=ANOTHER, again=ANOTHER)
    assert answer.status_code == 503
    clock.goes_on(minutes=1)
    other = new_browser()
    assert "Ana Kovač" in other.sign_in(ana, clock()).text, "the old password still counts"


def test_a_refusal_is_logged_before_it_is_answered(browser: PlainBrowser, ana: Someone, urls: Urls) -> None:
    browser.open("/sign-in")
    with log_closed(urls.owner):
        answer = browser.send("/sign-in", login="ana", password="wrong, whoever it is")
    assert answer.status_code == 503


def test_a_shift_on_a_tablet(
    on_tablet: PlainBrowser, ana: Someone, round_1: Registered, desk: Desk, clock: Clock
) -> None:
    on_tablet.open("/account")
    on_tablet.send("/session/lock")
    on_tablet.send("/unlock", pin="000000")
    on_tablet.send("/unlock", pin=PIN)
    on_tablet.open("/account")
    on_tablet.send("/sign-out")
    events = said(desk.database)
    assert [(one["kind"], one.get("change"), one["outcome"]) for one in events] == [
        ("access-change", "tablet-set-up", "0"),
        ("sign-in", None, "0"),
        ("access-change", "pin-chosen", "0"),
        ("unlock", None, "4"),
        ("unlock", None, "0"),
        ("sign-out", None, "0"),
    ]
    assert {one.get("facility") for one in events if one["kind"] in ("sign-in", "unlock")} == {"north"}
    assert {one["actor"]["name"] for one in events[1:]} == {str(ana.account)}
    for typed in (PIN, "000000", round_1.token, PASSWORD):
        assert typed not in str(events)


def test_five_wrong_pins_end_the_session_and_the_log_says_so(on_tablet: PlainBrowser, desk: Desk) -> None:
    on_tablet.open("/account")
    on_tablet.send("/session/lock")
    for _ in range(5):
        on_tablet.send("/unlock", pin="000000")
    assert [one["outcome"] for one in said(desk.database, "unlock")] == ["4", "4", "4", "4", "8"]


def test_a_first_use_and_what_is_tried_before(browser: PlainBrowser, desk: Desk, clock: Clock) -> None:
    account, code = newcomer(desk, "drita")
    browser.open("/activate")
    browser.send("/activate", login="drita", code="0000-0000-0000-0000-0000")
    browser.open("/activate")
    browser.send("/activate", login="drita", code=code)
    browser.send("/activate/code", password=PASSWORD, again=PASSWORD, code="000000")
    wrong, half = said(desk.database, "sign-in")
    assert (wrong["subjects"], wrong["method"]) == ([f"account/{account}"], "activation code")
    assert (half["subjects"], half["why"]) == ([], "wrong code")
    assert code not in str(said(desk.database))
    assert changes(desk) == []


def test_ends_of_sessions_from_afar(
    signed_in: PlainBrowser, new_browser: NewBrowser, ana: Someone, desk: Desk, clock: Clock
) -> None:
    clock.goes_on(minutes=1)
    new_browser().sign_in(ana, clock())
    signed_in.open("/account")
    signed_in.send("/account/sessions/end")
    clock.goes_on(minutes=1)
    new_browser().sign_in(ana, clock())
    signed_in.open("/account")
    signed_in.send("/account/sessions/end-others")
    assert [
        (one["how"], one["sessions"], len(one["subjects"])) for one in said(desk.database, "sign-out")
    ] == [
        ("by its holder from another session", 1, 1),
        ("by its holder from another session", 1, 0),
    ]


def test_who_is_unknown_is_logged_up_to_a_bound(
    application: Any, browser: PlainBrowser, desk: Desk, ana: Someone
) -> None:
    for _ in range(MOST):
        application.state.audit.may_log_stranger()
    browser.open("/sign-in")
    browser.send("/sign-in", login="nobody-at-all", password="wrong, whoever it is")
    assert said(desk.database) == []
    browser.open("/sign-in")
    browser.send("/sign-in", login="ana", password="wrong, whoever it is")
    assert [one["subjects"] for one in said(desk.database)] == [[f"account/{ana.account}"]]


@pytest.mark.parametrize(
    ("roles", "facility"), [({"nurse": "Location/north"}, "north"), ({"auditor": None}, None)]
)
def test_a_sign_in_is_where_the_person_works(
    browser: PlainBrowser, desk: Desk, clock: Clock, roles: dict[str, str | None], facility: str | None
) -> None:
    browser.sign_in(someone(desk, "mira", **roles), clock())
    assert [one.get("facility") for one in said(desk.database, "sign-in")] == [facility]
