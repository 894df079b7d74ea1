"""kill -9 of the server and of PostgreSQL under load: whatever was acknowledged is there afterwards."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil
import pytest
from resources import a_dose, a_stay, post, transaction
from sqlalchemy import text

from fhir_store.feed import Cursor, changes
from fhir_store.rebuild import rebuild
from services.settings import Settings
from services.shared.database import Database
from services.shared.installation import open_database, store_of

pytestmark = [pytest.mark.crash, pytest.mark.timeout(1800)]

DERIVED = (
    "fhir_store.index_token",
    "fhir_store.index_reference",
    "fhir_store.index_date",
    "fhir_store.compartment",
    "clinical.stay",
)


@dataclass
class Acknowledged:
    """What the server said it had saved: id to the text it answered, or None where it answered no text."""

    doses: dict[str, str | None] = field(default_factory=dict)
    stays: set[str] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)


@contextmanager
def _server(home: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    environment = {**os.environ, "THROUGHCARE_HOME": str(home), "PORT": str(port), "LOG_LEVEL": "ERROR"}
    process = subprocess.Popen([sys.executable, "-m", "services.cli", "serve"], env=environment)
    try:
        _wait_until_ready(process, port)
        yield process
    finally:
        process.kill()
        process.wait()


def _wait_until_ready(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        assert process.poll() is None, "the server ended by itself"
        try:
            if httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=2).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.1)
    raise AssertionError("the server did not become ready")


def _write(address: str, token: str, seen: Acknowledged, until: threading.Event) -> None:
    """Post single doses and transactions until told to stop, noting only what was acknowledged."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/fhir+json"}
    with httpx.Client(base_url=address, headers=headers, timeout=5) as client:
        while not until.is_set():
            try:
                _write_some(client, seen)
            except httpx.HTTPError:
                time.sleep(0.02)


def _write_some(client: httpx.Client, seen: Acknowledged) -> None:
    single = client.post("/fhir/MedicationAdministration", json=a_dose())
    if single.status_code == 201:
        with seen.lock:
            seen.doses[single.json()["id"]] = single.text
    together = client.post("/fhir", json=transaction(post(a_stay()), post(a_dose()), post(a_dose())))
    if together.status_code == 200:
        stay, *doses = [entry["response"]["location"].split("/")[1] for entry in together.json()["entry"]]
        with seen.lock:
            seen.stays.add(stay)
            seen.doses.update(dict.fromkeys(doses))


def _postgres_of(home: Path) -> list[psutil.Process]:
    """Every PostgreSQL process whose data folder lies in this home."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.name() == "postgres" and str(home.resolve()) in " ".join(process.cmdline()):
                found += [process, *process.children(recursive=True)]
        except psutil.Error:
            continue
    return found


def _kill(what: str, server: subprocess.Popen[bytes], home: Path) -> None:
    if what in ("server", "both"):
        server.send_signal(signal.SIGKILL)
    if what in ("postgres", "both"):
        victims = _postgres_of(home)
        assert victims, "no PostgreSQL process was found to kill"
        for process in victims:
            try:
                process.kill()
            except psutil.NoSuchProcess:
                continue


@pytest.fixture
def kills(request: pytest.FixtureRequest) -> int:
    return int(request.config.getoption("--kills"))


def test_nothing_acknowledged_is_lost_and_nothing_half_written_is_seen(
    tmp_path: Path, kills: int, free_port: int
) -> None:
    seen = Acknowledged()
    token = _first_token(tmp_path)
    for n in range(kills):
        what = ("both", "server", "postgres")[n % 3]
        with _server(tmp_path, free_port) as server:
            stop = threading.Event()
            arguments = (f"http://127.0.0.1:{free_port}", token, seen, stop)
            writers = [threading.Thread(target=_write, args=arguments) for _ in range(6)]
            for writer in writers:
                writer.start()
            time.sleep(random.uniform(0.8, 2.0))
            _kill(what, server, tmp_path)
            stop.set()
            for writer in writers:
                writer.join()
    assert len(seen.doses) > 20 * kills, "too little was written to prove anything"
    with open_database(Settings(home=tmp_path)) as database:
        _all_is_there(database, seen)
        _nothing_is_half_written(database)
        _a_rebuild_changes_nothing(database)
        _the_feed_has_no_hole(database)


def _first_token(home: Path) -> str:
    environment = {**os.environ, "THROUGHCARE_HOME": str(home)}
    command = [sys.executable, "-m", "services.cli", "client"]
    subprocess.run([*command, "add", "load", "--scope", "system/*.cruds"], env=environment, check=True)
    made = subprocess.run(
        [*command, "token", "load"], env=environment, check=True, capture_output=True, text=True
    )
    return made.stdout.strip()


def _stored(database: Database, type_: str) -> dict[str, str]:
    with database.transaction() as connection:
        return {c.id: c.text or "" for c in _all_changes(connection) if c.type == type_}


def _all_changes(connection):
    cursor = Cursor()
    while batch := list(changes(connection, cursor)):
        yield from batch
        cursor = batch[-1].cursor


def _all_is_there(database: Database, seen: Acknowledged) -> None:
    doses = _stored(database, "MedicationAdministration")
    assert seen.doses.keys() <= doses.keys()
    for id_, answered in seen.doses.items():
        assert answered is None or doses[id_] == answered
    assert seen.stays <= _stored(database, "Encounter").keys()


def _nothing_is_half_written(database: Database) -> None:
    """Every version opens, every stay came with its two doses, every pointer points at the newest version."""
    with database.transaction() as connection:
        for change in _all_changes(connection):
            assert json.loads(change.text)["id"] == change.id
        transactions = connection.execute(
            text(
                "SELECT type, count(*) FROM fhir_store.resource_version GROUP BY xid, type HAVING count(*) > 1"
            )
        ).all()
        assert {tuple(row) for row in transactions} == {("MedicationAdministration", 2)}
        stale = text("""
            SELECT count(*) FROM fhir_store.current_resource c
            WHERE NOT EXISTS (SELECT FROM fhir_store.resource_version v WHERE v.seq = c.seq AND v.version = c.version)
        """)
        assert connection.execute(stale).scalar() == 0


def _derived(database: Database) -> dict[str, list[str]]:
    with database.transaction() as connection:
        return {
            table: list(connection.execute(text(f"SELECT t::text FROM {table} t ORDER BY 1")).scalars())
            for table in DERIVED
        }


def _a_rebuild_changes_nothing(database: Database) -> None:
    before = _derived(database)
    database.run(lambda c: rebuild(c, store_of("Europe/Podgorica"), lambda done, total: None))
    assert _derived(database) == before


def _the_feed_has_no_hole(database: Database) -> None:
    with database.transaction() as connection:
        fed = sum(1 for _ in _all_changes(connection))
        assert fed == connection.execute(text("SELECT count(*) FROM fhir_store.resource_version")).scalar()
