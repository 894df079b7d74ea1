"""What people do with their own account: sessions, password, PIN, presence, tablets."""

import re
from collections.abc import Callable

import pytest
from audit_events import said
from people_pages import PASSWORD, Clock, PlainBrowser, Someone, someone, tablet

from services.access.pages.desk import Desk
from services.access.people.devices import Registered, note_told
from services.access.people.presence import is_present

NewBrowser = Callable[[], PlainBrowser]
ANOTHER = "the river is long and slow"


@pytest.fixture
def elsewhere(signed_in: PlainBrowser, new_browser: NewBrowser, ana: Someone, clock: Clock) -> PlainBrowser:
    """A second browser on which Ana is signed in, half a minute later."""
    clock.goes_on(seconds=30)
    other = new_browser()
    other.sign_in(ana, clock())
    return other


def test_the_page_lists_ones_sessions_and_ends_one_from_afar(
    signed_in: PlainBrowser, elsewhere: PlainBrowser
) -> None:
    signed_in.open("/account")
    assert signed_in.page.text.count("A browser that is no registered tablet") == 2
    assert signed_in.page.text.count(">this one<") == 1
    signed_in.send("/account/sessions/end")
    assert signed_in.page.text.count("A browser that is no registered tablet") == 1
    assert elsewhere.open("/account").url.path == "/sign-in"
    assert signed_in.open("/account").url.path == "/account"


def test_or_all_others_at_once(signed_in: PlainBrowser, elsewhere: PlainBrowser) -> None:
    elsewhere.open("/account")
    elsewhere.send("/account/sessions/end-others")
    assert signed_in.open("/account").url.path == "/sign-in"
    assert elsewhere.open("/account").url.path == "/account"


def test_nobody_ends_a_session_of_somebody_else(
    signed_in: PlainBrowser, elsewhere: PlainBrowser, new_browser: NewBrowser, besa: Someone, clock: Clock
) -> None:
    besas = new_browser()
    besas.sign_in(besa, clock())
    signed_in.open("/account")
    theirs = signed_in.fields("/account/sessions/end")["session"]
    besas.open("/account")
    csrf = besas.fields("/sign-out")["csrf"]
    for session in (theirs, "not-an-id", ""):
        sent = {"csrf": csrf, "session": session}
        assert besas.http.post("/account/sessions/end", data=sent).status_code == 200
    assert elsewhere.open("/account").url.path == "/account"


def test_another_password_ends_every_other_session_and_gives_another_token(
    signed_in: PlainBrowser, elsewhere: PlainBrowser, ana: Someone, clock: Clock
) -> None:
    before = elsewhere.token
    elsewhere.open("/account/password")
    elsewhere.send("/account/password", present=PASSWORD, wanted=ANOTHER, again=ANOTHER)
    assert "The password is changed" in elsewhere.main
    assert elsewhere.token != before
    assert elsewhere.open("/account").url.path == "/account"
    assert signed_in.open("/account").url.path == "/sign-in"
    signed_in.open("/sign-in")
    assert signed_in.send("/sign-in", login="ana", password=PASSWORD).status_code == 403
    assert signed_in.send("/sign-in", login="ana", password=ANOTHER).status_code == 200


@pytest.mark.parametrize(
    ("present", "wanted", "again", "status", "said"),
    [
        ("not the present one", ANOTHER, ANOTHER, 403, "The present password was not accepted"),
        (PASSWORD, ANOTHER, "something else entirely", 422, "differ"),
        (PASSWORD, "short", "short", 422, "12 to 128 characters"),
        (PASSWORD, "", "", 422, "12 to 128 characters"),
    ],
)
def test_a_password_is_not_changed_without_the_present_one_or_into_a_bad_one(
    signed_in: PlainBrowser, present: str, wanted: str, again: str, status: int, said: str
) -> None:
    signed_in.open("/account/password")
    answer = signed_in.send("/account/password", present=present, wanted=wanted, again=again)
    assert answer.status_code == status
    assert said in signed_in.main
    assert not any(typed and typed in answer.text for typed in (present, wanted, again))


def test_guessing_the_present_password_is_slowed_down(signed_in: PlainBrowser) -> None:
    signed_in.open("/account/password")
    statuses = [
        signed_in.send(
            "/account/password", present=f"guess {n} of many", wanted=ANOTHER, again=ANOTHER
        ).status_code
        for n in range(7)
    ]
    assert statuses == [403] * 6 + [429]


def test_a_tablet_asks_for_a_pin_once(on_tablet: PlainBrowser, ana: Someone, clock: Clock) -> None:
    on_tablet.open("/account")
    assert "Choose a PIN for this tablet" in on_tablet.main
    on_tablet.send("/sign-out")
    clock.goes_on(seconds=30)
    assert on_tablet.sign_in(ana, clock()).url.path == "/"


@pytest.mark.parametrize(
    ("pin", "again", "said"),
    [
        ("270914", "270915", "differ"),
        ("27091", "27091", "6 to 12 digits"),
        ("123456", "123456", "tried first"),
    ],
)
def test_a_pin_that_cannot_be_used_is_said(on_tablet: PlainBrowser, pin: str, again: str, said: str) -> None:
    on_tablet.open("/account/pin")
    answer = on_tablet.send("/account/pin", pin=pin, again=again)
    assert answer.status_code == 422
    assert said in on_tablet.main
    assert pin not in answer.text


def test_no_pin_where_there_is_no_tablet(signed_in: PlainBrowser) -> None:
    assert "A PIN is for a registered tablet" in signed_in.open("/account/pin").text
    signed_in.open("/account")
    csrf = signed_in.fields("/sign-out")["csrf"]
    answer = signed_in.http.post("/account/pin", data={"csrf": csrf, "pin": "270914", "again": "270914"})
    assert answer.status_code == 422


def test_the_code_of_presence_is_the_one_that_a_grant_asks_for(
    signed_in: PlainBrowser, desk: Desk, ana: Someone, clock: Clock
) -> None:
    text = signed_in.open("/account/here").text
    code = re.search(r'class="presence"[^>]*>([0-9 ]+)<', text)[1]
    assert is_present(desk.keys, ana.account, code, clock())


def test_the_page_says_which_roles_one_has_and_where(
    new_browser: NewBrowser, desk: Desk, clock: Clock
) -> None:
    lead = someone(desk, "mira", medical_lead="Location/north")
    browser = new_browser()
    browser.sign_in(lead, clock())
    text = browser.open("/account").text
    assert "Location/north" in text
    assert 'href="/account/tablets"' in text


def test_a_tablet_is_shut_out_by_whoever_sees_to_its_facility(
    on_tablet: PlainBrowser, new_browser: NewBrowser, desk: Desk, clock: Clock, round_1: Registered
) -> None:
    browser = new_browser()
    browser.sign_in(someone(desk, "mira", medical_lead="Location/north"), clock())
    assert "Round 1" in browser.open("/account/tablets").text
    browser.send("/account/tablets/shut")
    assert "Round 1" not in browser.page.text
    assert on_tablet.open("/account").url.path == "/sign-in"
    set_up, shut = (
        one for one in said(desk.database, "access-change") if one["change"].startswith("tablet-")
    )
    assert [set_up["change"], shut["change"], shut["sessions"]] == ["tablet-set-up", "tablet-shut-out", 1]
    assert shut["subjects"] == [f"device/{round_1.id}"]


def test_what_waits_on_a_tablet_and_whether_its_browser_keeps_it_is_shown(
    new_browser: NewBrowser, desk: Desk, clock: Clock, round_1: Registered
) -> None:
    browser = new_browser()
    browser.sign_in(someone(desk, "mira", medical_lead="Location/north"), clock())
    assert "was never open on it" in browser.open("/account/tablets").text
    for unsent, persisted in ((3, False), (0, True)):
        with desk.database.transaction() as connection:
            note_told(connection, round_1.id, clock(), unsent=unsent, persisted=persisted)
        text = browser.open("/account/tablets").text
        assert ("Not sent yet: 3" in text) is (unsent == 3)
        assert ("may clear what waits on it" in text) is not persisted


def test_and_by_nobody_else(
    on_tablet: PlainBrowser, round_1: Registered, new_browser: NewBrowser, desk: Desk, clock: Clock
) -> None:
    assert on_tablet.open("/account/tablets").status_code == 403
    browser = new_browser()
    browser.sign_in(someone(desk, "mira", medical_lead="Location/south"), clock())
    browser.open("/account/tablets")
    assert "Round 1" not in browser.page.text
    browser.open("/account")
    csrf = browser.fields("/sign-out")["csrf"]
    for tablet_id, status in ((str(round_1.id), 422), ("x", 422)):
        sent = {"csrf": csrf, "tablet": tablet_id}
        assert browser.http.post("/account/tablets/shut", data=sent).status_code == status
    assert on_tablet.open("/account").url.path == "/account"


def test_a_browser_becomes_a_tablet_by_its_token_alone(
    browser: PlainBrowser, desk: Desk, ana: Someone
) -> None:
    browser.open("/tablet")
    assert browser.send("/tablet", token="guessed").status_code == 422
    assert browser.http.cookies.get("throughcare-device") is None
    registered = tablet(desk, ana.account, "Wing B")
    answer = browser.send("/tablet", token=f" {registered.token} ")
    assert "Wing B" in browser.main
    assert registered.token not in answer.text
    assert browser.http.cookies["throughcare-device"] == registered.token
