"""Who somebody is and where they are, in Chromium: each page once in each size and theme, and registering by keyboard alone."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from demo_installation import demo_installation
from looking import fits_in_every_look
from people_pages import Clock, Someone, with_cheap_desk
from people_visit import crowd, people_pages, renew
from pressable import too_low
from serving import serving
from untranslated import MONTHS, UNTRANSLATED
from ward import fill, staff

from services.access.pages.desk import Desk
from services.access.people.sessions import begin
from services.shared.embedded_postgres import EmbeddedPostgres

NewTab = Callable[..., Any]
Ward = tuple[str, Desk, dict[str, Someone]]
TARGET = 56


@pytest.fixture(scope="module")
def ward(
    postgres: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Iterator[Ward]:
    """The address of an installation with two prisons, and who works there."""
    home = tmp_path_factory.mktemp("home")
    with demo_installation(postgres, f"people_{worker_id}", home, examples=False) as application:
        desk = with_cheap_desk(application, Clock())
        fill(desk, "Europe/Podgorica")
        crowd(desk)
        renew(desk)
        with serving(application, application.state.settings.port) as address:
            yield address, desk, staff(desk, "doctor")


@pytest.fixture
def enter(ward: Ward) -> Callable[[Any], None]:
    """Sign the doctor in."""
    address, desk, people = ward

    def begin_shift(tab: Any) -> None:
        with desk.database.transaction() as connection:
            begun = begin(connection, people["doctor"].account, None, desk.now())
        tab.page.context.add_cookies([{"name": "throughcare-session", "value": begun.token, "url": address}])

    return begin_shift


def test_axe_finds_nothing_it_fits_keeps_to_the_policy_and_can_be_pressed_with_gloves_on(
    new_tab: NewTab,
    ward: Ward,
    enter: Callable[[Any], None],
    axe_finds: Callable[[Any], Any],
    subtests: pytest.Subtests,
) -> None:
    """One visit in the language that shows what no translator reaches, in which every text is longer."""
    # Colours that change slowly would be looked at halfway.
    tab = new_tab(reduced_motion="reduce")
    enter(tab)
    tab.page.context.add_cookies([{"name": "lang", "value": "qps-ploc", "url": ward[0]}])
    for name in people_pages(tab.page, ward[0]):
        fits_in_every_look(tab, name, axe_finds, subtests, too_low)
        with subtests.test(name):
            # What a form refuses is answered with a status of its own, of which the browser tells as well.
            assert [one for one in tab.complaints if "422" not in one] == []
            for told in ("n-210", "N-210", "DEMO"):
                assert told not in tab.page.url + tab.page.title()
            assert tab.page.evaluate(UNTRANSLATED, [MONTHS]) == []


def test_somebody_is_registered_by_keyboard_alone_without_scripts(
    new_tab: NewTab, ward: Ward, enter: Callable[[Any], None]
) -> None:
    tab = new_tab("tablet", "night", java_script_enabled=False)
    enter(tab)
    page = tab.page
    page.goto(f"{ward[0]}/people/new")
    for field, typed in (("given", "Vesna"), ("family", "DEMO"), ("born", "2.3.1984")):
        _reach(page, f"#{field}")
        page.keyboard.type(typed)
    _reach(page, "input[name=sex]")
    page.keyboard.press("Space")
    _reach(page, "form[action='/people/new'] button")
    page.keyboard.press("Enter")
    page.locator("form[action='/people/register']").wait_for()
    _reach(page, "form[action='/people/register'] button")
    page.keyboard.press("Enter")
    page.get_by_text("Registered.").wait_for()
    assert "Vesna" in page.locator("h1").inner_text()


def _reach(page: Any, selector: str) -> None:
    """Go there with the Tab key."""
    wanted = page.locator(f"main {selector}").first
    for _ in range(60):
        page.keyboard.press("Tab")
        if wanted.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError(f"the Tab key does not reach {selector}")
