"""The first use of an account: the code on paper, a password, a second proof, ten codes to keep."""

import re

import httpx
import pyotp
import pytest
from people_pages import PASSWORD, Clock, PlainBrowser, Someone, newcomer
from soft_authenticator import SoftAuthenticator

from services.access.pages.activate_page import in_groups, picture_of
from services.access.pages.desk import Desk


@pytest.fixture
def code(desk: Desk) -> str:
    return newcomer(desk, "drita")[1]


def offered(browser: PlainBrowser, code: str) -> str:
    """Go to the second step; the secret that is offered there."""
    browser.open("/activate")
    assert browser.send("/activate", login="drita", code=code).status_code == 200
    return re.search(r'class="secret"[^>]*>([A-Z2-7 ]+)<', browser.page.text)[1]


def test_password_and_code_of_a_phone_begin_a_session_and_give_ten_codes(
    browser: PlainBrowser, code: str, clock: Clock
) -> None:
    secret = offered(browser, code)
    assert re.fullmatch(r"([A-Z2-7]{4} ){7}[A-Z2-7]{4}", secret)
    assert 'src="data:image/svg+xml' in browser.page.text
    totp = pyotp.TOTP(secret.replace(" ", "")).at(clock())
    answer = browser.send("/activate/code", password=PASSWORD, again=PASSWORD, code=totp)
    assert answer.status_code == 200
    codes = re.findall(r"<code>([0-9a-z-]{29})</code>", answer.text)
    assert len(set(codes)) == 10
    assert "drita of the tests" in answer.text
    assert browser.open("/account").url.path == "/account"
    # Used up: neither the code on paper nor the ticket counts again.
    browser.send("/sign-out")
    browser.open("/activate")
    assert browser.send("/activate", login="drita", code=code).status_code == 403


def test_with_a_passkey(browser: PlainBrowser, code: str, desk: Desk) -> None:
    offered(browser, code)
    fields = browser.fields("/activate/code")
    asked = browser.http.post("/activate/passkey/challenge", data={"ticket": fields["ticket"]}).json()
    authenticator = SoftAuthenticator(origin=desk.base_url)
    response = authenticator.make(httpx.Response(200, json=asked["options"]).text)
    sent = {
        **fields,
        "password": PASSWORD,
        "again": PASSWORD,
        "handle": asked["handle"],
        "response": response,
    }
    answer = browser.http.post("/activate/passkey", data=sent)
    assert answer.status_code == 200
    assert "Your recovery codes" in answer.text


@pytest.mark.parametrize(
    ("password", "again", "said"),
    [
        (PASSWORD, "another one altogether", "The two passwords differ"),
        ("short", "short", "12 to 128 characters"),
        ("password1234", "password1234", "tried first"),
        (PASSWORD, PASSWORD, "was not activated"),
    ],
)
def test_what_cannot_be_used_is_said_and_the_same_offer_stands(
    browser: PlainBrowser, code: str, password: str, again: str, said: str
) -> None:
    secret = offered(browser, code)
    answer = browser.send("/activate/code", password=password, again=again, code="000000")
    assert answer.status_code == 422
    assert said in browser.main
    assert secret in answer.text
    assert password not in answer.text
    assert browser.token is None


@pytest.mark.parametrize(
    ("login", "typed"), [("drita", "0000-0000-0000-0000-0000"), ("nobody", None), ("ana", None)]
)
def test_a_wrong_code_or_name_is_refused_in_one_sentence(
    browser: PlainBrowser, code: str, ana: Someone, login: str, typed: str | None
) -> None:
    browser.open("/activate")
    answer = browser.send("/activate", login=login, code=typed or code)
    assert answer.status_code == 403
    assert "Login name and activation code were not accepted" in browser.main
    assert code not in answer.text


def test_a_ticket_that_is_over_leads_back_to_the_beginning(
    browser: PlainBrowser, code: str, clock: Clock
) -> None:
    offered(browser, code)
    clock.goes_on(minutes=11)
    browser.send("/activate/code", password=PASSWORD, again=PASSWORD, code="000000")
    assert "Use an account for the first time" in browser.main
    assert "ask for a new activation code" in browser.main


def test_a_secret_is_written_in_groups_and_drawn_black_on_white() -> None:
    assert in_groups("ABCDEFGHIJ") == ("ABCD", "EFGH", "IJ")
    assert picture_of("otpauth://totp/x").startswith("data:image/svg+xml")
