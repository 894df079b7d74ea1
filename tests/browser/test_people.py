"""People at the pages in Chromium: signing in, a tablet that hides and locks, and what is left when somebody has gone."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pyotp
import pytest
from demo_installation import demo_installation
from identity_provider import IdentityProvider, identity_provider
from looking import looks, too_wide
from people_pages import PASSWORD, PIN, Clock, Someone, newcomer, someone, tablet, with_cheap_desk
from serving import serving
from untranslated import MONTHS, UNTRANSLATED

from services.access.pages.desk import Desk
from services.access.people.oidc.client import CALLBACK, OidcClient
from services.access.people.oidc.provider import Provider
from services.access.people.one_time_codes import code_at, step
from services.shared.embedded_postgres import EmbeddedPostgres

NewTab = Callable[..., Any]
NAME = "Ana Kovač"

# What the browser itself says about an answer that refuses.
OF_THE_STATUS = "Failed to load resource: the server responded with a status of"


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def clinic(
    postgres: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory, worker_id: str, clock: Clock
) -> Iterator[tuple[str, Desk]]:
    """The address of an installation where people sign in."""
    home = tmp_path_factory.mktemp("home")
    with demo_installation(postgres, f"people_{worker_id}", home, examples=False) as application:
        desk = with_cheap_desk(application, clock)
        with serving(application, application.state.settings.port) as address:
            yield address, desk


@pytest.fixture(scope="module")
def address(clinic: tuple[str, Desk]) -> str:
    return clinic[0]


@pytest.fixture(scope="module")
def desk(clinic: tuple[str, Desk]) -> Desk:
    return clinic[1]


@pytest.fixture(scope="module")
def ana(desk: Desk) -> Someone:
    return someone(desk, "ana", NAME, medical_lead="Location/north")


@pytest.fixture(scope="module")
def device_token(desk: Desk, ana: Someone) -> str:
    return tablet(desk, ana.account, "Round 1").token


def fresh_code(desk: Desk, person: Someone, clock: Clock) -> str:
    """A code that was not used yet."""
    clock.goes_on(minutes=1)
    return code_at(person.generator, step(person.generator, clock()))


def sign_in(tab: Any, address: str, desk: Desk, person: Someone, clock: Clock, to: str = "/account") -> None:
    page = tab.page
    page.goto(f"{address}/sign-in?to={to}")
    page.locator("#login").fill(person.login)
    page.locator("#password").fill(PASSWORD)
    page.locator("#password").press("Enter")
    page.locator("#code").fill(fresh_code(desk, person, clock))
    page.locator("#code").press("Enter")


def on_tablet(
    tab: Any, address: str, desk: Desk, person: Someone, device_token: str, clock: Clock, to: str = "/account"
) -> None:
    """Sign in on the tablet, and choose the PIN there."""
    tab.page.goto(f"{address}/tablet")
    if tab.page.locator("#token").count():
        tab.page.locator("#token").fill(device_token)
        tab.page.locator("#token").press("Enter")
        tab.page.locator(".done").wait_for()
    sign_in(tab, address, desk, person, clock, to)
    tab.page.wait_for_url("**/account**")
    if "/account/pin" in tab.page.url:
        tab.page.locator("#pin").fill(PIN)
        tab.page.locator("#again").fill(PIN)
        tab.page.locator("#again").press("Enter")
    tab.page.wait_for_url(f"{address}{to}")


def nobodys_pages(tab: Any, address: str, desk: Desk, clock: Clock) -> Iterator[str]:
    """Go from page to page as somebody who is not signed in; the name of each."""
    page = tab.page
    tab.open(f"{address}/sign-in")
    yield "sign-in"
    page.locator("#login").fill("nobody")
    page.locator("#password").fill("wrong, whoever it is")
    page.locator("#password").press("Enter")
    page.locator(".told:visible").wait_for()
    yield "sign-in refused"
    page.locator("#login").fill("ana")
    page.locator("#password").fill(PASSWORD)
    page.locator("#password").press("Enter")
    page.locator("#code").wait_for()
    yield "second factor"
    clock.goes_on(minutes=1)
    login = f"drita{int(clock().timestamp())}"
    code = newcomer(desk, login)[1]
    tab.open(f"{address}/activate")
    yield "activate"
    page.locator("#login").fill(login)
    page.locator("#code").fill(code)
    page.locator("#code").press("Enter")
    page.locator(".qr").wait_for()
    yield "choose"
    secret = page.locator(".secret").inner_text().replace(" ", "")
    page.locator("#password").fill(PASSWORD)
    page.locator("#again").fill(PASSWORD)
    page.locator("#code").fill(pyotp.TOTP(secret).at(clock()))
    page.locator("#code").press("Enter")
    page.locator(".codes").wait_for()
    yield "recovery codes"
    page.locator("form[action='/session/lock'] button").click()
    page.wait_for_url("**/unlock")
    yield "locked, without a PIN"
    tab.open(f"{address}/tablet")
    yield "tablet"


def somebodys_pages(tab: Any, address: str) -> Iterator[str]:
    """Go from page to page as somebody who is signed in on a tablet; the name of each."""
    for path in (
        "/account",
        "/account/password",
        "/account/pin",
        "/account/here",
        "/account/tablets",
        "/",
        "/tablet",
    ):
        tab.open(f"{address}{path}")
        yield path
    tab.page.locator("[data-hide]").click()
    tab.page.locator("#cover").wait_for()
    yield "hidden"
    tab.page.locator("#cover button").click()
    tab.page.locator("form[action='/session/lock'] button").click()
    tab.page.wait_for_url("**/unlock")
    yield "locked"
    tab.page.locator("#pin").fill("909090")
    tab.page.locator("#pin").press("Enter")
    tab.page.locator(".told").wait_for()
    yield "locked, after a wrong PIN"


@pytest.fixture
def pages(
    address: str, desk: Desk, ana: Someone, device_token: str, clock: Clock
) -> Callable[[Any], Iterator[str]]:
    """Every page in every state, in one tab."""

    def walk(tab: Any) -> Iterator[str]:
        yield from nobodys_pages(tab, address, desk, clock)
        on_tablet(tab, address, desk, ana, device_token, clock)
        yield from somebodys_pages(tab, address)

    return walk


MEASURED = """all => all.map(one => {
  const box = one.getBoundingClientRect();
  return [Math.min(box.width, box.height), one.outerHTML];
})"""


def test_axe_finds_nothing_it_fits_keeps_to_the_policy_and_every_text_is_in_a_translators_reach(
    new_tab: NewTab,
    pages: Callable[[Any], Iterator[str]],
    address: str,
    axe_finds: Callable[[Any], Any],
    subtests: pytest.Subtests,
) -> None:
    """One visit in the made-up language, in which every text is longer."""
    tab = new_tab(reduced_motion="reduce")
    tab.page.context.add_cookies([{"name": "lang", "value": "qps-ploc", "url": address}])
    for name in pages(tab):
        for size in looks(tab):
            with subtests.test(name, size=size):
                assert axe_finds(tab) == []
                assert too_wide(tab) == []
                controls = tab.page.locator("button:visible, input:visible, a.button:visible, .who a:visible")
                assert [html for smaller, html in controls.evaluate_all(MEASURED) if smaller < 44] == []
        with subtests.test(name):
            assert tab.page.evaluate(UNTRANSLATED, [MONTHS]) == []
            assert [said for said in tab.complaints if not said.startswith(OF_THE_STATUS)] == []


# Everything that a screen reader could say, and everything that is painted.
TOLD = "() => document.title + document.body.innerText"


def told(tab: Any) -> str:
    """What can be read or heard of the page as it is now."""
    return str(tab.page.locator("body").aria_snapshot() + tab.page.evaluate(TOLD))


def test_a_tablet_hides_after_half_a_minute_and_shows_again_at_the_next_touch(
    new_tab: NewTab, address: str, desk: Desk, ana: Someone, device_token: str, clock: Clock
) -> None:
    tab = new_tab()
    on_tablet(tab, address, desk, ana, device_token, clock)
    tab.page.clock.install()
    tab.open(f"{address}/account")
    tab.page.clock.run_for(29_000)
    assert NAME in told(tab)
    tab.page.clock.run_for(2_000)
    tab.page.locator("#cover").wait_for()
    assert "The screen is hidden" in told(tab)
    for word in (NAME, "ana", "Medical lead", "Round 1", "account"):
        assert word not in told(tab)
    tab.page.locator("#cover").click(position={"x": 5, "y": 5})
    tab.page.get_by_role("heading", name="Your account").wait_for()
    assert NAME in told(tab)
    assert tab.complaints == []


def test_after_the_protocols_minutes_the_page_is_left_and_going_back_shows_nothing(
    new_tab: NewTab, address: str, desk: Desk, ana: Someone, device_token: str, clock: Clock
) -> None:
    tab = new_tab()
    on_tablet(tab, address, desk, ana, device_token, clock)
    tab.page.clock.install()
    tab.open(f"{address}/account/here")
    tab.open(f"{address}/account")
    clock.goes_on(minutes=5, seconds=1)
    tab.page.clock.run_for(5 * 60_000 + 1_000)
    tab.page.wait_for_url("**/unlock?to=*")
    assert NAME not in told(tab)
    tab.page.go_back()
    tab.page.wait_for_url("**/unlock**")
    assert NAME not in told(tab)
    tab.page.locator("#pin").fill(PIN)
    tab.page.locator("#pin").press("Enter")
    tab.page.wait_for_url(f"{address}/**")
    assert NAME in told(tab)


def test_a_page_that_is_locked_from_elsewhere_is_covered_until_it_is_left(
    new_tab: NewTab, address: str, desk: Desk, ana: Someone, device_token: str, clock: Clock
) -> None:
    tab = new_tab()
    on_tablet(tab, address, desk, ana, device_token, clock)
    tab.open(f"{address}/account")
    other = tab.page.context.new_page()
    other.goto(f"{address}/account")
    other.locator("form[action='/session/lock'] button").click()
    other.wait_for_url("**/unlock")
    tab.page.wait_for_url("**/unlock?to=*")
    assert NAME not in told(tab)


def test_a_touch_without_contact_shows_nothing_once_the_minutes_are_over(
    new_tab: NewTab, address: str, desk: Desk, ana: Someone, device_token: str, clock: Clock
) -> None:
    tab = new_tab()
    on_tablet(tab, address, desk, ana, device_token, clock)
    tab.page.clock.install()
    tab.open(f"{address}/account")
    tab.page.context.set_offline(True)
    tab.page.clock.run_for(31_000)
    tab.page.locator("#cover").click()
    tab.page.get_by_role("heading", name="Your account").wait_for()
    tab.page.clock.run_for(5 * 60_000 + 1_000)
    tab.page.locator("#cover button").click()
    tab.page.get_by_text("There is no contact with the server").wait_for()
    assert NAME not in told(tab)


def test_after_the_sign_out_going_back_shows_nothing(
    new_tab: NewTab, address: str, desk: Desk, ana: Someone, clock: Clock
) -> None:
    tab = new_tab()
    sign_in(tab, address, desk, ana, clock)
    tab.page.get_by_role("heading", name="Your account").wait_for()
    tab.open(f"{address}/account/here")
    tab.open(f"{address}/account")
    tab.page.locator("main form[action='/sign-out'] button").click()
    tab.page.wait_for_url(f"{address}/")
    for _ in range(3):
        tab.page.go_back()
        tab.page.wait_for_load_state()
        assert NAME not in told(tab)
        assert "/sign-in" in tab.page.url


def test_a_passkey_is_made_at_the_first_use_and_signs_in_alone(
    new_tab: NewTab, address: str, desk: Desk, clock: Clock
) -> None:
    tab = new_tab()
    session = tab.page.context.new_cdp_session(tab.page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    code = newcomer(desk, "besa")[1]
    page = tab.page
    page.goto(f"{address}/activate")
    page.get_by_label("Login name").fill("besa")
    page.get_by_label("Activation code").fill(code)
    page.get_by_label("Activation code").press("Enter")
    page.locator("#password").fill(PASSWORD)
    page.locator("#again").fill(PASSWORD)
    page.get_by_role("button", name="Finish with a passkey").click()
    page.get_by_role("heading", name="Your recovery codes").wait_for()
    assert page.locator(".codes li").count() == 10
    page.get_by_role("link", name="go on").click()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("link", name="Sign in").click()
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_text("besa of the tests").first.wait_for()
    # The same key as a second proof.
    page.get_by_role("button", name="Sign out").click()
    page.goto(f"{address}/sign-in")
    page.get_by_label("Login name").fill("besa")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("Password").press("Enter")
    page.get_by_role("button", name="Use the security key").click()
    page.get_by_text("besa of the tests").first.wait_for()
    assert [said for said in tab.complaints if not said.startswith(OF_THE_STATUS)] == []


def test_a_browser_that_gives_no_passkey_is_told_what_to_do(new_tab: NewTab, address: str) -> None:
    tab = new_tab()
    tab.page.add_init_script(
        "navigator.credentials.get = () => Promise.reject(new DOMException('', 'NotAllowedError'))"
    )
    tab.open(f"{address}/sign-in")
    tab.page.get_by_role("button", name="Sign in with a passkey").click()
    tab.page.get_by_text("The browser gave no passkey or security key").wait_for()


def test_without_scripts_one_signs_in_all_the_same(
    new_tab: NewTab, address: str, desk: Desk, ana: Someone, clock: Clock
) -> None:
    tab = new_tab("phone", java_script_enabled=False)
    sign_in(tab, address, desk, ana, clock)
    tab.page.wait_for_url(f"{address}/account")
    assert tab.page.get_by_role("heading", name="Your account").is_visible()
    assert not tab.page.locator("#cover").is_visible()


@pytest.fixture
def elsewhere(address: str, desk: Desk) -> Iterator[IdentityProvider]:
    """An identity provider that is another site, where somebody has signed in by two factors."""
    with identity_provider("127.0.0.1") as provider:
        provider.register(f"{desk.base_url}{CALLBACK}")
        registered = OidcClient(
            provider.issuer,
            provider.client_id,
            provider.client_secret,
            desk.base_url,
            frozenset(),
            frozenset({"mfa"}),
        )
        desk.provider = Provider(registered)
        yield provider
        desk.provider = None


def prove(tab: Any, address: str, to: str) -> None:
    tab.page.goto(f"{address}/account/prove?to={to}")
    tab.page.locator("#password").fill(PASSWORD)
    tab.page.locator("#password").press("Enter")
    tab.page.wait_for_url(f"{address}{to}")


def by_the_provider(tab: Any, provider: IdentityProvider, clock: Clock) -> None:
    """Sign in on the provider's page."""
    tab.page.wait_for_url(f"{provider.issuer}/**")
    now = int(clock().timestamp())
    provider.person("drita", iat=now, auth_time=now, exp=now + 300, amr=["mfa"])
    tab.page.locator("input[name=sub]").first.fill("drita")
    tab.page.keyboard.press("Enter")


def test_a_visit_to_ones_own_proofs(
    new_tab: NewTab,
    address: str,
    desk: Desk,
    clock: Clock,
    elsewhere: IdentityProvider,
    axe_finds: Callable[[Any], Any],
    subtests: pytest.Subtests,
) -> None:
    drita = someone(desk, "drita.proofs", "Drita of the proofs")
    device = tablet(desk, drita.account, "Round of the proofs").token
    tab = new_tab(reduced_motion="reduce")
    page = tab.page
    page.context.add_cookies([{"name": "lang", "value": "qps-ploc", "url": address}])
    # The provider's own page would load its style from elsewhere.
    page.route(re.compile(r"^https?://(?!localhost|127\.0\.0\.1)"), lambda route: route.fulfill(body=""))

    def looked_at(name: str) -> None:
        page.wait_for_load_state("load")
        for size in looks(tab):
            with subtests.test(name, size=size):
                assert axe_finds(tab) == []
                assert too_wide(tab) == []
                controls = page.locator("button:visible, input:visible, a.button:visible")
                assert [html for smaller, html in controls.evaluate_all(MEASURED) if smaller < 44] == []
        with subtests.test(name):
            assert page.evaluate(UNTRANSLATED, [MONTHS]) == []

    on_tablet(tab, address, desk, drita, device, clock)
    page.locator("a[href='/account/token']").click()
    page.wait_for_url("**/account/prove**")
    looked_at("prove")
    prove(tab, address, "/account/token")
    looked_at("a further application")
    secret = page.locator(".secret").inner_text().replace(" ", "")
    page.locator("#name").fill("phone")
    page.locator("#code").fill(pyotp.TOTP(secret).at(clock()))
    page.locator("#code").press("Enter")
    page.wait_for_url(f"{address}/account")
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "usb", "automaticPresenceSimulation": True}
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    page.locator("a[href='/account/passkey']").click()
    page.locator("#name").fill("ring")
    looked_at("a further key")
    page.locator("[data-passkey]").click()
    page.wait_for_url(f"{address}/account")
    assert page.locator("form[action='/account/proofs/remove']").count() == 3
    looked_at("three proofs")
    page.locator("form[action='/account/proofs/remove'] button").first.click()
    page.locator("form[action='/account/proofs/remove']").nth(2).wait_for(state="detached")
    page.locator("a[href='/account/recovery-codes']").click()
    page.wait_for_url("**/account/recovery-codes")
    looked_at("before new codes")
    page.locator("form[action='/account/recovery-codes'] button").click()
    page.locator(".codes").wait_for()
    looked_at("new codes")
    # By way of another site and back, still signed in, on the same tablet.
    page.goto(f"{address}/account")
    page.locator("form[action='/account/elsewhere'] button").click()
    by_the_provider(tab, elsewhere, clock)
    page.wait_for_url(f"{address}/account/elsewhere")
    looked_at("to be linked")
    page.locator("form[action='/account/elsewhere/link'] button").click()
    page.locator("form[action='/account/elsewhere/unlink']").wait_for()
    page.locator("main form[action='/sign-out'] button").click()
    page.wait_for_url(f"{address}/")
    page.goto(f"{address}/sign-in?to=/account")
    looked_at("sign-in")
    page.locator("form[action='/sign-in/elsewhere'] button").click()
    by_the_provider(tab, elsewhere, clock)
    page.wait_for_url(f"{address}/account")
    assert "Round of the proofs" in page.locator("main").inner_text()
    page.locator("form[action='/account/elsewhere/unlink'] button").click()
    page.wait_for_url(f"{address}/account/prove**")
    assert [said for said in tab.complaints if not said.startswith(OF_THE_STATUS)] == []
