"""The page, its figures and its files over HTTP."""

import re
from datetime import date
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from ministry_views import empty, put_in, view, without

from services.ministry.drawing.palette import PALETTE
from services.ministry.page import all_sections
from services.shared.security import POLICY, POLICY_WITH_PLOTLY

SERVICES = Path(__file__).parents[3] / "services"
BROWSER = {"Accept": "text/html"}
FIGURE, FILE = "/ministry/figures/hiv-cascade.json", "/ministry/files/hiv-cascade.csv"
NAMES = [one.name for one in all_sections(view())]
DRAWN = [one.name for one in all_sections(view()) if one.drawing]


@pytest.mark.parametrize(("path", "status"), [("/ministry", 200), (FIGURE, 503), (FILE, 503)])
def test_while_the_first_count_runs_that_is_what_is_said(empty_demo: FastAPI, path: str, status: int) -> None:
    # The first look starts the count and never waits for it.
    answer = TestClient(empty_demo, headers=BROWSER).get(path)
    assert answer.status_code == status
    assert "records are being counted" in answer.text or "records are still being counted" in answer.text
    assert (status == 503) == ("retry-after" in answer.headers)
    empty_demo.state.cube.wait(60)


def test_a_demo_without_records_says_how_to_bring_them_in(empty_demo: FastAPI) -> None:
    with TestClient(empty_demo, headers=BROWSER) as client:
        empty_demo.state.cube.wait(60)
        text = client.get("/ministry").text
        assert "There is nothing to count yet" in text
        assert "throughcare import FOLDER" in text
        assert client.get("/ministry").headers["content-security-policy"] == POLICY
        assert client.get(FIGURE).status_code == 404
        assert client.get(FILE).status_code == 200


def test_the_page_says_what_it_is_before_the_first_number(ministry: TestClient) -> None:
    answer = ministry.get("/ministry")
    text = re.sub(r"\s+", " ", answer.text)
    assert answer.headers["content-security-policy"] == POLICY_WITH_PLOTLY
    assert answer.headers["cache-control"] == "no-store"
    parts = (
        "Confidential, full counts, not for publication. DEMO: every person and number here is invented",
        "Period to 30 September 2026",
        "2 of 4 facilities report.",
        "is silent since 6 April 2026",
        'class="keys"',
        *(f'id="{name}"' for name in NAMES),
        "What “community” is here",
        "What was read",
    )
    places = [text.index(part) for part in parts]
    assert places == sorted(places)


@pytest.mark.parametrize("name", NAMES)
def test_every_section_has_its_finding_table_definition_and_file(ministry: TestClient, name: str) -> None:
    text = ministry.get("/ministry").text
    section = re.search(rf'<section[^>]* id="{name}".*?</section>', text, re.DOTALL)
    assert section is not None
    assert "<h2" in section[0]
    assert f"/ministry/files/{name}.csv" in section[0]
    if name in DRAWN:
        assert f'data-figure="/ministry/figures/{name}.json"' in section[0]
        assert f'data-picture="{name}"' in section[0]
        assert "<table" in section[0]
        assert "Proposed: not approved yet" in section[0]


@pytest.mark.parametrize("name", DRAWN)
def test_a_figure_is_sent_for_a_wide_and_a_narrow_page(ministry: TestClient, name: str) -> None:
    answer = ministry.get(f"/ministry/figures/{name}.json")
    assert answer.headers["content-type"] == "application/json"
    assert set(answer.json()) == {"wide", "narrow"}


@pytest.mark.parametrize("name", [*NAMES, "everything"])
def test_a_file_is_for_saving_and_named_confidential(ministry: TestClient, name: str) -> None:
    answer = ministry.get(f"/ministry/files/{name}.csv")
    assert answer.headers["content-disposition"] == (
        f'attachment; filename="{name}_2026-09-30_CONFIDENTIAL.csv"'
    )
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.text.startswith("\ufeff# Confidential, full counts, not for publication. DEMO")


@pytest.mark.parametrize(
    "path",
    ["/ministry/figures/nothing.json", "/ministry/files/nothing.csv", "/ministry/figures/everything.json"],
)
def test_a_name_that_does_not_exist_is_not_found_in_the_houses_shape(ministry: TestClient, path: str) -> None:
    answer = ministry.get(path, headers={"Accept": "application/json"})
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "urn:throughcare:problem:not-found"
    assert "nothing" not in answer.text.replace("Nothing is kept", "")


@pytest.mark.parametrize("query", ["facility=n", "sex=female", "from=2020-01-01", "by=facility_key"])
def test_no_question_over_people_can_be_asked(ministry: TestClient, query: str) -> None:
    for path in (FIGURE, FILE, "/ministry/files/everything.csv"):
        assert ministry.get(f"{path}?{query}").text == ministry.get(path).text


def test_a_section_that_is_not_counted_says_so_and_has_no_figure(empty_demo: FastAPI) -> None:
    with TestClient(empty_demo, headers=BROWSER) as client:
        put_in(empty_demo.state.cube, without("on_art"))
        assert "The HIV cascade is not counted yet." in client.get("/ministry").text
        assert client.get(FIGURE).status_code == 404
        put_in(empty_demo.state.cube, empty())
        assert "There is nothing to count yet" in client.get("/ministry").text


def test_that_the_records_end_early_is_told_before_the_first_number(empty_demo: FastAPI) -> None:
    with TestClient(empty_demo, headers=BROWSER) as client:
        found = view()
        put_in(empty_demo.state.cube, found)
        assert "The records end on" not in client.get("/ministry").text
        found.facilities["last_report_on"] = date(2026, 8, 1)
        text = client.get("/ministry").text
    said = "The records end on 1 August 2026: figures after it are missing, not zero."
    assert text.index("data as of") < text.index(said) < text.index('class="keys"')


def test_page_figure_and_file_speak_the_readers_language(ministry: TestClient) -> None:
    assert "⟦Dîágñöšéd⟧" in ministry.get(f"{FIGURE}?lang=qps-ploc").text
    assert "⟦Dîágñöšéd" in ministry.get(f"{FILE}?lang=qps-ploc").text
    assert f'data-figure="{FIGURE}?lang=qps-ploc"' in ministry.get("/ministry?lang=qps-ploc").text


def test_the_page_can_change_every_colour_of_a_figure_for_the_night(ministry: TestClient) -> None:
    page = ministry.get("/ministry").text
    assert all(f'"{colour}": "{token}"' in page for colour, token in PALETTE.items())
    tokens = (SERVICES / "shared/static/tokens.css").read_text()
    nights = re.findall(r"--ground: #0f171e;.*?\}", tokens, flags=re.DOTALL)
    assert len(nights) == 2
    for night in nights:
        assert all(f"{token}: #" in night for token in PALETTE.values())
