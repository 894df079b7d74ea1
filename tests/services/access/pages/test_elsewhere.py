"""Signing in by way of an identity provider that runs on this machine: who gets in, and who does not."""

import hmac
import json
import re
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest
from audit_events import said
from identity_provider import IdentityProvider, identity_provider, signed
from joserfc.jwk import RSAKey
from log_capture import Log
from people_pages import PASSWORD, Clock, PlainBrowser, Someone, tablet
from signing import ec_key, rsa_key

from services.access.pages.desk import Desk
from services.access.people.accounts import account_with, close_account
from services.access.people.cookies import elsewhere_cookie
from services.access.people.oidc.links import link
from services.access.people.resets import _reset
from services.settings import Settings

NewBrowser = Callable[[], PlainBrowser]
Rows = Callable[[str], Any]
SUBJECT = "8f4c1d"
HOME = "http://localhost:8000"
REFUSED = "The sign-in of your organisation was not accepted here"
BACK = "/sign-in/elsewhere/back"
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"
FINISH = "/sign-in/elsewhere/finish"


@pytest.fixture(scope="module")
def running() -> Iterator[IdentityProvider]:
    with identity_provider() as provider:
        provider.register(f"{HOME}{BACK}")
        yield provider


@pytest.fixture
def provider(running: IdentityProvider, clock: Clock) -> IdentityProvider:
    """The provider, where somebody has an account, as honest as on the first day."""
    running.forge = None
    running.person(SUBJECT, auth_time=int(clock().timestamp()))
    return running


@pytest.fixture
def settings(running: IdentityProvider, tmp_path: Path) -> Settings:
    return Settings(
        home=tmp_path,
        language="en",
        oidc_issuer=running.issuer,
        oidc_client_id=running.client_id,
        oidc_client_secret=running.client_secret,  # type: ignore[arg-type]
        oidc_two_factors_acr="two-factors",
        oidc_two_factors_amr="mfa otp+hwk",
    )


@pytest.fixture
def linked(desk: Desk, provider: IdentityProvider, ana: Someone) -> Someone:
    """Ana, whose account is linked to the subject."""
    with desk.database.transaction() as connection:
        link(connection, provider.issuer, SUBJECT, ana.account, desk.now())
    return ana


def leave(browser: PlainBrowser, to: str = "/") -> str:
    """Press the button of the page of signing in; the provider's address."""
    browser.open(f"/sign-in?to={to}")
    browser.send("/sign-in/elsewhere")
    return led_to(browser)


def led_to(browser: PlainBrowser) -> str:
    """Where the page leads by itself."""
    leads = re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', browser.page.text)
    assert leads is not None, browser.main
    return unescape(leads[1])


def go(browser: PlainBrowser, provider: IdentityProvider, to: str = "/", subject: str = SUBJECT) -> str:
    """Begin here, sign in there; where it leads back to."""
    return provider.sign_in(leave(browser, to), subject)


def come_back(browser: PlainBrowser, back: str) -> httpx.Response:
    """Be led back, and on if that is what the page does."""
    browser.open(back)
    if "http-equiv" in browser.page.text:
        browser.open(led_to(browser))
    return browser.page


def is_in(browser: PlainBrowser) -> bool:
    return browser.open("/account").url.path == "/account"


def is_refused(browser: PlainBrowser, why: str, desk: Desk) -> bool:
    """Whether the person is told the one sentence, and the log knows why."""
    events = [event["why"] for event in said(desk.database, "sign-in") if event["outcome"] != "0"]
    return browser.page.status_code == 403 and REFUSED in browser.main and events[-1:] == [why]


def proofs(desk: Desk) -> list[str]:
    """By what people have come in, as the log has it."""
    return [event["method"] for event in said(desk.database, "sign-in") if event["outcome"] == "0"]


def test_two_factors_there_are_enough_here(
    browser: PlainBrowser, provider: IdentityProvider, linked: Someone, clock: Clock, desk: Desk
) -> None:
    provider.person(SUBJECT, auth_time=int(clock().timestamp()), amr=["pwd", "mfa"])
    answer = come_back(browser, go(browser, provider, "/account"))
    assert answer.url.path == "/account"
    assert "Ana Kovač" in answer.text
    assert proofs(desk) == ["identity provider, by two factors"]


ONE_FACTOR: tuple[dict[str, Any], ...] = (
    {},
    {"amr": ["pwd"]},
    {"amr": "mfa"},
    {"amr": [["mfa"]]},
    {"acr": "mfa"},
    {"acr": ["two-factors"]},
    {"acr": "1", "amr": ["two-factors"]},
)


def test_else_the_second_factor_is_asked_here(
    new_browser: NewBrowser,
    provider: IdentityProvider,
    linked: Someone,
    clock: Clock,
    desk: Desk,
    subtests: pytest.Subtests,
) -> None:
    for claims in ONE_FACTOR:
        with subtests.test(str(claims)):
            browser = new_browser()
            provider.person(SUBJECT, auth_time=int(clock().timestamp()), **claims)
            come_back(browser, go(browser, provider, "/account"))
            assert "Sign in: second step" in browser.main
            assert browser.token is None
    assert browser.send("/sign-in/code", code="000000").status_code == 403
    assert browser.send("/sign-in/code", code=linked.code(clock())).url.path == "/account"
    assert proofs(desk) == ["identity provider and one-time code"]


def test_by_acr_too_and_a_recovery_code_is_a_second_factor(
    browser: PlainBrowser,
    new_browser: NewBrowser,
    provider: IdentityProvider,
    linked: Someone,
    clock: Clock,
    desk: Desk,
) -> None:
    come_back(browser, go(browser, provider))
    browser.send("/sign-in/code", code=linked.recovery_codes[0])
    provider.person(SUBJECT, auth_time=int(clock().timestamp()), acr="two-factors")
    other = new_browser()
    come_back(other, go(other, provider))
    assert is_in(browser)
    assert is_in(other)
    assert proofs(desk) == [
        "identity provider and recovery code",
        "identity provider, by two factors",
    ]


def test_roles_are_not_what_the_provider_says(
    browser: PlainBrowser, provider: IdentityProvider, linked: Someone, clock: Clock, rows: Rows
) -> None:
    claims = {"roles": ["administrator"], "groups": ["medical_lead"], "role": "doctor", "amr": ["mfa"]}
    provider.person(SUBJECT, auth_time=int(clock().timestamp()), **claims)
    come_back(browser, go(browser, provider, "/account"))
    assert "None yet" in browser.main
    assert rows("SELECT count(*) FROM access.role_grant") == [(0,)]


def test_a_subject_that_is_not_linked_gets_in_nowhere_whatever_else_is_stated(
    browser: PlainBrowser, provider: IdentityProvider, ana: Someone, clock: Clock, desk: Desk, rows: Rows
) -> None:
    same = {"name": "Ana Kovač", "preferred_username": "ana", "login": "ana", "email": "ana@clinic.example"}
    provider.person("ana", auth_time=int(clock().timestamp()), amr=["mfa"], email_verified=True, **same)
    come_back(browser, go(browser, provider, subject="ana"))
    assert is_refused(browser, "no account is linked to this subject of the identity provider", desk)
    assert not is_in(browser)
    assert rows("SELECT count(*) FROM access.account") == [(1,)]


def test_who_is_not_linked_is_told_what_any_other_is_told_who_is_refused(
    browser: PlainBrowser, new_browser: NewBrowser, provider: IdentityProvider, linked: Someone
) -> None:
    come_back(browser, go(browser, provider, subject="stranger"))
    forged = new_browser()
    provider.forge = lambda claims, key: signed(key, {**claims, "nonce": "another"})
    come_back(forged, go(forged, provider))
    assert (browser.main, browser.page.status_code) == (forged.main, forged.page.status_code)


def test_a_closed_account_or_one_that_was_reset_is_not_linked(
    browser: PlainBrowser,
    new_browser: NewBrowser,
    provider: IdentityProvider,
    linked: Someone,
    besa: Someone,
    desk: Desk,
) -> None:
    with desk.database.transaction() as connection:
        link(connection, provider.issuer, "besa", besa.account, desk.now())
        _reset(connection, besa.account, desk.now())
    provider.person("besa", auth_time=int(desk.now().timestamp()), amr=["mfa"])
    come_back(browser, go(browser, provider, subject="besa"))
    assert REFUSED in browser.main
    other = new_browser()
    back = go(other, provider)
    other.open(back)
    with desk.database.transaction() as connection:
        close_account(connection, linked.account, besa.account, desk.now())
    other.open(FINISH)
    assert REFUSED in other.main
    other.open(go(other, provider))
    assert REFUSED in other.main


def test_a_reset_at_the_same_time_leaves_no_session_behind(
    browser: PlainBrowser, provider: IdentityProvider, linked: Someone, clock: Clock, desk: Desk, rows: Rows
) -> None:
    provider.person(SUBJECT, auth_time=int(clock().timestamp()), amr=["mfa"])
    browser.open(go(browser, provider))
    with ThreadPoolExecutor(1) as pool:
        with desk.database.transaction() as connection:
            account_with(connection, linked.account, held=True)
            finishing = pool.submit(browser.open, FINISH)
            while not finishing.done() and rows(WAITING) == [(0,)]:
                pass
            _reset(connection, linked.account, desk.now())
        finishing.result()
    assert REFUSED in browser.main
    assert rows("SELECT count(*) FROM access.session") == [(0,)]


NOT_BEGUN = "a provider's answer to a sign-in that this browser has not begun, or that is over"


def test_an_answer_counts_in_the_browser_that_has_begun_and_in_no_other(
    browser: PlainBrowser, new_browser: NewBrowser, provider: IdentityProvider, linked: Someone, desk: Desk
) -> None:
    back = go(browser, provider)
    without = new_browser()
    without.open(back)
    assert is_refused(without, NOT_BEGUN, desk)
    another = new_browser()
    leave(another)
    another.open(back)
    assert is_refused(another, NOT_BEGUN, desk)
    come_back(browser, back)
    assert "second step" in browser.main


def test_another_state_is_refused_and_does_not_spoil_the_sign_in(
    browser: PlainBrowser, provider: IdentityProvider, linked: Someone, desk: Desk
) -> None:
    back = go(browser, provider)
    for state in ("", "x", "é"):
        browser.open(re.sub(r"state=[^&]*", f"state={state}", back))
        assert is_refused(browser, NOT_BEGUN, desk)
    come_back(browser, back)
    assert "second step" in browser.main


def test_a_code_is_redeemed_once(
    browser: PlainBrowser, new_browser: NewBrowser, provider: IdentityProvider, linked: Someone, desk: Desk
) -> None:
    back = go(browser, provider)
    before = provider.redeemed
    browser.open(back)
    for _ in range(2):
        browser.open(back)
        assert is_refused(browser, NOT_BEGUN, desk)
    assert provider.redeemed == before + 1
    browser.open(FINISH)
    assert "second step" in browser.main
    # Nor in a sign-in of somebody else's: the code was asked for with another verifier.
    thief = new_browser()
    address = leave(thief)
    state = re.search(r"state=([^&]+)", address)
    assert state is not None
    stolen = go(browser, provider)
    before = provider.redeemed
    thief.open(re.sub(r"state=[^&]*", f"state={state[1]}", stolen))
    assert is_refused(thief, "what the identity provider states does not hold", desk)
    assert provider.redeemed == before


def test_what_was_heard_is_finished_once_and_by_nobody_else(
    browser: PlainBrowser, new_browser: NewBrowser, provider: IdentityProvider, linked: Someone, desk: Desk
) -> None:
    other = new_browser()
    other.open(FINISH)
    assert is_refused(other, NOT_BEGUN, desk)
    leave(other)
    other.open(FINISH)
    assert is_refused(other, NOT_BEGUN, desk)
    browser.open(go(browser, provider))
    handle = browser.http.cookies["throughcare-elsewhere"]
    browser.open(FINISH)
    assert "second step" in browser.main
    assert "throughcare-elsewhere" not in browser.http.cookies
    other.http.cookies.set("throughcare-elsewhere", handle, domain="localhost.local", path="/")
    other.open(FINISH)
    assert is_refused(other, NOT_BEGUN, desk)


def test_after_ten_minutes_it_is_over(
    browser: PlainBrowser, provider: IdentityProvider, linked: Someone, clock: Clock, desk: Desk
) -> None:
    back = go(browser, provider)
    clock.goes_on(minutes=10)
    browser.open(back)
    assert is_refused(browser, NOT_BEGUN, desk)


def now(claims: dict[str, Any]) -> int:
    return int(claims["auth_time"])


STRANGER_RSA, STRANGER_EC = rsa_key("stranger"), ec_key("stranger", "P-256")

Forged = Callable[[dict[str, Any], RSAKey], str]
FORGED: dict[str, Forged] = {
    "another nonce": lambda claims, key: signed(key, {**claims, "nonce": "another"}),
    "no nonce": lambda claims, key: signed(key, {k: v for k, v in claims.items() if k != "nonce"}),
    "another audience": lambda claims, key: signed(key, {**claims, "aud": "another"}),
    "no audience": lambda claims, key: signed(key, {**claims, "aud": []}),
    "two audiences": lambda claims, key: signed(key, {**claims, "aud": [*list_of(claims["aud"]), "another"]}),
    "another party": lambda claims, key: signed(key, {**claims, "azp": "another"}),
    "another issuer": lambda claims, key: signed(key, {**claims, "iss": "https://another.example"}),
    "the issuer with a slash": lambda claims, key: signed(key, {**claims, "iss": claims["iss"] + "/"}),
    "expired": lambda claims, key: signed(key, {**claims, "exp": now(claims) - 121}),
    "no expiry": lambda claims, key: signed(key, {k: v for k, v in claims.items() if k != "exp"}),
    "an expiry that is no number": lambda claims, key: signed(key, {**claims, "exp": "tomorrow"}),
    "issued later": lambda claims, key: signed(key, {**claims, "iat": now(claims) + 130}),
    "issued long ago": lambda claims, key: signed(key, {**claims, "iat": now(claims) - 130}),
    "not yet valid": lambda claims, key: signed(key, {**claims, "nbf": now(claims) + 130}),
    "signed in there before": lambda claims, key: signed(key, {**claims, "auth_time": now(claims) - 130}),
    "signed in there at no time": lambda claims, key: signed(
        key, {k: v for k, v in claims.items() if k != "auth_time"}
    ),
    "no subject": lambda claims, key: signed(key, {**claims, "sub": ""}),
    "signed by a stranger": lambda claims, key: signed(STRANGER_RSA, claims, kid=key.kid),
    "signed by a stranger who says so": lambda claims, key: signed(STRANGER_RSA, claims),
    "signed with another kind of key": lambda claims, key: signed(STRANGER_EC, claims, "ES256", key.kid),
    "another algorithm of the same key": lambda claims, key: signed(key, claims, "RS512"),
    "a MAC under the public key": lambda claims, key: by_hand(
        claims, "HS256", str(key.kid), lambda said: hmac.digest(key.as_pem(private=False), said, "sha256")
    ),
    "not signed": lambda claims, key: by_hand(claims, "none", str(key.kid), lambda said: b""),
    "no token at all": lambda claims, key: "a.b.c",
    "the empty text": lambda claims, key: "",
}


def list_of(audience: Any) -> list[str]:
    return audience if isinstance(audience, list) else [audience]


def by_hand(claims: dict[str, Any], algorithm: str, kid: str, mac: Callable[[bytes], bytes]) -> str:
    """A token that no library makes any more."""
    parts = ({"alg": algorithm, "kid": kid}, claims)
    said = b".".join(urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in parts)
    return f"{said.decode()}.{urlsafe_b64encode(mac(said)).rstrip(b'=').decode()}"


def test_a_token_that_does_not_hold_lets_nobody_in(
    new_browser: NewBrowser,
    provider: IdentityProvider,
    linked: Someone,
    desk: Desk,
    rows: Rows,
    subtests: pytest.Subtests,
) -> None:
    for what, forge in FORGED.items():
        with subtests.test(what):
            provider.forge = forge
            browser = new_browser()
            come_back(browser, go(browser, provider))
            assert is_refused(browser, "what the identity provider states does not hold", desk)
            assert browser.token is None
    # Each of them is a try: whoever goes on is slowed down.
    assert rows("SELECT max(failures) FROM access.throttle") == [(len(FORGED),)]


HOLDS: dict[str, Forged] = {
    "as a list": lambda claims, key: signed(key, {**claims, "aud": list_of(claims["aud"])}),
    "two, of which we are meant": lambda claims, key: signed(
        key, {**claims, "aud": [*list_of(claims["aud"]), "b"], "azp": list_of(claims["aud"])[0]}
    ),
    "clocks apart": lambda claims, key: signed(
        key, {**claims, "exp": now(claims) - 110, "iat": now(claims) + 110}
    ),
}


def test_what_holds_lets_somebody_in(
    new_browser: NewBrowser, provider: IdentityProvider, linked: Someone, subtests: pytest.Subtests
) -> None:
    for what, forge in HOLDS.items():
        with subtests.test(what):
            provider.forge = forge
            browser = new_browser()
            come_back(browser, go(browser, provider))
            assert "second step" in browser.main


def test_clocks_may_be_two_minutes_apart(
    new_browser: NewBrowser,
    provider: IdentityProvider,
    linked: Someone,
    clock: Clock,
    subtests: pytest.Subtests,
) -> None:
    began = clock()
    for seconds, fine in ((-150, False), (-100, True), (100, True), (150, False)):
        with subtests.test(str(seconds)):
            clock.at = began
            clock.goes_on(seconds=seconds)
            browser = new_browser()
            come_back(browser, go(browser, provider))
            assert ("second step" in browser.main) == fine


def test_who_says_no_there_is_not_let_in_here(
    browser: PlainBrowser, provider: IdentityProvider, linked: Someone, desk: Desk
) -> None:
    state = re.search(r"state=([^&]+)", leave(browser))
    assert state is not None
    browser.open(f"{BACK}?error=access_denied&error_description=%3Cb%3Eno&state={state[1]}")
    assert is_refused(browser, "the identity provider refused", desk)
    assert "<b>" not in browser.page.text


def test_an_answer_that_says_it_is_from_another_provider_is_not_redeemed(
    browser: PlainBrowser, provider: IdentityProvider, linked: Someone, desk: Desk
) -> None:
    before = provider.redeemed
    come_back(browser, f"{go(browser, provider)}&iss=https%3A%2F%2Fanother.example")
    assert is_refused(browser, "what the identity provider states does not hold", desk)
    assert provider.redeemed == before


def test_the_session_that_begins_has_a_token_of_its_own_on_the_tablet_at_hand(
    browser: PlainBrowser, provider: IdentityProvider, linked: Someone, clock: Clock, desk: Desk, rows: Rows
) -> None:
    browser.open("/tablet")
    browser.send("/tablet", token=tablet(desk, linked.account).token)
    browser.http.cookies.set("throughcare-session", "planted", domain="localhost.local", path="/")
    provider.person(SUBJECT, auth_time=int(clock().timestamp()), amr=["mfa"])
    answer = come_back(browser, go(browser, provider))
    assert answer.url.path == "/account/pin"
    assert browser.token not in (None, "planted")
    assert rows("SELECT count(*) FROM access.session WHERE device IS NOT NULL") == [(1,)]


def test_nothing_that_signs_in_is_kept(
    browser: PlainBrowser, provider: IdentityProvider, linked: Someone, rows: Rows, log: Log
) -> None:
    address = leave(browser)
    handle = browser.http.cookies["throughcare-elsewhere"]
    kept = str(rows("SELECT * FROM access.oidc_sign_in"))
    back = provider.sign_in(address, SUBJECT)
    for name in ("state", "nonce"):
        drawn = re.search(rf"{name}=([^&]+)", address)
        assert drawn is not None
        assert drawn[1] not in kept + log.text
        assert len(drawn[1]) == 43
    come_back(browser, back)
    code = re.search(r"code=([^&]+)", back)
    assert code is not None
    assert all(secret not in kept + log.text for secret in (handle, code[1], SUBJECT))
    assert provider.client_secret not in log.text


def test_the_cookie_of_it_is_the_hosts_own_and_comes_back_from_another_site() -> None:
    cookie = elsewhere_cookie("https://clinic.example")
    assert (cookie.key, cookie.secure, cookie.samesite, cookie.httponly) == (
        "__Host-elsewhere",
        True,
        "lax",
        True,
    )


def test_where_one_is_led_is_never_another_site(
    browser: PlainBrowser, provider: IdentityProvider, linked: Someone, clock: Clock
) -> None:
    provider.person(SUBJECT, auth_time=int(clock().timestamp()), amr=["mfa"])
    browser.open("/sign-in")
    browser.send("/sign-in/elsewhere", to="//evil.example/x")
    come_back(browser, provider.sign_in(led_to(browser), SUBJECT))
    assert browser.page.url.path == "/"
    browser.open("/account")
    browser.send("/sign-out")
    browser.open("/sign-in")
    assert browser.send("/sign-in/elsewhere", to="/\0").status_code == 200


# Linking


def prove(browser: PlainBrowser) -> None:
    browser.open("/account/prove?to=/account")
    browser.send("/account/prove", password=PASSWORD)


def test_the_holder_links_the_account_and_ends_the_link(
    signed_in: PlainBrowser, new_browser: NewBrowser, provider: IdentityProvider, clock: Clock, desk: Desk
) -> None:
    signed_in.open("/account")
    assert "not linked" in signed_in.main
    signed_in.send("/account/elsewhere")
    assert signed_in.page.url.path == "/account/prove"
    prove(signed_in)
    signed_in.send("/account/elsewhere")
    come_back(signed_in, provider.sign_in(led_to(signed_in), SUBJECT))
    assert "From now on that sign-in opens this account" in signed_in.main
    before = new_browser()
    come_back(before, go(before, provider))
    assert REFUSED in before.main
    signed_in.send("/account/elsewhere/link")
    assert "linked since" in signed_in.main
    assert [event["change"] for event in said(desk.database, "access-change")] == ["provider-linked"]
    other = new_browser()
    come_back(other, go(other, provider))
    assert "second step" in other.main
    assert "last used" in signed_in.open("/account").text
    signed_in.send("/account/elsewhere/unlink")
    assert "not linked" in signed_in.main
    come_back(other, go(other, provider))
    assert REFUSED in other.main


def test_nobody_links_an_account_that_they_have_not_begun_to_link(
    signed_in: PlainBrowser,
    new_browser: NewBrowser,
    provider: IdentityProvider,
    besa: Someone,
    clock: Clock,
    rows: Rows,
) -> None:
    prove(signed_in)
    signed_in.send("/account/elsewhere")
    back = provider.sign_in(led_to(signed_in), SUBJECT)
    signed_in.open(back)
    besas = new_browser()
    besas.sign_in(besa, clock())
    prove(besas)
    handle = signed_in.http.cookies["throughcare-elsewhere"]
    besas.http.cookies.set("throughcare-elsewhere", handle, domain="localhost.local", path="/")
    assert besas.open("/account/elsewhere").status_code == 422
    csrf = besas.fields("/sign-out")["csrf"]
    assert besas.http.post("/account/elsewhere/link", data={"csrf": csrf}).status_code == 422
    # Nor does what was begun to link sign anybody in.
    stranger = new_browser()
    stranger.http.cookies.set("throughcare-elsewhere", handle, domain="localhost.local", path="/")
    stranger.open(FINISH)
    assert REFUSED in stranger.main
    assert rows("SELECT count(*) FROM access.oidc_link") == [(0,)]


def test_a_subject_belongs_to_one_account(
    signed_in: PlainBrowser, provider: IdentityProvider, besa: Someone, desk: Desk, rows: Rows
) -> None:
    with desk.database.transaction() as connection:
        link(connection, provider.issuer, SUBJECT, besa.account, desk.now())
    prove(signed_in)
    signed_in.send("/account/elsewhere")
    come_back(signed_in, provider.sign_in(led_to(signed_in), SUBJECT))
    # What was begun to link does not sign in whom the subject belongs to.
    signed_in.open(FINISH)
    assert REFUSED in signed_in.main
    signed_in.open("/account/elsewhere")
    assert signed_in.send("/account/elsewhere/link").status_code == 422
    assert "linked to an account already" in signed_in.main
    assert rows("SELECT account FROM access.oidc_link") == [(besa.account,)]


def test_after_five_minutes_linking_asks_for_the_proof_again(
    signed_in: PlainBrowser, provider: IdentityProvider, clock: Clock, rows: Rows
) -> None:
    prove(signed_in)
    signed_in.send("/account/elsewhere")
    come_back(signed_in, provider.sign_in(led_to(signed_in), SUBJECT))
    clock.goes_on(minutes=5)
    assert signed_in.send("/account/elsewhere/link").url.path == "/account/prove"
    assert rows("SELECT count(*) FROM access.oidc_link") == [(0,)]


# The provider is away, or off


class TestAway:
    @pytest.fixture
    def settings(self, tmp_path: Path, free_port: int) -> Settings:
        return Settings(
            home=tmp_path,
            language="en",
            oidc_issuer=f"http://localhost:{free_port}",
            oidc_client_id="throughcare",
            oidc_client_secret="secret",  # type: ignore[arg-type]
        )

    def test_it_is_said_and_one_signs_in_here(
        self, browser: PlainBrowser, ana: Someone, clock: Clock
    ) -> None:
        browser.open("/sign-in")
        assert browser.send("/sign-in/elsewhere").status_code == 503
        assert "does not answer. Sign in with login name and password" in browser.main
        browser.sign_in(ana, clock(), "/account")
        assert browser.page.url.path == "/account"
        prove(browser)
        assert browser.send("/account/elsewhere").status_code == 503


def test_it_may_go_away_in_between(
    browser: PlainBrowser, provider: IdentityProvider, linked: Someone, desk: Desk, rows: Rows
) -> None:
    back = go(browser, provider)
    provider.forge = lambda claims, key: 1 / 0  # type: ignore[arg-type,return-value]
    assert browser.open(back).status_code == 503
    assert "does not answer" in browser.main
    assert rows("SELECT sum(failures) FROM access.throttle") == [(0,)]


class TestOff:
    @pytest.fixture
    def settings(self, tmp_path: Path) -> Settings:
        return Settings(home=tmp_path, language="en")

    def test_it_is_not_there(self, signed_in: PlainBrowser) -> None:
        assert "organisation" not in signed_in.open("/account").text
        csrf = signed_in.fields("/sign-out")["csrf"]
        for path in (BACK, FINISH, "/account/elsewhere"):
            assert signed_in.open(path).status_code == 404
        prove(signed_in)
        for path in ("/sign-in/elsewhere", *(f"/account/elsewhere{end}" for end in ("", "/link", "/unlink"))):
            assert signed_in.http.post(path, data={"csrf": csrf}).status_code == 404
        signed_in.open("/account")
        signed_in.send("/sign-out")
        assert "organisation" not in signed_in.open("/sign-in").text
        for path in (BACK, FINISH, "/account/elsewhere"):
            assert signed_in.open(path).status_code == 404
        for path in ("/sign-in/elsewhere", *(f"/account/elsewhere{end}" for end in ("", "/link", "/unlink"))):
            assert signed_in.http.post(path).status_code == 404
