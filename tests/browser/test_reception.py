"""Reception and injuries in Chromium: every page in both sizes and themes, and the body chart by keyboard without scripts."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from demo_installation import demo_installation
from looking import looks, too_wide
from people_pages import Clock, Someone, with_cheap_desk
from reception_visit import reception_pages
from serving import serving
from untranslated import MONTHS, UNTRANSLATED
from ward import fill, staff

from services.access.pages.desk import Desk
from services.access.people.sessions import begin
from services.shared.embedded_postgres import EmbeddedPostgres

NewTab = Callable[..., Any]
Ward = tuple[str, Desk, dict[str, Someone]]
TARGET, LEAST = 56, 44
"""Of what is pressed; of a spot on the body chart, where as many as there are have to find room."""

HEIGHTS = """main => [...main.querySelectorAll(
  'button:not(.first-button), input:not([type=hidden]):not(.tick *):not(.spot *), .tick, .spot, select, a.button'
)].map((one) => [one.outerHTML, one.getBoundingClientRect().height, one.matches('.spot')])"""


@pytest.fixture(scope="module")
def ward(
    postgres: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Iterator[Ward]:
    """The address of an installation with two prisons, and who works there."""
    home = tmp_path_factory.mktemp("home")
    with demo_installation(postgres, f"reception_{worker_id}", home, examples=False) as application:
        desk = with_cheap_desk(application, Clock())
        fill(desk, "Europe/Podgorica")
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
    tab = new_tab("tablet", reduced_motion="reduce")
    enter(tab)
    # The language that shows what no translator reaches, in which every text is longer.
    tab.page.context.add_cookies([{"name": "lang", "value": "qps-ploc", "url": ward[0]}])
    for name in reception_pages(tab.page, ward[0]):
        for size in looks(tab):
            with subtests.test(name, size=size):
                assert axe_finds(tab) == []
                assert too_wide(tab) == []
                boxes = tab.page.locator("main").evaluate(HEIGHTS)
                assert [html for html, height, spot in boxes if height < (LEAST if spot else TARGET)] == []
        with subtests.test(name, what="words"):
            # What a form refuses is answered with a status of its own, of which the browser tells as well.
            assert [one for one in tab.complaints if "422" not in one] == []
            for told in ("N-100", "DEMO", "Amina"):
                assert told not in tab.page.url + tab.page.title()
            assert tab.page.evaluate(UNTRANSLATED, [MONTHS]) == []


def test_an_injury_is_put_on_the_body_chart_by_keyboard_alone_without_scripts(
    new_tab: NewTab, ward: Ward, enter: Callable[[Any], None]
) -> None:
    tab = new_tab("tablet", "night", java_script_enabled=False)
    enter(tab)
    page = tab.page
    page.goto(f"{ward[0]}/people")
    page.locator("#sought").fill("N-100")
    for action in (
        "/people/find",
        "/people/stays",
        "/people/record",
        "/people/injuries",
        "/people/injuries/begin",
    ):
        page.locator(f"main form[action='{action}'] button[type=submit]:not(.first-button)").first.click()
    page.locator("main button[value=add]").click()
    _reach(page, "input[name=region]")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    assert page.locator("input[name=region]:checked").get_attribute("value") == "throat"
    _reach(page, "input[name=kind]")
    page.keyboard.press("Space")
    _reach(page, "form[action='/people/injuries/injury'] button")
    page.keyboard.press("Enter")
    page.get_by_text("Bruise: Throat").wait_for()


def _reach(page: Any, selector: str) -> None:
    """Go there with the Tab key."""
    wanted = page.locator(f"main {selector}").first
    for _ in range(80):
        page.keyboard.press("Tab")
        if wanted.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError(f"the Tab key does not reach {selector}")
