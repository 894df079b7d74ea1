"""The figures of the cascade page: drawn, being loaded, not to be had, in each theme, saved, and gone afterwards."""

import json
import re
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ministry_views import view

from services.ministry.page import all_sections

NewTab = Callable[..., Any]
FIGURES = "**/ministry/figures/*.json"
DRAWN = [one.name for one in all_sections(view()) if one.drawing]


@pytest.mark.parametrize("size", ["tablet", "phone"])
def test_every_figure_is_drawn_inside_its_card_and_no_word_of_it_is_cut_off(
    new_tab: NewTab, demo_address: str, subtests: pytest.Subtests, size: str
) -> None:
    tab = new_tab(size)
    tab.open(f"{demo_address}/ministry")
    assert tab.complaints == []
    for name in DRAWN:
        with subtests.test(name):
            card = tab.page.locator(f"#{name}")
            assert card.locator("figure").get_attribute("data-state") == "drawn"
            plot = card.locator(".plot")
            assert plot.locator(".main-svg").count() > 0
            box, around = plot.bounding_box(), card.bounding_box()
            assert around["x"] <= box["x"]
            assert box["x"] + box["width"] <= around["x"] + around["width"]
            words = plot.locator(".annotation-text, .legendtext, .xtick text").evaluate_all(
                "all => all.map(one => { const b = one.getBoundingClientRect(); return [one.textContent, b.left, b.right]; })"
            )
            assert words
            edges = (box["x"] - 1, box["x"] + box["width"] + 1)
            assert [word for word, left, right in words if left < edges[0] or right > edges[1]] == []


def test_a_figure_says_in_words_what_it_shows(new_tab: NewTab, demo_address: str) -> None:
    tab = new_tab()
    tab.open(f"{demo_address}/ministry")
    said = tab.page.locator("#hiv-cascade .plot").get_attribute("aria-label")
    assert "41 of 49 (84%) people diagnosed with HIV were on ART" in said
    assert "The table below has the same numbers" in said


def colours(tab: Any) -> list[str]:
    return tab.page.locator("#hiv-cascade .barlayer path").evaluate_all(
        "all => all.map(one => getComputedStyle(one).stroke)"
    )


def test_the_bars_have_other_colours_at_night_also_when_the_night_falls_while_one_looks(
    new_tab: NewTab, demo_address: str
) -> None:
    tab = new_tab("tablet", "day")
    tab.open(f"{demo_address}/ministry")
    day = colours(tab)
    tab.page.emulate_media(color_scheme="dark")
    tab.page.wait_for_timeout(500)
    night = colours(tab)
    assert len(day) == len(night) == 6 + 5 + 5
    assert not set(day) & set(night)


def test_on_paper_the_bars_have_the_days_colours_also_when_it_is_night(
    new_tab: NewTab, demo_address: str
) -> None:
    day, night = new_tab("tablet", "day"), new_tab("tablet", "night")
    for tab in (day, night):
        tab.open(f"{demo_address}/ministry")
        tab.page.emulate_media(media="print")
        tab.page.wait_for_timeout(500)
    assert colours(night) == colours(day)


def test_while_figures_are_loading_that_is_said_in_their_place(new_tab: NewTab, demo_address: str) -> None:
    tab = new_tab()
    waiting: list[Any] = []
    tab.page.route(FIGURES, lambda route: waiting.append(route))
    tab.page.goto(f"{demo_address}/ministry")
    saying = tab.page.get_by_text("The figure is being drawn.")
    assert saying.first.is_visible()
    assert not tab.page.get_by_text("The figure could not be loaded.").first.is_visible()
    tab.page.wait_for_timeout(300)
    for route in waiting:
        route.continue_()
    tab.page.locator("figure[data-state='drawn']").nth(len(DRAWN) - 1).wait_for()
    assert not saying.first.is_visible()


@pytest.mark.parametrize("answer", ["lost", "refused"])
def test_a_figure_that_cannot_be_had_is_said_and_can_be_tried_again(
    new_tab: NewTab, demo_address: str, answer: str
) -> None:
    tab = new_tab()
    broken = (lambda route: route.abort()) if answer == "lost" else (lambda route: route.fulfill(status=503))
    tab.page.route("**/ministry/figures/hiv-cascade.json", broken)
    tab.open(f"{demo_address}/ministry")
    card = tab.page.locator("#hiv-cascade")
    assert card.get_by_text("The figure could not be loaded.").is_visible()
    assert card.locator("[data-picture]").is_hidden(), "there is nothing to save"
    tab.page.unroute("**/ministry/figures/hiv-cascade.json")
    card.get_by_role("button", name="Try again").click()
    card.locator("figure[data-state='drawn']").wait_for()
    assert not card.get_by_text("The figure could not be loaded.").is_visible()


def test_without_scripts_the_tables_have_the_numbers(new_tab: NewTab, demo_address: str) -> None:
    tab = new_tab(java_script_enabled=False)
    tab.page.goto(f"{demo_address}/ministry")
    card = tab.page.locator("#hiv-cascade")
    assert card.get_by_text("The figure needs scripts.").is_visible()
    assert card.locator("[data-picture]").is_hidden()
    card.get_by_text("The numbers as tables").click()
    row = card.get_by_role("row", name="On ART, of those diagnosed")
    assert row.locator("td").all_inner_texts() == ["41", "5", "36", "84%", "below 20", "84%"]


def test_tables_and_definitions_open_by_keyboard(new_tab: NewTab, demo_address: str) -> None:
    tab = new_tab()
    tab.open(f"{demo_address}/ministry")
    card = tab.page.locator("#oat-in-custody")
    for words, inside in (("The numbers as tables", "table"), ("How it is counted", "dl")):
        summary = card.locator("summary", has_text=words)
        summary.focus()
        tab.page.keyboard.press("Enter")
        assert card.locator(inside).first.is_visible()


def test_a_file_is_downloaded(new_tab: NewTab, demo_address: str, tmp_path: Path) -> None:
    tab = new_tab()
    tab.open(f"{demo_address}/ministry")
    for name in ("CSV: HIV cascade", "Every number of this page as one CSV"):
        with tab.page.expect_download() as download:
            tab.page.get_by_role("link", name=name).click()
        download.value.save_as(tmp_path / "file.csv")
        assert download.value.suggested_filename.endswith("_2026-09-30_CONFIDENTIAL.csv")
        first = (tmp_path / "file.csv").read_text("utf-8-sig").splitlines()[0]
        assert first.startswith("# Confidential, full counts, not for publication. DEMO:")


def test_a_picture_is_saved_with_its_finding_and_how_it_may_be_handled(
    new_tab: NewTab, demo_address: str, tmp_path: Path
) -> None:
    tab = new_tab("phone", "night")
    # What is drawn into the picture is looked at on its way to Plotly.
    tab.open(f"{demo_address}/ministry")
    tab.page.evaluate(
        "() => { const real = Plotly.toImage; Plotly.toImage = (figure, how) => { window.saved = figure; return real(figure, how); }; }"
    )
    with tab.page.expect_download() as download:
        tab.page.get_by_role("button", name="PNG: HIV cascade").click()
    assert download.value.suggested_filename == "hiv-cascade_2026-09-30_CONFIDENTIAL.png"
    download.value.save_as(tmp_path / "file.png")
    png = (tmp_path / "file.png").read_bytes()
    assert png.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", png[16:24])
    assert width == 2000
    assert height > 1000
    written = tab.page.evaluate("() => JSON.stringify(window.saved.layout)")
    texts = [re.sub("<br>", " ", note["text"]) for note in json.loads(written)["annotations"]]
    assert (
        "Confidential, full counts, not for publication. DEMO: every person and number here is invented"
        in texts
    )
    assert any("41 of 49 (84%) people diagnosed with HIV were on ART" in text for text in texts)
    assert tab.complaints == []


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
