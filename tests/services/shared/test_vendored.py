"""What was taken from elsewhere is what it says it is, and its licence is beside it."""

import hashlib
import json
from pathlib import Path

import plotly
import pytest

SERVICES = Path(__file__).parents[3] / "services"
FOLDERS = sorted(SERVICES.glob("*/static/vendor"))
VENDORED = [
    (folder, entry) for folder in FOLDERS for entry in json.loads((folder / "vendored.json").read_text())
]


@pytest.mark.parametrize(("folder", "entry"), VENDORED)
def test_a_vendored_file_has_its_hash_and_its_licence(folder: Path, entry: dict[str, str]) -> None:
    assert hashlib.sha256((folder / entry["file"]).read_bytes()).hexdigest() == entry["sha256"]
    assert "Permission is hereby granted" in (folder / entry["licence_file"]).read_text()
    assert entry["version"] in entry["file"]


def test_every_vendored_file_is_listed() -> None:
    listed = {folder / name for folder, entry in VENDORED for name in (entry["file"], entry["licence_file"])}
    found = {path for folder in FOLDERS for path in folder.iterdir() if path.name != "vendored.json"}
    assert found == listed


def test_the_browsers_plotly_is_the_one_that_pythons_plotly_writes_for() -> None:
    bundled = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
    with bundled.open(encoding="utf-8") as file:
        heading = file.read(200)
    (version,) = {entry["version"] for _folder, entry in VENDORED if entry["package"].startswith("plotly")}
    assert f"plotly.js v{version}" in heading
