"""kill -9 of the server and of PostgreSQL under load: whatever was acknowledged is there afterwards."""

import json
import os
import random
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import httpx
import psutil
import pytest
from crash_load import KEYS, SHARED, Acknowledged, Version, Writer
from crash_round import SendingTablet, Sent, a_round, every_dose_is_there_once
from resources import a_dose
from server_process import CLI, wait_until_ready
from sqlalchemy import Connection, text

from fhir_store import index
from fhir_store.feed import Change, Cursor, changes
from fhir_store.rebuild import rebuild
from fhir_store.store import Store
from services.access.clients import add_client, issue_token
from services.settings import Settings
from services.shared.database import Database
from services.shared.installation import open_database, store_of
from services.shared.record_keys import open_keyring

pytestmark = [pytest.mark.crash, pytest.mark.timeout(1800)]

# It shares no divisor with the ways to kill, so each of them meets an import in the end.
IMPORT_EVERY = 4

# So many bytes that an import gets worker processes.
LINES, NOTE = 700, "n" * 9_000

# From so many acknowledged versions on, and events of the round, a kill proves something.
WRITTEN_EACH_TIME = 20
SENT_EACH_TIME = 10

TABLETS = 3

Client = Callable[[str, threading.Event], None]
"""Writes to an address until it is told to stop."""


@contextmanager
def _server(home: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    environment = {**_environment(home), "PORT": str(port)}
    process = subprocess.Popen([*CLI, "serve"], env=environment)
    try:
        wait_until_ready(process, port)
        yield process
    finally:
        process.kill()
        process.wait()


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
    home, files = tmp_path / "home", tmp_path / "files"
    files.mkdir()
    seen = Acknowledged()
    token, sent = _first_token(home), _first_round(home)
    origin = f"http://localhost:{free_port}"
    at_work = [
        *(Writer(number, seen).writing(token) for number in range(6)),
        *(SendingTablet(number, sent, origin).send for number in range(TABLETS)),
    ]
    address = f"http://127.0.0.1:{free_port}"
    for n in range(kills):
        what = ("both", "server", "postgres")[n % 3]
        with _server(home, free_port) as server, ExitStack() as running:
            importing = n % IMPORT_EVERY == 0 and running.enter_context(_importing(home, _file(files, n)))
            if importing:
                _wait_until_imported(address, token, f"import-{n}-0")
            running.enter_context(_writing(at_work, address))
            _wait_until(lambda n=n: len(seen.versions) >= WRITTEN_EACH_TIME * (n + 1))
            _wait_until(lambda n=n: len(sent.acknowledged) >= SENT_EACH_TIME * (n + 1))
            time.sleep(random.uniform(0, 1))
            _kill(what, server, home)
            if importing:
                _kill_group(importing)
            if what == "postgres":
                wait_until_ready(server, free_port)
    assert seen.wrong == []
    assert sent.wrong == []
    subprocess.run([*CLI, "import", str(files)], env=_environment(home), check=True)
    with open_database(Settings(home=home)) as database:
        store = _store(database)
        _all_is_there(database, store, seen)
        _all_is_imported_once(database, store, kills)
        _nothing_is_there_twice(database, store, seen)
        _nothing_is_half_written(database, store)
        _a_rebuild_changes_nothing(database, store)
        _the_feed_has_no_hole(database, store)
        every_dose_is_there_once(database, sent)


@contextmanager
def _writing(at_work: list[Client], address: str) -> Iterator[None]:
    stop = threading.Event()
    threads = [threading.Thread(target=client, args=(address, stop)) for client in at_work]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def _file(folder: Path, number: int) -> Path:
    file = folder / f"MedicationAdministration.{number}.ndjson"
    doses = (a_dose(f"import-{number}-{line}", note=[{"text": NOTE}]) for line in range(LINES))
    file.write_text("\n".join(json.dumps(dose) for dose in doses))
    return file


@contextmanager
def _importing(home: Path, file: Path) -> Iterator[subprocess.Popen[bytes]]:
    """An import that is killed at the end, with its worker processes."""
    process = subprocess.Popen(
        [*CLI, "import", str(file)], env=_environment(home), stdout=subprocess.DEVNULL, start_new_session=True
    )
    try:
        yield process
    finally:
        _kill_group(process)
        process.wait()


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _wait_until_imported(address: str, token: str, id_: str) -> None:
    place = f"{address}/fhir/MedicationAdministration/{id_}"
    deadline = time.monotonic() + 60
    while httpx.get(place, headers={"Authorization": f"Bearer {token}"}, timeout=10).status_code != 200:
        assert time.monotonic() < deadline, "the import does not begin"
        time.sleep(0.02)


def _wait_until(is_enough: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not is_enough():
        assert time.monotonic() < deadline, "too little is written to prove anything"
        time.sleep(0.02)


def _environment(home: Path) -> dict[str, str]:
    return {**os.environ, "THROUGHCARE_HOME": str(home), "LOG_LEVEL": "ERROR"}


def _first_token(home: Path) -> str:
    with open_database(Settings(home=home)) as database, database.transaction() as connection:
        add_client(connection, "load", "system/*.cruds")
        return issue_token(connection, "load")


def _first_round(home: Path) -> Sent:
    with open_database(Settings(home=home)) as database:
        return a_round(database, _store(database), TABLETS)


def _store(database: Database) -> Store:
    return store_of("Europe/Podgorica", open_keyring(Settings().key_places, database))


def _all_changes(connection: Connection, store: Store) -> Iterator[Change]:
    cursor = Cursor()
    while batch := list(changes(connection, store.keyring, cursor)):
        yield from batch
        cursor = batch[-1].cursor


def _versions(database: Database, store: Store) -> dict[Version, Change]:
    with database.transaction() as connection:
        return {(one.type, one.id, one.version): one for one in _all_changes(connection, store)}


def _all_is_there(database: Database, store: Store, seen: Acknowledged) -> None:
    there = _versions(database, store)
    assert seen.versions.keys() <= there.keys()
    for version, answered in seen.versions.items():
        assert answered in (None, there[version].text)
    assert seen.deleted <= {version for version, one in there.items() if one.text is None}


def _all_is_imported_once(database: Database, store: Store, kills: int) -> None:
    there = {(id_, version) for _, id_, version in _versions(database, store) if id_.startswith("import-")}
    assert there == {
        (f"import-{n}-{line}", 1) for n in range(0, kills, IMPORT_EVERY) for line in range(LINES)
    }


def _nothing_is_there_twice(database: Database, store: Store, seen: Acknowledged) -> None:
    """One resource for each key, however often it was sent, and for each shared identifier."""
    found: dict[str, Counter[str]] = {KEYS: Counter(), SHARED: Counter()}
    for (_, _, version), one in _versions(database, store).items():
        for identifier in json.loads(one.text or "{}").get("identifier", []) if version == 1 else []:
            if identifier["system"] in found:
                found[identifier["system"]][identifier["value"]] += 1
    assert set(found[KEYS].values()) == set(found[SHARED].values()) == {1}
    assert seen.keys.keys() <= found[KEYS].keys()


def _nothing_is_half_written(database: Database, store: Store) -> None:
    """Every version opens, every stay came with its two doses, every pointer points at the newest version."""
    with database.transaction() as connection:
        for change in _all_changes(connection, store):
            assert change.text is None or json.loads(change.text)["id"] == change.id
        transactions = text("""
            SELECT type, count(*) FROM fhir_store.resource_version WHERE author = 'load'
            GROUP BY epoch, xid, type HAVING count(*) > 1
        """)
        found = {tuple(row) for row in connection.execute(transactions)}
        assert found == {("MedicationAdministration", 2)}
        stale = text("""
            SELECT count(*) FROM fhir_store.current_resource c
            WHERE NOT EXISTS (SELECT FROM fhir_store.resource_version v WHERE v.seq = c.seq AND v.version = c.version)
                OR EXISTS (SELECT FROM fhir_store.resource_version v WHERE v.key = c.key AND v.version > c.version)
        """)
        assert connection.execute(stale).scalar() == 0


def _derived_tables(store: Store) -> list[str]:
    projected = [str(projection.table) for projection in store.projections]
    return [f"fhir_store.{name}" for name in index.TABLES] + projected


def _derived(database: Database, store: Store) -> dict[str, list[str]]:
    with database.transaction() as connection:
        return {
            table: list(connection.execute(text(f"SELECT t::text FROM {table} t ORDER BY 1")).scalars())
            for table in _derived_tables(store)
        }


def _a_rebuild_changes_nothing(database: Database, store: Store) -> None:
    before = _derived(database, store)
    database.run(lambda c: rebuild(c, store, lambda done, total: None))
    assert _derived(database, store) == before


def _the_feed_has_no_hole(database: Database, store: Store) -> None:
    with database.transaction() as connection:
        fed = sum(1 for _ in _all_changes(connection, store))
        assert fed == connection.execute(text("SELECT count(*) FROM fhir_store.resource_version")).scalar()
