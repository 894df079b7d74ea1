"""The pages of auditors and inspectors in Chromium: they fit, can be pressed and read, and keep to the policy."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from demo_installation import demo_installation
from looking import looks, too_wide
from people_pages import PASSWORD, Clock, Someone, with_cheap_desk
from serving import serving
from untranslated import MONTHS, UNTRANSLATED
from watched_installation import watched

from services.access.people.one_time_codes import code_at, step
from services.shared.embedded_postgres import EmbeddedPostgres

NewTab = Callable[..., Any]
OF_THE_STATUS = "Failed to load resource: the server responded with a status of"


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def office(
    postgres: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory, worker_id: str, clock: Clock
) -> Iterator[tuple[str, Someone]]:
    """The address of an installation with something to look at, and who may."""
    home = tmp_path_factory.mktemp("home")
    with demo_installation(postgres, f"oversight_{worker_id}", home, examples=False) as application:
        desk = with_cheap_desk(application, clock)
        watch = watched(application, desk)
        with serving(application, application.state.settings.port) as address:
            yield address, watch


@pytest.fixture
def pages(office: tuple[str, Someone], clock: Clock) -> Callable[[Any], Iterator[str]]:
    """Every page in every state, in one tab."""
    address, watch = office

    def walk(tab: Any) -> Iterator[str]:
        page = tab.page
        _sign_in(page, address, watch, clock)
        tab.open(f"{address}/audit")
        page.locator(".events summary").first.click()
        yield "the log"
        page.locator("#since").fill("2020-01-01")
        page.locator("#until").fill("2020-01-02")
        page.locator("form.search button").click()
        page.locator(".events").wait_for(state="detached")
        yield "nothing found"
        page.locator("#account").fill("nobody-here")
        page.locator("#account").press("Enter")
        page.locator(".told:visible").wait_for()
        yield "no search"
        tab.open(f"{address}/audit/unusual")
        page.locator(".behind > summary").first.click()
        yield "unusual access"
        tab.open(f"{address}/inspection")
        yield "inspection"
        tab.open(f"{address}/inspection?since=2026-02-02&until=2026-02-01")
        yield "no period"
        tab.open(f"{address}/inspection?since=2020-01-01&until=2020-02-01")
        yield "nothing recorded"

    return walk


def _sign_in(page: Any, address: str, person: Someone, clock: Clock) -> None:
    page.goto(f"{address}/sign-in?to=/account")
    page.locator("#login").fill(person.login)
    page.locator("#password").fill(PASSWORD)
    page.locator("#password").press("Enter")
    clock.goes_on(minutes=1)
    page.locator("#code").fill(code_at(person.generator, step(person.generator, clock())))
    page.locator("#code").press("Enter")
    page.wait_for_url("**/account")


MEASURED = """all => all.map(one => {
  const box = one.getBoundingClientRect();
  return [Math.min(box.width, box.height), one.outerHTML];
})"""


PRESSED = "main button:visible, main input:visible, main select:visible, main a.button:visible, main summary:visible"


def test_axe_finds_nothing_it_fits_keeps_to_the_policy_and_every_text_is_in_a_translators_reach(
    new_tab: NewTab,
    pages: Callable[[Any], Iterator[str]],
    office: tuple[str, Someone],
    axe_finds: Callable[[Any], Any],
    subtests: pytest.Subtests,
) -> None:
    """One visit in the made-up language, in which every text is longer."""
    tab = new_tab(reduced_motion="reduce")
    tab.page.context.add_cookies([{"name": "lang", "value": "qps-ploc", "url": office[0]}])
    for name in pages(tab):
        for size in looks(tab):
            with subtests.test(name, size=size):
                assert axe_finds(tab) == []
                assert too_wide(tab) == []
                measured = tab.page.locator(PRESSED).evaluate_all(MEASURED)
                assert [html for smaller, html in measured if smaller < 44] == []
        with subtests.test(name):
            assert tab.page.evaluate(UNTRANSLATED, [MONTHS]) == []
            assert [said for said in tab.complaints if not said.startswith(OF_THE_STATUS)] == []


def test_a_finding_is_handled_by_keyboard_and_is_gone(
    new_tab: NewTab, office: tuple[str, Someone], clock: Clock
) -> None:
    address, watch = office
    tab = new_tab()
    _sign_in(tab.page, address, watch, clock)
    tab.open(f"{address}/audit/unusual")
    before = tab.page.locator(".finding").count()
    choice = tab.page.locator("select[name=outcome]").first
    choice.select_option("passed-on.medical-lead")
    choice.press("Tab")
    tab.page.keyboard.press("Enter")
    tab.page.get_by_text("Handled last").wait_for()
    assert tab.page.locator(".finding").count() == before - 1
    assert tab.complaints == []
