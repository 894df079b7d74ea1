"""Every page, on a tablet and a phone, by day and by night: it loads clean, fits, and can be used by anyone."""

from collections.abc import Callable
from typing import Any

import pytest
from looking import looks, too_wide
from untranslated import MONTHS, UNTRANSLATED

PAGES = ("/", "/docs", "/ministry", "/sign-in", "/activate", "/tablet")
WITH_AN_ERROR = "/nothing-here"

# What the browser itself says about an answer of 404 that was asked for.
OF_THE_STATUS = "Failed to load resource: the server responded with a status of 404 (Not Found)"

NewTab = Callable[..., Any]


def everything_open(tab: Any) -> None:
    """Open what is folded, so that it is looked at too."""
    tab.page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true; })")


MEASURED = """all => all.map(one => {
  const box = one.getBoundingClientRect();
  return [Math.min(box.width, box.height), box.height, one.outerHTML];
})"""


def what_is_pressed_is_large_enough(tab: Any) -> None:
    for least, buttons in ((44, ".button-quiet"), (56, ":not(.button-quiet)")):
        found = tab.page.locator(f"a.button{buttons}:visible, button.button{buttons}:visible")
        assert [html for _, height, html in found.evaluate_all(MEASURED) if height < least] == []
    controls = tab.page.locator("button:visible, select:visible, summary:visible, nav a:visible")
    assert [html for smaller, _, html in controls.evaluate_all(MEASURED) if smaller < 44] == []


REACHABLE = "a[href], button, select, input:not([type=hidden]), summary, [tabindex='0']"
FOCUS = """() => {
  const one = document.activeElement;
  const style = getComputedStyle(one);
  const box = one.getBoundingClientRect();
  return {
    mark: one.dataset.reached ?? null,
    outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    seen: box.width > 0 && box.right > 0 && box.bottom > 0,
  };
}"""


def everything_can_be_reached_with_the_keyboard_and_shows_where_one_is(tab: Any) -> None:
    # A page may begin in its first field; here one begins before everything.
    tab.page.locator("body").evaluate(
        "body => { const start = document.createElement('span'); start.tabIndex = -1; body.prepend(start); start.focus(); }"
    )
    marked = tab.page.locator(REACHABLE).evaluate_all(
        "all => all.filter(one => one.checkVisibility()).map((one, i) => (one.dataset.reached = i))"
    )
    reached = []
    for _ in range(len(marked) + 1):
        tab.page.keyboard.press("Tab")
        focus = tab.page.evaluate(FOCUS)
        if focus["mark"] is None or int(focus["mark"]) in reached:
            break  # past the end, or round to the beginning
        assert focus["outlined"], focus
        assert focus["seen"], focus
        reached.append(int(focus["mark"]))
    assert sorted(reached) == list(range(len(marked)))


def test_a_page_loads_without_complaint_fits_and_can_be_used_by_anyone(
    new_tab: NewTab,
    demo_address: str,
    axe_finds: Callable[[Any], Any],
    subtests: pytest.Subtests,
) -> None:
    tab = new_tab(reduced_motion="reduce")
    for path in (*PAGES, WITH_AN_ERROR):
        tab.complaints.clear()
        tab.open(f"{demo_address}{path}")
        everything_open(tab)
        for size in looks(tab):
            with subtests.test(path, looked_at="width", size=size):
                assert too_wide(tab) == []
            with subtests.test(path, looked_at="axe", size=size):
                assert axe_finds(tab) == []
            # What has the focus is the same at night.
            if size == "tablet":
                with subtests.test(path, looked_at="size"):
                    what_is_pressed_is_large_enough(tab)
                with subtests.test(path, looked_at="keyboard"):
                    everything_can_be_reached_with_the_keyboard_and_shows_where_one_is(tab)
        with subtests.test(path, looked_at="complaints"):
            assert [
                said for said in tab.complaints if not (path == WITH_AN_ERROR and said == OF_THE_STATUS)
            ] == []


def test_axe_finds_what_is_wrong_under_our_policy(
    new_tab: NewTab, demo_address: str, axe_finds: Callable[[Any], Any]
) -> None:
    tab = new_tab()
    tab.open(f"{demo_address}/sign-in")
    tab.page.locator("h1").evaluate("h1 => { h1.style.color = 'rgb(200 200 200)'; h1.append(new Image()); }")
    assert {rule for rule, _ in axe_finds(tab)} == {"color-contrast", "image-alt"}


def test_the_first_thing_that_the_keyboard_reaches_leads_past_the_header(
    new_tab: NewTab, demo_address: str
) -> None:
    tab = new_tab()
    tab.open(f"{demo_address}/ministry")
    tab.page.keyboard.press("Tab")
    assert tab.page.locator(":focus").inner_text() == "Skip to the content"
    tab.page.keyboard.press("Enter")
    assert tab.page.locator(":focus").get_attribute("id") == "main"


def test_no_text_of_a_page_is_out_of_a_translators_reach(
    new_tab: NewTab, demo_address: str, subtests: pytest.Subtests
) -> None:
    tab = new_tab()
    for path in (*PAGES, WITH_AN_ERROR):
        with subtests.test(path):
            tab.open(f"{demo_address}{path}?lang=qps-ploc")
            assert "⟦" in tab.page.locator("main").inner_text()
            assert tab.page.evaluate(UNTRANSLATED, [MONTHS]) == []


def test_text_that_a_translator_cannot_reach_is_found(new_tab: NewTab, demo_address: str) -> None:
    tab = new_tab()
    tab.open(f"{demo_address}/?lang=qps-ploc")
    tab.page.locator("h1").evaluate("h1 => { h1.textContent = 'Hard-coded'; h1.title = 'Also this'; }")
    assert tab.page.evaluate(UNTRANSLATED, [MONTHS]) == ["Hard-coded", "title: Also this"]


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_reader_chooses_night_and_language_and_stays_where_they_were(
    new_tab: NewTab, demo_address: str, scripts: bool
) -> None:
    tab = new_tab(java_script_enabled=scripts)
    tab.page.goto(f"{demo_address}/docs")
    ground = "getComputedStyle(document.body).backgroundColor"
    tab.page.get_by_role("button", name="Night").click()
    assert tab.page.url == f"{demo_address}/docs"
    assert tab.page.locator("html").get_attribute("data-theme") == "night"
    assert tab.page.get_by_role("button", name="Night").get_attribute("aria-pressed") == "true"
    if scripts:
        assert tab.page.evaluate(ground) == "rgb(15, 23, 30)"
    tab.page.get_by_label("Language").select_option("qps-ploc")
    tab.page.get_by_role("button", name="Change").click()
    assert tab.page.locator("h1").inner_text() == "⟦ÁPÎ döçûméñtátîöñ⟧"
    assert tab.page.url == f"{demo_address}/docs"


def test_on_paper_the_page_is_black_on_white_and_nothing_is_folded(
    new_tab: NewTab, demo_address: str
) -> None:
    tab = new_tab("tablet", "night")
    tab.open(f"{demo_address}/ministry")
    tab.page.emulate_media(media="print")
    assert tab.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert tab.page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert not tab.page.locator(".tools").is_visible()
    assert tab.page.locator(".twin td").first.bounding_box()["height"] > 0
    assert tab.page.get_by_text("Every person and number here is invented.").is_visible()
    assert tab.page.get_by_text("Confidential, full counts, not for publication").is_visible()
    sheet = tab.page.locator("main").bounding_box()
    for figure in tab.page.locator(".plot").all():
        box = figure.bounding_box()
        assert box["x"] + box["width"] <= sheet["x"] + sheet["width"] + 1


SHEET_PX = round((210 - 2 * 12) / 25.4 * 96)
"""What a sheet of A4 has between the margins of the page's style sheet."""


def test_nothing_is_wider_than_a_sheet_which_would_be_printed_small(
    new_tab: NewTab, demo_address: str
) -> None:
    tab = new_tab()
    tab.page.set_viewport_size({"width": SHEET_PX, "height": 1000})
    tab.open(f"{demo_address}/ministry")
    tab.page.emulate_media(media="print")
    tab.page.wait_for_timeout(500)
    assert tab.page.evaluate("document.documentElement.scrollWidth") <= SHEET_PX


def test_what_a_table_is_of_can_be_read_on_a_phone_where_the_table_is_wider(
    new_tab: NewTab, demo_address: str
) -> None:
    tab = new_tab("phone")
    tab.open(f"{demo_address}/ministry")
    everything_open(tab)
    scroll = tab.page.locator("#testing-steps .scroll").first
    assert scroll.evaluate("one => one.scrollWidth > one.clientWidth")
    scroll.evaluate("one => { one.scrollLeft = one.scrollWidth; }")
    box, caption = scroll.bounding_box(), scroll.locator("caption").bounding_box()
    assert caption["x"] >= box["x"] - 1
    assert caption["x"] + caption["width"] <= box["x"] + box["width"] + 1
