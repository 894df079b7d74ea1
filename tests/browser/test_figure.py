"""The ministry's figure: drawn, being loaded, not to be had, in each theme, and gone when the browser closes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

NewTab = Callable[..., Any]
FIGURE = "**/ministry/figures/people-given-oat.json"


@pytest.mark.parametrize("size", ["tablet", "phone"])
def test_the_figure_is_drawn_with_a_line_for_every_facility_and_one_for_all(
    new_tab: NewTab, demo_address: str, size: str
) -> None:
    tab = new_tab(size)
    tab.open(f"{demo_address}/ministry")
    plot = tab.page.locator("[data-figure]")
    assert tab.page.locator("figure").get_attribute("data-state") == "drawn"
    sent = tab.page.request.get(f"{demo_address}/ministry/figures/people-given-oat.json").json()
    assert len(sent["data"]) >= 1 + 3
    assert plot.locator(".scatterlayer path.js-line").count() == len(sent["data"])
    box, card = plot.bounding_box(), tab.page.locator(".chart").bounding_box()
    assert box["x"] >= card["x"]
    assert box["x"] + box["width"] <= card["x"] + card["width"]
    for name in ("DEMO OAT Centre", "DEMO Prison East", "DEMO Prison North"):
        assert plot.locator("text", has_text=name).first.is_visible()


def test_the_last_count_of_all_facilities_is_bold_though_the_policy_forbids_styles_in_the_page(
    new_tab: NewTab, demo_address: str
) -> None:
    tab = new_tab()
    tab.open(f"{demo_address}/ministry")
    weights = tab.page.locator("[data-figure] .annotation-text").evaluate_all(
        "all => all.map(one => getComputedStyle(one).fontWeight)"
    )
    assert weights.count("700") == 1
    assert tab.complaints == []


def lines_colours(tab: Any) -> list[str]:
    return tab.page.locator("[data-figure] .scatterlayer path.js-line").evaluate_all(
        "all => all.map(one => getComputedStyle(one).stroke)"
    )


def test_the_lines_have_other_colours_at_night_also_when_the_night_falls_while_one_looks(
    new_tab: NewTab, demo_address: str
) -> None:
    tab = new_tab("tablet", "day")
    tab.open(f"{demo_address}/ministry")
    day = lines_colours(tab)
    tab.page.emulate_media(color_scheme="dark")
    tab.page.wait_for_timeout(300)
    night = lines_colours(tab)
    assert len(day) == len(night) >= 1 + 3
    assert not set(day) & set(night)


def test_on_paper_the_lines_have_the_days_colours_also_when_it_is_night(
    new_tab: NewTab, demo_address: str
) -> None:
    day, night = new_tab("tablet", "day"), new_tab("tablet", "night")
    for tab in (day, night):
        tab.open(f"{demo_address}/ministry")
        tab.page.emulate_media(media="print")
        tab.page.wait_for_timeout(300)
    assert lines_colours(night) == lines_colours(day)


def test_while_the_figure_is_loading_that_is_said_in_its_place(new_tab: NewTab, demo_address: str) -> None:
    tab = new_tab()
    waiting: list[Any] = []
    tab.page.route(FIGURE, lambda route: waiting.append(route))
    tab.page.goto(f"{demo_address}/ministry")
    assert tab.page.get_by_text("The figure is being drawn.").is_visible()
    assert not tab.page.get_by_text("The figure could not be loaded.").is_visible()
    tab.page.wait_for_timeout(100)
    waiting[0].continue_()
    tab.page.locator("figure[data-state='drawn']").wait_for()
    assert not tab.page.get_by_text("The figure is being drawn.").is_visible()


@pytest.mark.parametrize("answer", ["lost", "refused"])
def test_a_figure_that_cannot_be_had_is_said_and_can_be_tried_again(
    new_tab: NewTab, demo_address: str, answer: str
) -> None:
    tab = new_tab()
    broken = (lambda route: route.abort()) if answer == "lost" else (lambda route: route.fulfill(status=503))
    tab.page.route(FIGURE, broken)
    tab.open(f"{demo_address}/ministry")
    assert tab.page.get_by_text("The figure could not be loaded.").is_visible()
    tab.page.unroute(FIGURE)
    tab.page.get_by_role("button", name="Try again").click()
    tab.page.locator("figure[data-state='drawn']").wait_for()
    assert not tab.page.get_by_text("The figure could not be loaded.").is_visible()


def test_without_scripts_the_table_has_the_numbers(new_tab: NewTab, demo_address: str) -> None:
    tab = new_tab(java_script_enabled=False)
    tab.page.goto(f"{demo_address}/ministry")
    assert tab.page.get_by_text("The figure needs scripts.").is_visible()
    tab.page.get_by_text("The numbers as a table").click()
    assert tab.page.locator("td.number").first.is_visible()


def test_the_file_is_downloaded(new_tab: NewTab, demo_address: str, tmp_path: Path) -> None:
    tab = new_tab()
    tab.open(f"{demo_address}/ministry")
    with tab.page.expect_download() as download:
        tab.page.get_by_role("link", name="Download CSV").click()
    download.value.save_as(tmp_path / "file.csv")
    assert download.value.suggested_filename.endswith("_CONFIDENTIAL.csv")
    assert "DEMO: every person and number here is invented" in (tmp_path / "file.csv").read_text("utf-8-sig")


def test_nothing_that_a_page_showed_stays_in_the_browsers_profile(
    playwright_driver: Any,
    chromium_path: str,
    chromium_arguments: list[str],
    demo_address: str,
    tmp_path: Path,
) -> None:
    context = playwright_driver.chromium.launch_persistent_context(
        tmp_path / "profile", executable_path=chromium_path, args=chromium_arguments
    )
    page = context.new_page()
    page.goto(f"{demo_address}/ministry", wait_until="networkidle")
    assert page.get_by_text("DEMO OAT Centre").first.is_visible()
    context.close()
    kept = [path for path in (tmp_path / "profile").rglob("*") if path.is_file()]
    # The style sheet is there, so the place to look is the right one.
    assert any(b"site.css" in path.read_bytes() for path in kept)
    assert [path.name for path in kept if b"DEMO OAT Centre" in path.read_bytes()] == []
