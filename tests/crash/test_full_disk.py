"""The disk of the database is full: writes are refused and said why, nothing is shown unlogged, and it works again by itself."""

import json
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from resources import a_dose, a_patient, post, transaction
from serving import serving
from sqlalchemy import text

from services.access.clients import add_client, issue_token
from services.app import create_app
from services.settings import Settings
from services.shared.database import Database
from services.shared.embedded_postgres import EmbeddedPostgres, RunningServer
from services.shared.errors import DISK_FULL_MESSAGE
from services.shared.migrations import migrate

pytestmark = [pytest.mark.crash, pytest.mark.timeout(300)]

DISK_MB = 160
BLOCK = b"\0" * 65_536
# Enough for several pages of the table that keeps long texts.
NOTE = os.urandom(30_000).hex()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own in memory, for which one has to be root."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "tmpfs", str(disk)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode != 0:
        pytest.skip("no disk can be mounted here")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


@dataclass(frozen=True)
class Clinic:
    """A server whose database lies on the small disk."""

    disk: Path
    postgres: RunningServer
    database: Database
    fhir: httpx.Client

    @contextmanager
    def full(self) -> Iterator[None]:
        """No space is left on the disk meanwhile."""
        ballast = self.disk / "ballast"
        with ballast.open("wb", buffering=0) as file:
            for size in (len(BLOCK), 4096):
                try:
                    while True:
                        file.write(BLOCK[:size])
                except OSError:
                    continue
        try:
            yield
        finally:
            ballast.unlink()

    def versions(self) -> set[str]:
        """The ids of all that is stored."""
        with self.database.reading() as connection:
            return set(connection.execute(text("SELECT id FROM fhir_store.resource_version")).scalars())


@pytest.fixture
def clinic(small_disk: Path) -> Iterator[Clinic]:
    home = small_disk / "home"
    holder = EmbeddedPostgres(home)
    with holder.running() as postgres:
        postgres.ensure_database("clinic")
        migrate(postgres.owner_url("clinic"))
        database = Database(postgres.server_url("clinic"))
        with database.transaction() as connection:
            add_client(connection, "centre", "system/*.cruds")
            token = issue_token(connection, "centre")
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/fhir+json"}
        settings = Settings(home=home, facility_zone="Europe/Podgorica", language="en")
        with (
            serving(create_app(settings, database)) as address,
            httpx.Client(base_url=f"{address}/fhir", headers=headers, timeout=60) as fhir,
        ):
            yield Clinic(small_disk, postgres, database, fhir)
        database.close()
    holder.wait_until_stopped()


def _long_dose() -> dict[str, Any]:
    return a_dose(note=[{"text": NOTE}])


def _refused(answer: httpx.Response) -> str:
    """What a refusal says."""
    assert answer.status_code == 503
    assert answer.json()["resourceType"] == "OperationOutcome"
    assert int(answer.headers["retry-after"]) > 0
    return str(answer.json()["issue"][0]["diagnostics"])


def _soon(fhir: httpx.Client, body: dict[str, Any]) -> httpx.Response:
    """The first answer to a write that is not a refusal for now."""
    deadline = time.monotonic() + 60
    while (answer := fhir.post("/MedicationAdministration", json=body)).status_code == 503:
        assert time.monotonic() < deadline, "it does not work again"
        time.sleep(0.2)
    return answer


def test_writes_are_refused_while_the_disk_is_full_and_work_again_afterwards(clinic: Clinic) -> None:
    fhir = clinic.fhir
    known = fhir.post("/Patient", json=a_patient())
    kept = {known.json()["id"]}
    said = set()
    with clinic.full():
        for _ in range(20):
            answer = fhir.post("/MedicationAdministration", json=_long_dose())
            if answer.status_code == 201:
                kept.add(answer.json()["id"])
            else:
                said.add(_refused(answer))
            together = fhir.post("", json=transaction(post(a_patient()), post(_long_dose())))
            if together.status_code == 200:
                kept |= {one["response"]["location"].split("/")[1] for one in together.json()["entry"]}
            else:
                said.add(_refused(together))
            read = fhir.get(f"/Patient/{known.json()['id']}")
            # What cannot be logged is not shown.
            assert read.text == known.text if read.status_code == 200 else read.status_code == 503
        assert said == {DISK_FULL_MESSAGE}
        assert fhir.get("/Patient?family=DEMO").status_code in {200, 503}
    answer = fhir.post("/MedicationAdministration", json=_long_dose())
    assert answer.status_code == 201
    assert clinic.versions() == {*kept, answer.json()["id"]}, "all that was acknowledged, and nothing else"


def test_when_not_even_the_log_of_changes_finds_space_it_comes_back_once_there_is_some(
    clinic: Clinic,
) -> None:
    """PostgreSQL gives up then, and cannot start again either, until there is space."""
    fhir = clinic.fhir
    known = fhir.post("/MedicationAdministration", json=_long_dose())
    with clinic.full():
        _fill_the_log(clinic.postgres)
        for _ in range(10):
            _refused(fhir.post("/MedicationAdministration", json=_long_dose()))
            time.sleep(0.3)
    answer = _soon(fhir, _long_dose())
    assert answer.status_code == 201
    assert fhir.get(f"/MedicationAdministration/{known.json()['id']}").text == known.text
    assert clinic.versions() == {known.json()["id"], answer.json()["id"]}
    assert json.loads(known.text)["note"] == [{"text": NOTE}]


def _fill_the_log(postgres: RunningServer) -> None:
    with pytest.raises(psycopg.OperationalError):
        _write_to_the_log(postgres, megabytes=200)


def _write_to_the_log(postgres: RunningServer, megabytes: int) -> None:
    with psycopg.connect(postgres.superuser_conninfo()) as connection:
        for _ in range(megabytes):
            connection.execute("SELECT pg_logical_emit_message(false, 'x', repeat('x', 1000000), true)")
