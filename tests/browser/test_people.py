"""People at the pages in Chromium: signing in, a tablet that hides and locks, and what is left when somebody has gone."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from demo_installation import demo_installation
from people_pages import PASSWORD, PIN, Clock, Someone, newcomer, someone, tablet, with_cheap_desk
from serving import serving
from test_pages import MONTHS, SIZES, THEMES, UNTRANSLATED

from services.access.pages.desk import Desk
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
    page.get_by_label("Login name").fill(person.login)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_label("Code").fill(fresh_code(desk, person, clock))
    page.get_by_role("button", name="Sign in").click()


def on_tablet(
    tab: Any, address: str, desk: Desk, person: Someone, device_token: str, clock: Clock, to: str = "/account"
) -> None:
    """Sign in on the tablet, and choose the PIN there."""
    tab.page.goto(f"{address}/tablet")
    tab.page.get_by_label("Token of the tablet").fill(device_token)
    tab.page.get_by_role("button", name="Make this browser the tablet").click()
    sign_in(tab, address, desk, person, clock, to)
    tab.page.wait_for_url("**/account**")
    if tab.page.get_by_role("button", name="Take this PIN").count():
        tab.page.get_by_label("PIN").fill(PIN)
        tab.page.get_by_label("The same once more").fill(PIN)
        tab.page.get_by_role("button", name="Take this PIN").click()
    tab.page.wait_for_url(f"{address}{to}")


Visit = Callable[[Any], None]


@pytest.fixture(scope="module")
def states(
    address: str, desk: Desk, ana: Someone, device_token: str, clock: Clock
) -> dict[str, list[tuple[str, Visit]]]:
    """Every page in every state, with how to come to it in one tab, in this order."""

    def goes(path: str) -> Visit:
        return lambda tab: tab.open(f"{address}{path}")

    def refused(tab: Any) -> None:
        tab.open(f"{address}/sign-in")
        tab.page.get_by_label("Login name").fill("nobody")
        tab.page.get_by_label("Password").fill("wrong, whoever it is")
        tab.page.keyboard.press("Enter")
        tab.page.get_by_role("alert").first.wait_for()

    def second(tab: Any) -> None:
        tab.open(f"{address}/sign-in")
        tab.page.locator("#login").fill("ana")
        tab.page.locator("#password").fill(PASSWORD)
        tab.page.keyboard.press("Enter")
        tab.page.locator("#code").wait_for()

    def choosing(tab: Any) -> None:
        clock.goes_on(minutes=1)
        login = f"drita{int(clock().timestamp())}"
        code = newcomer(desk, login)[1]
        tab.open(f"{address}/activate")
        tab.page.locator("#login").fill(login)
        tab.page.locator("#code").fill(code)
        tab.page.keyboard.press("Enter")
        tab.page.locator(".qr").wait_for()

    return {
        "nobody": [
            ("sign-in", goes("/sign-in")),
            ("sign-in refused", refused),
            ("second factor", second),
            ("activate", goes("/activate")),
            ("choose", choosing),
            ("tablet", goes("/tablet")),
        ],
        "signed in": [
            ("account", goes("/account")),
            ("password", goes("/account/password")),
            ("pin", goes("/account/pin")),
            ("here", goes("/account/here")),
            ("tablets", goes("/account/tablets")),
            ("landing", goes("/")),
        ],
    }
