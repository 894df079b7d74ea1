"""The movement list and the report on it in Chromium, in a demo, where nobody has to sign in."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from demo_installation import demo_installation
from looking import looks, too_wide
from movements import SEVEN, a_call, a_fitness, a_prison, put, weeks_of_calls
from people_pages import Clock, with_cheap_desk
from resources import a_dose
from serving import serving
from untranslated import MONTHS, UNTRANSLATED

from services.shared.embedded_postgres import EmbeddedPostgres

NewTab = Callable[..., Any]

RECORDS = [
    *a_prison(),
    a_call("c1", "p1", room="r2"),
    a_call("c2", "p2"),
    a_call("c3", "p3", status="cancelled"),
    a_call("c4", "p1", "2026-03-03T06:00:00+01:00", "elsewhere"),
    a_fitness("f1", "p1", "yes"),
    a_fitness("f2", "p2", "escort"),
    *weeks_of_calls("p1", 6),
    *weeks_of_calls("p2", 8),
    *weeks_of_calls("p3", 8),
    a_dose("d1", patient="p1"),
]


@pytest.fixture(scope="module")
def address(
    postgres: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Iterator[str]:
    """The address of a demo at seven in the morning, in which some are called."""
    home = tmp_path_factory.mktemp("home")
    with demo_installation(postgres, f"custody_browser_{worker_id}", home, examples=False) as application:
        with_cheap_desk(application, Clock(SEVEN))
        put(application.state.database, RECORDS)
        with serving(application, application.state.settings.port) as served:
            yield served


def states(tab: Any, address: str) -> Iterator[str]:
    """Go from state to state of the pages, by the keyboard where something is filled in; the name of each."""
    page = tab.page
    for path in (
        "/custody",
        "/custody?by=room",
        "/custody?facility=south",
        "/custody/inference?facility=south",
        "/custody/inference",
    ):
        tab.open(f"{address}{path}")
        yield path
    page.locator("summary").first.focus()
    page.keyboard.press("Enter")
    page.locator("details[open]").wait_for()
    yield "the report, unfolded"
    for number, said in (("77", ".answer"), ("78", "#answer + p:not(.answer)")):
        tab.open(f"{address}/custody")
        page.locator("#number").focus()
        page.keyboard.type(number)
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.locator(said).wait_for()
        yield f"the answer to {number}"
    page.locator("#number").fill("7" * 64)
    page.locator("#number").evaluate("one => { one.removeAttribute('maxlength'); one.value += '7'; }")
    page.keyboard.press("Enter")
    page.locator(".told").wait_for()
    yield "no number"


MEASURED = """all => all.map(one => {
  const box = one.getBoundingClientRect();
  return [Math.min(box.width, box.height), one.outerHTML];
})"""


PRESSED = "button:visible, input:visible, a.button:visible, select:visible"


def test_axe_finds_nothing_it_fits_keeps_to_the_policy_and_every_text_is_in_a_translators_reach(
    new_tab: NewTab, address: str, axe_finds: Callable[[Any], Any], subtests: pytest.Subtests
) -> None:
    """One visit in the made-up language, in which every text is longer."""
    tab = new_tab(reduced_motion="reduce")
    tab.page.context.add_cookies([{"name": "lang", "value": "qps-ploc", "url": address}])
    for name in states(tab, address):
        for size in looks(tab):
            with subtests.test(name, size=size):
                assert axe_finds(tab) == []
                assert too_wide(tab) == []
                measured = tab.page.locator(PRESSED).evaluate_all(MEASURED)
                assert [html for smaller, html in measured if smaller < 44] == []
        with subtests.test(name):
            assert tab.page.evaluate(UNTRANSLATED, [MONTHS]) == []
            assert [said for said in tab.complaints if "status of 422" not in said] == []


def test_paper_has_the_list_and_nothing_around_it(new_tab: NewTab, address: str) -> None:
    tab = new_tab(java_script_enabled=False)
    tab.page.emulate_media(media="print")
    tab.open(f"{address}/custody")
    shown = tab.page.locator("body").inner_text()
    assert "Givenp1" in shown
    assert "as of" in shown
    for control in ("#number", "#facility", ".actions a", "nav"):
        assert not tab.page.locator(control).first.is_visible()
