"""``throughcare demo-country`` as a person uses it."""

import csv
import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]


def ran(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "services.cli", "demo-country", *arguments],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


def test_it_writes_what_it_says_and_never_over_something(tmp_path: Path) -> None:
    folder = tmp_path / "country"
    asked = ("--people", "40", "--months", "18", "--end", "2026-06-30", "--json", str(folder))
    first = ran(*asked)
    assert first.returncode == 0, first.stderr
    told = json.loads(first.stdout)["resources"]
    for type_, count in told.items():
        files = (folder / "records").rglob(f"{type_}.ndjson")
        assert sum(len(file.read_text().splitlines()) for file in files) == count
    described = json.loads((folder / "truth.json").read_text())
    case = next(one for one in described["cases"] if one["name"] == "two_scripts_linked")
    assert case["patients"] == {
        "demo-human-two-scripts-linked-1": [
            "Patient/demo-person-two-scripts-linked-1",
            "Patient/demo-person-two-scripts-linked-1-cyrillic",
        ]
    }
    listed = list(csv.DictReader((folder / "truth" / "members" / "oat_census.csv").read_text().splitlines()))
    assert {one["profile"] for one in listed} == {"late_7", "covered"}
    assert len({one["data_as_of"] for one in listed}) == 2
    counted = list(csv.DictReader((folder / "truth" / "counts.csv").read_text().splitlines()))
    for asked_of in ("profile", "first", "data_as_of"):
        assert {one[asked_of] for one in counted if one["measure"] == "oat_census"} == {
            one[asked_of] for one in listed
        }
    country = [one for one in counted if (one["measure"], one["by"]) == ("oat_census", "")]
    assert sum(int(one["numerator"]) for one in country) == len(listed)
    assert all(int(one["numerator"]) <= int(one["denominator"]) for one in counted)
    again = ran(*asked)
    assert (again.returncode, "something there already" in again.stderr) == (1, True)


def test_it_ends_with_a_month(tmp_path: Path) -> None:
    refused = ran("--end", "2026-06-29", str(tmp_path / "country"))
    assert (refused.returncode, "last day of a month" in refused.stderr) == (1, True)
