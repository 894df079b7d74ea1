"""The pages of whoever treats, in Chromium: each once in each size and theme, and by keyboard alone."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from consent_visit import centre, consent_pages, press
from demo_installation import demo_installation
from looking import fits_in_every_look
from people_pages import Clock, Someone, with_cheap_desk
from pressable import too_low
from serving import serving
from untranslated import MONTHS, UNTRANSLATED
from ward import OTHER, fill, staff

from services.access.emergency import open_card
from services.access.pages.desk import Desk
from services.access.people.grants import person_with
from services.access.people.sessions import begin
from services.shared.embedded_postgres import EmbeddedPostgres

NewTab = Callable[..., Any]
ZONE = "Europe/Podgorica"


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def ward(
    postgres: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory, worker_id: str, clock: Clock
) -> Iterator[tuple[str, Desk, dict[str, Someone]]]:
    """The address of an installation with two prisons, and who works there."""
    home = tmp_path_factory.mktemp("home")
    with demo_installation(postgres, f"clinic_{worker_id}", home, examples=False) as application:
        desk = with_cheap_desk(application, clock)
        fill(desk, ZONE)
        centre(desk)
        people = staff(desk, "lead", "doctor")
        with serving(application, application.state.settings.port) as address:
            yield address, desk, people


@pytest.fixture
def enter(ward: tuple[str, Desk, dict[str, Someone]], clock: Clock) -> Callable[[Any], None]:
    """Begin a new shift of the medical lead in a tab; the doctor has opened somebody's card meanwhile."""
    address, desk, people = ward

    def begin_shift(tab: Any) -> None:
        clock.goes_on(hours=13)
        with desk.database.transaction() as connection:
            begun = begin(connection, people["lead"].account, None, clock())
            doctor = person_with(connection, people["doctor"].account, clock())
            open_card(connection, doctor, OTHER, clock(), clock())
        tab.page.context.add_cookies([{"name": "throughcare-session", "value": begun.token, "url": address}])

    return begin_shift


def pages(tab: Any, address: str) -> Iterator[str]:
    """Go from page to page as the medical lead; the name of each."""
    page = tab.page
    tab.open(f"{address}/protocol")
    yield "protocol"
    tab.open(f"{address}/people")
    yield "find"
    find(page, "nobody of that name")
    yield "found nobody"
    find(page, "ami")
    yield "found"
    press(page, "/people/card")
    yield "emergency card"
    press(page, "/people/record")
    page.locator("summary").click()
    yield "record"
    yield from consent_pages(page)
    press(page, "/people/emergency-access")
    yield "who looked"
    tab.open(f"{address}/people")
    find(page, "S-200")
    yield "outside care"
    press(page, "/people/emergency")
    yield "card in an emergency"
    press(page, "/people/open")
    yield "record in an emergency"
    press(page, "/people/reason")
    yield "with a reason"
    tab.open(f"{address}/people")
    yield "own emergency access"
    tab.open(f"{address}/break-glass")
    yield "review"
    tab.open(f"{address}/account")
    yield "account"


HEIGHTS = """main => [...main.querySelectorAll(
  'button, input:not([type=hidden]):not(.tick *), .tick, a.button, summary'
)].map((one) => [one.outerHTML, one.getBoundingClientRect().height])"""


def find(page: Any, text: str) -> None:
    page.locator("#sought").fill(text)
    page.locator("#sought").press("Enter")
    page.locator("#found").wait_for()


def test_axe_finds_nothing_it_fits_keeps_to_the_policy_and_every_text_is_in_a_translators_reach(
    new_tab: NewTab,
    ward: tuple[str, Desk, dict[str, Someone]],
    enter: Callable[[Any], None],
    axe_finds: Callable[[Any], Any],
    subtests: pytest.Subtests,
) -> None:
    """One visit in the made-up language, in which every text is longer: loading each page costs more than looking at it."""
    address = ward[0]
    # Colours that change slowly would be looked at halfway.
    tab = new_tab(reduced_motion="reduce")
    enter(tab)
    tab.page.context.add_cookies([{"name": "lang", "value": "qps-ploc", "url": address}])
    for name in pages(tab, address):
        fits_in_every_look(tab, name, axe_finds, subtests, partial(too_low, heights=HEIGHTS))
        with subtests.test(name):
            assert tab.page.evaluate(UNTRANSLATED, [MONTHS]) == []
            # What a form refuses is answered with a status of its own, of which the browser tells as well.
            assert [one for one in tab.complaints if "422" not in one] == []
            assert "inside" not in tab.page.url + tab.page.title()


def test_an_emergency_by_keyboard_alone_without_scripts(
    new_tab: NewTab, ward: tuple[str, Desk, dict[str, Someone]], enter: Callable[[Any], None]
) -> None:
    tab = new_tab("tablet", "night", java_script_enabled=False)
    enter(tab)
    page = tab.page
    page.goto(f"{ward[0]}/people")
    page.locator("[autofocus]:focus").wait_for()
    page.keyboard.type("S-200")
    page.keyboard.press("Enter")
    for words in ("Open the emergency card", "Open the whole record in an emergency", "Overdose or sedation"):
        page.get_by_role("button", name=words).first.wait_for()
        reach(page, words)
        page.keyboard.press("Enter")
    page.get_by_text("Reason:").wait_for()
    page.locator(".entries li").nth(7).wait_for()
    assert page.locator(".entries li").count() == 8
    reach(page, "Close now")
    page.keyboard.press("Enter")
    page.wait_for_url("**/people")
    assert "Bojan" not in page.locator("main").inner_text()


def reach(page: Any, words: str) -> None:
    """Go there with the Tab key."""
    wanted = page.get_by_role("button", name=words).first
    for _ in range(60):
        page.keyboard.press("Tab")
        if wanted.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError(f"the Tab key does not reach {words}")
