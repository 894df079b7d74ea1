"""An import that is killed goes on where it stopped when it is run again: nothing is lost, nothing is there twice."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from resources import a_dose, a_patient
from sqlalchemy import text

from services.exchange.load.load import SMALL
from services.shared.database import Database
from services.shared.installation import Urls

DOSES = 3_000
NOTE = [{"text": "x" * 1_300}]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Enough for several worker processes, with a line that is bad and stays bad."""
    path = tmp_path / "MedicationAdministration.ndjson"
    lines = [json.dumps(a_dose(f"d{n}", note=NOTE)) for n in range(DOSES)]
    path.write_text("\n".join(["{", *lines, json.dumps(a_patient("p1"))]))
    assert path.stat().st_size > SMALL
    return path


@pytest.fixture
def environment(urls: Urls, tmp_path: Path) -> dict[str, str]:
    home = {"THROUGHCARE_HOME": str(tmp_path / "home"), "DATABASE_URL": urls.server}
    return {**os.environ, **home, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


def _command(file: Path) -> list[str]:
    return [sys.executable, "-m", "services.cli", "import", str(file), "--json"]


def _count(database: Database, query: str) -> int:
    with database.transaction() as connection:
        return int(connection.execute(text(query)).scalar_one())


def _wait_until_halfway(process: subprocess.Popen[bytes], database: Database) -> None:
    deadline = time.monotonic() + 60
    while _count(database, "SELECT count(*) FROM fhir_store.load_progress") < 2:
        assert process.poll() is None, "the import ended before it could be killed"
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.parametrize("victim", ["import", "worker"])
def test_what_was_killed_goes_on(
    victim: str, file: Path, environment: dict[str, str], database: Database, tmp_path: Path
) -> None:
    with subprocess.Popen(
        _command(file), env=environment, stderr=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        _wait_until_halfway(process, database)
        workers = psutil.Process(process.pid).children(recursive=True)
        assert len(workers) > 1 or os.cpu_count() == 1
        (process if victim == "import" else workers[0]).kill()
        _, said = process.communicate(timeout=60)
    assert victim == "import" or (process.returncode, b"goes on where it stopped" in said) == (1, True)
    assert 0 < _count(database, "SELECT count(*) FROM fhir_store.current_resource") < DOSES

    # At once: a worker may still have its last batch in hand.
    again = subprocess.run(_command(file), env=environment, check=False, capture_output=True, text=True)
    report = json.loads(again.stdout)
    assert report["resumed"]
    assert (
        report["created"]["MedicationAdministration"] + report["unchanged"].get("MedicationAdministration", 0)
        == DOSES
    )
    assert (again.returncode, report["rejected"]) == (2, 1)
    assert _count(database, "SELECT count(*) FROM fhir_store.current_resource") == DOSES + 1
    assert _count(database, "SELECT count(*) FROM fhir_store.resource_version") == DOSES + 1
    assert _count(database, "SELECT count(*) FROM fhir_store.compartment") == DOSES + 1
    assert _count(database, "SELECT count(*) FROM fhir_store.load_progress") == 0
    _, still = psutil.wait_procs(workers, timeout=10)
    assert not still, "a worker outlived its import"


def test_a_file_that_changed_is_read_again(
    file: Path, environment: dict[str, str], database: Database
) -> None:
    with subprocess.Popen(
        _command(file), env=environment, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    ) as process:
        _wait_until_halfway(process, database)
        process.kill()
    lines = file.read_text().splitlines()
    lines[1] = json.dumps(a_dose("d0", status="stopped"))
    file.write_text("\n".join(lines))
    again = subprocess.run(_command(file), env=environment, check=False, capture_output=True, text=True)
    report = json.loads(again.stdout)
    assert not report["resumed"]
    assert report["updated"] == {"MedicationAdministration": 1}
    assert _count(database, "SELECT count(*) FROM fhir_store.resource_version") == DOSES + 2
