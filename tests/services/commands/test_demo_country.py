"""``throughcare demo-country`` as a person uses it."""

import csv
import json
from pathlib import Path

from command_line import Run, in_a_process


def test_it_writes_what_it_says_and_never_over_something(in_this_process: Run, tmp_path: Path) -> None:
    folder = tmp_path / "country"
    asked = ("demo-country", "--people", "40", "--months", "18", "--end", "2026-06-30", "--json", str(folder))
    first = in_a_process(asked, {})
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
    again = in_this_process(asked, {})
    assert (again.returncode, "something there already" in again.stderr) == (1, True)


def test_it_ends_with_a_month(in_this_process: Run, tmp_path: Path) -> None:
    refused = in_this_process(("demo-country", "--end", "2026-06-29", str(tmp_path / "country")), {})
    assert (refused.returncode, "last day of a month" in refused.stderr) == (1, True)
