"""What people change of their own proofs, and that it takes a proof of minutes ago."""

import json
import re
from collections.abc import Callable
from typing import Any

import pyotp
import pytest
from audit_events import said
from log_capture import Log
from people_pages import PASSWORD, Clock, PlainBrowser, Someone
from soft_authenticator import SoftAuthenticator

from services.access.pages.desk import Desk
from services.access.people.oath_tokens import add_token
from services.access.people.one_time_codes import Generator
from services.access.people.passkeys.registration import (
    begin_registration,
    new_passkey,
    register,
    take_registration,
)

NewBrowser = Callable[[], PlainBrowser]
Rows = Callable[[str], Any]
CHANGES = ("/account/token", "/account/passkey", "/account/recovery-codes")
KEPT = """
SELECT (SELECT count(*) FROM access.oath_token WHERE account IS NOT NULL), (SELECT count(*) FROM access.passkey),
    (SELECT count(*) FROM access.recovery_code)
"""


@pytest.fixture
def proved(signed_in: PlainBrowser) -> PlainBrowser:
    """A browser on which Ana has just proved again who she is."""
    signed_in.open("/account/prove?to=/account")
    signed_in.send("/account/prove", password=PASSWORD)
    assert signed_in.page.url.path == "/account"
    return signed_in


def csrf(browser: PlainBrowser) -> str:
    browser.open("/account")
    return browser.fields("/sign-out")["csrf"]


def secret_of(browser: PlainBrowser) -> str:
    found = re.search(r'class="secret"[^>]*>([A-Z2-7 ]+)<', browser.page.text)
    assert found is not None
    return found[1].replace(" ", "")


def passkey_of(desk: Desk, person: Someone, home: str) -> SoftAuthenticator:
    """A passkey that the person has registered."""
    authenticator = SoftAuthenticator(home)
    assert desk.party is not None
    with desk.database.transaction() as connection:
        ceremony = begin_registration(connection, desk.party, person.account, desk.now())
        challenge = take_registration(connection, ceremony.handle, person.account, desk.now())
        made = new_passkey(desk.party, person.account, challenge, authenticator.make(ceremony.options))
        register(connection, made, "ring", desk.now())
    return authenticator


def test_nothing_changes_without_a_proof_of_minutes_ago(
    signed_in: PlainBrowser, desk: Desk, home: str, ana: Someone, clock: Clock, rows: Rows
) -> None:
    passkey_of(desk, ana, home)
    token, before = csrf(signed_in), rows(KEPT)

    def asks() -> None:
        for path in CHANGES:
            assert signed_in.open(path).url.path == "/account/prove"
        for path in (*CHANGES, "/account/proofs/remove"):
            answer = signed_in.http.post(path, data={"csrf": token, "kind": "passkey"})
            assert answer.url.path == "/account/prove"
        script = {"Accept": "application/json", "X-CSRF-Token": token}
        assert signed_in.http.post("/account/passkey/challenge", headers=script).status_code == 403
        assert rows(KEPT) == before

    asks()
    signed_in.open("/account/prove?to=/account/token")
    assert signed_in.send("/account/prove", password="something else entirely").status_code == 403
    assert [event["method"] for event in said(desk.database, "sign-in")][
        -1
    ] == "proof before a change of credentials"
    asks()
    signed_in.open("/account/prove?to=/account/token")
    assert signed_in.send("/account/prove", password=PASSWORD).url.path == "/account/token"
    clock.goes_on(minutes=4, seconds=59)
    assert signed_in.open("/account/token").url.path == "/account/token"
    clock.goes_on(seconds=1)
    asks()


def test_the_proof_counts_in_that_session_alone(
    proved: PlainBrowser, new_browser: NewBrowser, ana: Someone, clock: Clock
) -> None:
    clock.goes_on(seconds=30)
    other = new_browser()
    other.sign_in(ana, clock())
    assert other.open("/account/token").url.path == "/account/prove"
    assert proved.open("/account/token").url.path == "/account/token"


def test_guessing_the_password_there_is_slowed_down(signed_in: PlainBrowser) -> None:
    signed_in.open("/account/prove")
    statuses = [signed_in.send("/account/prove", password=f"guess {n} of many").status_code for n in range(7)]
    assert statuses == [403] * 6 + [429]


def test_a_passkey_is_proof_enough_if_it_is_ones_own_and_verifies_its_holder(
    signed_in: PlainBrowser, desk: Desk, home: str, ana: Someone, besa: Someone
) -> None:
    own, others = passkey_of(desk, ana, home), passkey_of(desk, besa, home)

    def shows(authenticator: SoftAuthenticator) -> int:
        sent = {"csrf": csrf(signed_in)}
        asked = signed_in.http.post("/account/prove/passkey/challenge", data=sent).json()
        response = authenticator.sign(json.dumps(asked["options"]))
        sent |= {"handle": asked["handle"], "response": response, "to": "/account/token"}
        return signed_in.http.post("/account/prove/passkey", data=sent, follow_redirects=False).status_code

    assert shows(others) == 403
    own.verifies = False
    assert shows(own) == 403
    assert signed_in.open("/account/token").url.path == "/account/prove"
    own.verifies = True
    assert shows(own) == 303
    assert signed_in.open("/account/token").url.path == "/account/token"


def test_an_application_is_added_by_a_code_of_it_and_signs_in(
    proved: PlainBrowser,
    desk: Desk,
    new_browser: NewBrowser,
    ana: Someone,
    clock: Clock,
    rows: Rows,
    log: Log,
) -> None:
    proved.open("/account/token")
    secret = secret_of(proved)
    assert 'src="data:image/svg+xml' in proved.page.text
    assert proved.send("/account/token", name="phone at home", code="000000").status_code == 422
    assert secret_of(proved) == secret
    assert proved.send("/account/token", name=" ", code=pyotp.TOTP(secret).at(clock())).status_code == 422
    code = pyotp.TOTP(secret).at(clock())
    proved.send("/account/token", name="phone at home", code=f"{code[:3]} {code[3:]}")
    assert proved.page.url.path == "/account"
    assert "phone at home" in proved.main
    assert [event["change"] for event in said(desk.database, "access-change")] == ["token-added"]
    assert "not used yet" in proved.main
    assert secret not in str(rows("SELECT * FROM access.oath_token")) + log.text
    # The code that was shown is used up; the next one signs in.
    other = new_browser()
    other.open("/sign-in")
    other.send("/sign-in", login="ana", password=PASSWORD)
    assert other.send("/sign-in/code", code=code).status_code == 403
    clock.goes_on(seconds=30)
    assert other.send("/sign-in/code", code=pyotp.TOTP(secret).at(clock())).url.path == "/"
    assert proved.open("/account").text.count("not used yet") == 0


def test_a_secret_is_for_whom_it_was_shown_for_ten_minutes_and_five_codes(
    proved: PlainBrowser, new_browser: NewBrowser, besa: Someone, clock: Clock, rows: Rows
) -> None:
    before = rows(KEPT)
    proved.open("/account/token")
    secret, ticket = secret_of(proved), proved.fields("/account/token")["ticket"]
    other = new_browser()
    other.sign_in(besa, clock())
    other.open("/account/prove")
    other.send("/account/prove", password=PASSWORD)
    sent = {"csrf": csrf(other), "ticket": ticket, "name": "x", "code": pyotp.TOTP(secret).at(clock())}
    assert other.http.post("/account/token", data=sent).status_code == 422
    for _ in range(5):
        proved.send("/account/token", name="x", code="000000")
    assert "Begin again" in proved.main
    sent["csrf"] = csrf(proved)
    assert proved.http.post("/account/token", data=sent).status_code == 422
    # Nor is it a ticket of a sign-in.
    proved.open("/account/token")
    ticket = proved.fields("/account/token")["ticket"]
    sent = {"csrf": csrf(proved), "ticket": ticket, "code": besa.code(clock())}
    assert proved.http.post("/sign-in/code", data=sent).status_code == 403
    assert rows(KEPT) == before


def test_a_key_is_added_and_one_is_removed_but_never_the_last(
    proved: PlainBrowser, desk: Desk, home: str, ana: Someone, rows: Rows
) -> None:
    assert "Remove it" not in proved.main
    (token,) = rows("SELECT id FROM access.oath_token")[0]
    sent = {"csrf": csrf(proved), "kind": "token", "proof": str(token)}
    answer = proved.http.post("/account/proofs/remove", data=sent)
    assert answer.status_code == 422
    assert "the only second proof" in answer.text
    proved.open("/account/passkey")
    form = {"csrf": csrf(proved)}
    asked = proved.http.post("/account/passkey/challenge", data=form)
    made = SoftAuthenticator(home).make(json.dumps(asked.json()["options"]))
    form |= {"name": "key on the ring", "handle": asked.json()["handle"], "response": made}
    answer = proved.http.post("/account/passkey", data=form)
    assert answer.url.path == "/account"
    assert "key on the ring" in answer.text
    assert answer.text.count("Remove it") == 2
    assert proved.http.post("/account/passkey", data=form).status_code == 422
    proved.http.post("/account/proofs/remove", data=sent)
    assert rows("SELECT count(*) FROM access.oath_token") == [(0,)]
    changes = [event["change"] for event in said(desk.database, "access-change")]
    assert changes == ["passkey-added", "proof-removed"]
    proved.open("/account")
    assert "Remove it" not in proved.main
    (passkey,) = rows("SELECT encode(id, 'base64') FROM access.passkey")[0]
    sent |= {"kind": "passkey", "proof": passkey.replace("+", "-").replace("/", "_")}
    assert "the only second proof" in proved.http.post("/account/proofs/remove", data=sent).text
    assert rows("SELECT count(*) FROM access.passkey") == [(1,)]


def test_nobody_removes_what_is_somebody_elses(
    proved: PlainBrowser, desk: Desk, home: str, ana: Someone, besa: Someone, rows: Rows
) -> None:
    passkey_of(desk, ana, home)
    before = rows(KEPT)
    (theirs,) = rows(f"SELECT id FROM access.oath_token WHERE account = '{besa.account}'")[0]
    for kind, proof in (("token", str(theirs)), ("token", "x"), ("", ""), ("passkey", "AA==")):
        sent = {"csrf": csrf(proved), "kind": kind, "proof": proof}
        answer = proved.http.post("/account/proofs/remove", data=sent)
        assert answer.status_code == 422
        assert "no such proof" in answer.text
    assert rows(KEPT) == before


def test_a_hardware_token_goes_back_into_the_drawer_with_its_codes_used(
    proved: PlainBrowser, desk: Desk, ana: Someone, rows: Rows
) -> None:
    with desk.database.transaction() as connection:
        add_token(
            connection,
            desk.keys,
            Generator("hotp", b"x" * 20),
            desk.now(),
            account=ana.account,
            serial="F-1",
            last_counter=7,
        )
    proved.open("/account")
    assert "Hardware token" in proved.main
    (token,) = rows("SELECT id FROM access.oath_token WHERE serial = 'F-1'")[0]
    sent = {"csrf": csrf(proved), "kind": "token", "proof": str(token)}
    proved.http.post("/account/proofs/remove", data=sent)
    assert rows("SELECT account, last_counter FROM access.oath_token WHERE serial = 'F-1'") == [(None, 7)]


def test_ten_proofs_are_the_most(proved: PlainBrowser, desk: Desk, ana: Someone) -> None:
    with desk.database.transaction() as connection:
        for _ in range(9):
            add_token(connection, desk.keys, Generator("totp", b"x" * 20), desk.now(), account=ana.account)
    answer = proved.open("/account/token")
    assert answer.status_code == 422
    assert "You have ten proofs" in proved.main


def test_new_recovery_codes_are_shown_once_and_the_old_ones_end(
    proved: PlainBrowser, desk: Desk, new_browser: NewBrowser, ana: Someone, rows: Rows, log: Log
) -> None:
    assert "10 codes are left" in proved.main
    proved.open("/account/recovery-codes")
    assert "They count no more once you have new ones" in proved.main
    proved.send("/account/recovery-codes")
    codes = re.findall(r"<li><code>([^<]+)</code>", proved.page.text)
    assert len(codes) == 10
    assert [event["change"] for event in said(desk.database, "access-change")] == ["recovery-codes-made"]
    assert "data-print" in proved.main
    assert not set(codes) & set(ana.recovery_codes)
    assert not any(code in str(rows("SELECT * FROM access.recovery_code")) + log.text for code in codes)
    proved.open("/account/recovery-codes")
    assert codes[0] not in proved.page.text
    other = new_browser()
    other.open("/sign-in")
    other.send("/sign-in", login="ana", password=PASSWORD)
    assert other.send("/sign-in/code", code=ana.recovery_codes[0]).status_code == 403
    assert other.send("/sign-in/code", code=codes[0]).url.path == "/"
    proved.open("/account")
    assert "9 codes are left" in proved.main


@pytest.mark.parametrize("planted", ["", "planted"])
def test_the_session_that_begins_never_has_a_token_that_was_brought_along(
    browser: PlainBrowser, ana: Someone, clock: Clock, planted: str
) -> None:
    if planted:
        browser.http.cookies.set("throughcare-session", planted, domain="localhost.local", path="/")
    browser.sign_in(ana, clock())
    first = browser.token
    assert first not in (None, planted)
    clock.goes_on(minutes=31)
    browser.sign_in(ana, clock())
    assert browser.token not in (None, first, planted)
    clock.goes_on(seconds=30)
    stale = PlainBrowser(str(browser.http.base_url), browser.http.headers["origin"])
    with stale.http:
        stale.http.cookies.set("throughcare-session", str(first), domain="localhost.local", path="/")
        assert stale.open("/account").url.path == "/sign-in"
