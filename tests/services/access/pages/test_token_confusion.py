"""A secret of one kind opens nothing that asks for another, and a clock that is set back makes nothing count again.

The clock is the one that the server is given. Only the times of systems' tokens are the database's.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import httpx
import pytest
from people_pages import PASSWORD, PIN, Clock, PlainBrowser, Someone, newcomer
from signing import assertion, ec_key, form, key_set

from services.access.clients import add_client
from services.access.pages.desk import Desk
from services.access.people.csrf import csrf_token
from services.access.people.devices import Registered
from services.access.systems.client_keys import add_keys
from services.access.systems.public_keys import public_keys

NewBrowser = Callable[[], PlainBrowser]
KEY = ec_key()
SESSION, DEVICE, HOST = "throughcare-session", "throughcare-device", "localhost.local"
JSON = {"Accept": "application/json"}


@dataclass
class Doors:
    """Every place where a secret lets somebody in; each says whether this one does."""

    address: str
    round_1: Registered
    ana: Someone
    clock: Clock
    on_tablet: PlainBrowser
    new_browser: NewBrowser

    def fhir(self, secret: str) -> bool:
        headers = {"Authorization": f"Bearer {secret}"}
        return httpx.get(f"{self.address}/fhir/Patient", headers=headers).status_code == 200

    def fhir_by_cookie(self, secret: str) -> bool:
        headers = {"Cookie": f"{SESSION}={secret}; {DEVICE}={secret}"}
        return httpx.get(f"{self.address}/fhir/Patient", headers=headers).status_code == 200

    def page(self, secret: str) -> bool:
        browser = self.new_browser()
        browser.http.cookies.set(SESSION, secret, domain=HOST)
        browser.http.cookies.set(DEVICE, self.round_1.token, domain=HOST)
        return browser.open("/account").url.path == "/account"

    def page_by_header(self, secret: str) -> bool:
        headers = {"Authorization": f"Bearer {secret}", **JSON}
        return httpx.get(f"{self.address}/account", headers=headers).status_code == 200

    def form(self, secret: str) -> bool:
        headers = {"X-CSRF-Token": secret, **JSON}
        return self.on_tablet.http.post("/session/seen", headers=headers).status_code == 200

    def tablet(self, secret: str) -> bool:
        browser = self.new_browser()
        browser.open("/tablet")
        browser.send("/tablet", token=secret)
        return browser.http.cookies.get(DEVICE) is not None

    def access_token(self, secret: str) -> bool:
        return httpx.post(f"{self.address}/auth/token", data=form(secret)).status_code == 200

    def second_step(self, secret: str) -> bool:
        browser = self.new_browser()
        browser.open("/sign-in")
        browser.send("/sign-in", login=self.ana.login, password=PASSWORD)
        return browser.send("/sign-in/code", code=secret).status_code == 200

    def first_use(self, secret: str) -> bool:
        browser = self.new_browser()
        browser.open("/activate")
        return browser.send("/activate", login="drita", code=secret).status_code == 200


OPENED_BY = {
    Doors.fhir: {"system", "access"},
    Doors.fhir_by_cookie: set(),
    Doors.page: {"session"},
    Doors.page_by_header: set(),
    Doors.form: {"csrf"},
    Doors.tablet: {"device"},
    Doors.access_token: {"assertion"},
    Doors.second_step: {"code", "recovery"},
    Doors.first_use: {"activation"},
}


@pytest.fixture
def secrets(
    desk: Desk, served: str, token: Callable[..., str], on_tablet: PlainBrowser, round_1: Registered
) -> Mapping[str, str]:
    """A secret of every kind but those of Ana herself."""
    with desk.database.transaction() as connection:
        add_client(connection, "signing", "system/*.rs")
        add_keys(connection, "signing", public_keys(key_set(KEY)))
    audience = f"{desk.base_url}/auth/token"
    granted = httpx.post(f"{served}/auth/token", data=form(assertion(KEY, "signing", audience))).json()
    assert on_tablet.token is not None
    return {
        "session": on_tablet.token,
        "csrf": csrf_token(on_tablet.token),
        "device": round_1.token,
        "system": token(),
        "access": granted["access_token"],
        "assertion": assertion(KEY, "signing", audience),
        "assertion for elsewhere": assertion(KEY, "signing", f"{desk.base_url}/fhir"),
        "activation": newcomer(desk, "drita")[1],
        "pin": PIN,
        "password": PASSWORD,
    }


def test_a_secret_opens_what_it_is_for_and_nothing_else(
    secrets: Mapping[str, str],
    served: str,
    ana: Someone,
    round_1: Registered,
    on_tablet: PlainBrowser,
    new_browser: NewBrowser,
    clock: Clock,
    subtests: pytest.Subtests,
) -> None:
    doors = Doors(served, round_1, ana, clock, on_tablet, new_browser)
    for door, right in OPENED_BY.items():
        with subtests.test(door.__name__):
            assert {kind for kind, opens in _each(door, doors, secrets) if opens} == right


def _each(
    door: Callable[[Doors, str], bool], doors: Doors, secrets: Mapping[str, str]
) -> Iterator[tuple[str, bool]]:
    """What the door says to each secret, and to those of Ana; after a failure it may keep the next one waiting."""
    waits = door in (Doors.second_step, Doors.first_use)
    for kind in (*secrets, "recovery", "code"):
        doors.clock.goes_on(minutes=10 if waits else 0)
        if kind == "code":
            secret = doors.ana.code(doors.clock())
        else:
            secret = doors.ana.recovery_codes[0] if kind == "recovery" else secrets[kind]
        yield kind, door(doors, secret)


def test_a_clock_set_back_makes_no_code_count_again(
    new_browser: NewBrowser, ana: Someone, clock: Clock
) -> None:
    code, first = ana.code(clock()), new_browser()
    first.sign_in(ana, clock())
    assert first.token is not None
    for back in (0, -30, +30):
        clock.goes_on(seconds=back)
        again = new_browser()
        again.open("/sign-in")
        again.send("/sign-in", login=ana.login, password=PASSWORD)
        assert again.send("/sign-in/code", code=code).status_code == 403
        assert again.token is None


def test_a_clock_set_back_opens_no_session_that_was_locked_or_ended(
    on_tablet: PlainBrowser, clock: Clock
) -> None:
    on_tablet.open("/account")
    clock.goes_on(minutes=6)
    assert on_tablet.open("/account").url.path == "/unlock"
    clock.goes_on(minutes=-5)
    assert on_tablet.open("/account").url.path == "/unlock"
    on_tablet.send("/unlock", pin=PIN)
    token = on_tablet.token
    on_tablet.send("/sign-out")
    clock.goes_on(minutes=-5)
    on_tablet.http.cookies.set(SESSION, token, domain=HOST)
    assert on_tablet.open("/account").url.path == "/sign-in"


def test_a_tablet_that_somebody_else_set_up_shows_nobodys_session(
    new_browser: NewBrowser, round_1: Registered, ana: Someone, clock: Clock
) -> None:
    """Whoever plants the cookies that they know, of a session of their own or of a tablet, gets no one else's."""
    planted = new_browser()
    planted.open("/tablet")
    planted.send("/tablet", token=round_1.token)
    nurse = new_browser()
    nurse.http.cookies.set(DEVICE, round_1.token, domain=HOST)
    nurse.http.cookies.set(SESSION, "a-token-that-somebody-knows", domain=HOST)
    nurse.sign_in(ana, clock())
    assert nurse.token not in (None, "a-token-that-somebody-knows")
    assert planted.open("/account").url.path == "/sign-in"
