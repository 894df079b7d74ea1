import json
import re
from pathlib import Path

import pytest
from cascade.figures import COLOURS
from fastapi import FastAPI
from fastapi.testclient import TestClient

from services.demo.examples import examples_folder
from services.ministry.page import PALETTE
from services.ministry.routes import CSV, FIGURE
from services.shared.security import POLICY, POLICY_WITH_PLOTLY

SERVICES = Path(__file__).parents[3] / "services"
BROWSER = {"Accept": "text/html"}
PATHS = ("/ministry", FIGURE, CSV)


@pytest.mark.parametrize("path", PATHS)
def test_only_a_demo_is_open_to_anyone(application: FastAPI, path: str) -> None:
    assert application.state.demo is False
    answer = TestClient(application, headers=BROWSER).get(path)
    assert answer.status_code == 403
    assert "Sign-in for ministries is not here yet" in answer.text
    assert "throughcare cascade compute" in answer.text


@pytest.mark.parametrize(("path", "status"), [("/ministry", 200), (FIGURE, 503), (CSV, 503)])
def test_while_the_first_count_runs_that_is_what_is_said(empty_demo: FastAPI, path: str, status: int) -> None:
    # The first look starts the count and never waits for it.
    answer = TestClient(empty_demo, headers=BROWSER).get(path)
    assert answer.status_code == status
    assert "records are being counted" in answer.text or "records are still being counted" in answer.text
    assert (status == 503) == ("retry-after" in answer.headers)
    empty_demo.state.cube.wait(60)


def test_a_demo_without_doses_says_how_to_bring_them_in(empty_demo: FastAPI) -> None:
    with TestClient(empty_demo, headers=BROWSER) as client:
        empty_demo.state.cube.wait(60)
        text = client.get("/ministry").text
        assert "There are no doses to count yet" in text
        assert "throughcare import FOLDER" in text
        assert client.get("/ministry").headers["content-security-policy"] == POLICY
        assert client.get(FIGURE).status_code == 200


def test_the_page_tells_the_finding_before_the_figure_and_has_its_twin(ministry: TestClient) -> None:
    answer = ministry.get("/ministry")
    text = re.sub(r"\s+", " ", answer.text)
    assert answer.headers["content-security-policy"] == POLICY_WITH_PLOTLY
    places = [
        text.index(part) for part in ('class="finding"', "facilities report", "data-figure=", "<table>")
    ]
    assert places == sorted(places)
    assert re.search(r"<strong>\d+ people were given opioid agonist treatment</strong>", text)
    assert "Every person and number here is invented." in text
    assert "Confidential: full counts, not for publication" in text
    assert "Proposed: not approved yet" in text
    for name in ("DEMO Prison North", "DEMO Prison East", "DEMO OAT Centre"):
        assert f'translate="no">{name}</th>' in text


def test_the_figure_the_table_and_the_file_have_the_same_numbers(ministry: TestClient) -> None:
    figure = ministry.get(FIGURE).json()
    (national,) = [trace for trace in figure["data"] if trace["name"].startswith("All facilities")]
    drawn = {month[:7]: people for month, people in zip(national["x"], national["y"], strict=True)}
    lines = ministry.get(CSV).text.splitlines()[2:]
    filed = {line.split(",")[0]: int(line.split(",")[2]) for line in lines if ",All facilities," in line}
    assert drawn
    assert filed == drawn
    table = re.findall(
        r"<tr>\s*<th scope=\"row\">[^<]+</th>\s*<td class=\"number\">(\d+)</td>",
        ministry.get("/ministry").text,
    )
    newest_first = [drawn[month] for month in sorted(drawn, reverse=True)]
    assert [int(people) for people in table][: len(newest_first)] == newest_first


def test_the_file_is_for_saving_and_named_confidential(ministry: TestClient) -> None:
    answer = ministry.get(CSV)
    assert re.fullmatch(
        r'attachment; filename="people-given-oat_\d{4}-\d\d-\d\d_CONFIDENTIAL\.csv"',
        answer.headers["content-disposition"],
    )
    assert answer.headers["content-type"].startswith("text/csv")


def test_the_account_says_what_was_read(ministry: TestClient) -> None:
    read = re.search(r'Read</th><td class="number">(\d+)</td>', ministry.get("/ministry").text)
    assert read is not None
    examples = (examples_folder() / "MedicationAdministration.ndjson").read_text().splitlines()
    assert int(read.group(1)) == len(examples)


def test_the_figure_speaks_the_readers_language(ministry: TestClient) -> None:
    text = json.dumps(ministry.get(f"{FIGURE}?lang=qps-ploc").json(), ensure_ascii=False)
    assert "⟦Áll fáçîlîtîéš, péöplé á möñth⟧" in text
    assert f'data-figure="{FIGURE}?lang=qps-ploc"' in ministry.get("/ministry?lang=qps-ploc").text


def test_every_colour_of_the_figure_is_one_that_the_page_can_change_for_the_night(
    ministry: TestClient,
) -> None:
    used = set(re.findall(r'"(#[0-9A-Fa-f]{6}|white|black)"', ministry.get(FIGURE).text))
    assert used
    assert {colour.lower() for colour in used} <= set(PALETTE)
    page = ministry.get("/ministry").text
    assert all(f'"{colour}": "{token}"' in page for colour, token in PALETTE.items())


def test_the_night_has_a_colour_for_every_line_of_a_figure() -> None:
    tokens = (SERVICES / "shared/static/tokens.css").read_text()
    for night in re.findall(r"--ground: #0f171e;.*?\}", tokens, flags=re.DOTALL):
        assert len(re.findall(r"--series-\d: #[0-9a-f]{6};", night)) == len(COLOURS)
    assert tokens.count("--ground: #0f171e;") == 2
