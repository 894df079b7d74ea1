"""``throughcare movements``: what it says, what it keeps, and that it names nobody."""

import json
from pathlib import Path

import pytest
from audit_events import rows
from command_line import Home
from resources import a_patient, a_stay, an_organization, text_of
from stores import store_on

from fhir_store.store import Author
from fhir_store.write import Write, save
from services.shared.database import Database
from services.shared.installation import Urls

LINES = """\
number,movement,at,to
DEMO-N-100,transfer,2026-03-02 14:00,DEMO Prison South
DEMO-N-100,sacked,2026-03-02 14:00,
DEMO-N-999,escape,2.3.2026 14:00,
"""
PROPOSED = "SELECT movement, state, line FROM clinical.proposed_movement ORDER BY line"


@pytest.fixture
def prison(database: Database) -> None:
    number = {"system": "urn:n", "value": "DEMO-N-100"}
    resources = [
        an_organization("north"),
        a_patient("p1", identifier=[number]),
        a_stay("s1", patient="p1", prison="north"),
    ]
    writes = [Write(text_of(one), id=one["id"]) for one in resources]
    database.run(lambda connection: save(connection, store_on(database), writes, Author("test")))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    written = tmp_path / "list.csv"
    written.write_text(LINES, encoding="utf-8")
    return written


@pytest.mark.usefixtures("prison")
def test_it_says_what_is_wrong_by_line_and_keeps_every_line(home: Home, file: Path, urls: Urls) -> None:
    tried = home.run("movements", str(file), "--facility", "north", "--dry-run")
    assert (tried.returncode, rows(urls.owner, PROPOSED)) == (2, [])
    assert "3 lines would be proposed" in tried.stdout
    ran = home.run("movements", str(file), "--facility", "north")
    assert ran.returncode == 2
    assert "2 movements; 3 lines are proposed" in ran.stdout
    assert "The number is nobody's, or several people's, in lines 4." in ran.stdout
    assert "Line 3 cannot be read: its movement is none that is known." in ran.stdout
    assert "DEMO-N" not in ran.stdout + ran.stderr + tried.stdout
    assert rows(urls.owner, PROPOSED) == [
        ("transfer", "waiting", 2),
        ("unreadable", "waiting", 3),
        ("escape", "waiting", 4),
    ]
    assert rows(urls.owner, "SELECT kind FROM access.audit_event") == [("import",)]
    again = home.run("movements", str(file), "--facility", "north")
    assert "0 lines are proposed, the rest was there before" in again.stdout


@pytest.mark.usefixtures("prison")
def test_a_machine_reads_the_same(home: Home, file: Path) -> None:
    said = json.loads(home.run("movements", str(file), "--facility", "north", "--json", "--dry-run").stdout)
    assert said == {
        "rows": 2, "new": 3, "unknown_numbers_in_lines": [4], "held_as_mass_change": False,
        "unreadable_lines": {"3": "unknown-movement"}, "dry_run": True,
    }  # fmt: skip


@pytest.mark.usefixtures("prison")
@pytest.mark.parametrize(
    ("content", "facility", "why"),
    [
        ("number,movement\n", "north", "The first line must name the columns"),
        ("number,movement,at\nČ".encode("cp1250"), "north", "The file is no UTF-8."),
        (LINES, "nowhere", "--facility is the id of an Organization"),
    ],
)
def test_what_is_refused_whole_says_what_to_do(
    home: Home, tmp_path: Path, urls: Urls, content: str | bytes, facility: str, why: str
) -> None:
    file = tmp_path / "list.csv"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    ran = home.run("movements", str(file), "--facility", facility)
    assert ran.returncode == 1
    assert why in ran.stderr
    assert rows(urls.owner, PROPOSED) == []
