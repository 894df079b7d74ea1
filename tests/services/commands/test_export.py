"""``throughcare export``: everything that is current, of one moment, and importing it gives the same records."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from resources import a_dose, a_patient, a_stay, text_of
from sqlalchemy import text

from fhir_store.store import Author, Store
from fhir_store.write import Deletion, Write, save
from services.commands.export import one_line, write_ndjson
from services.exchange.load import load, source_files
from services.exchange.load.rejects import RejectFile
from services.settings import Settings
from services.shared.database import Database
from services.shared.embedded_postgres import RunningServer
from services.shared.installation import store_of
from services.shared.record_keys import open_keyring

SET_BY_STORE = re.compile(r'"(versionId|lastUpdated)"\s*:\s*"[^"]*"')


@pytest.fixture
def other_database(postgres: RunningServer, request: pytest.FixtureRequest):
    """Another empty database beside the test's own."""
    name = "export_target"
    with psycopg.connect(postgres.superuser_conninfo(), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name} TEMPLATE throughcare_template OWNER throughcare_owner")
    made = Database(postgres.server_url(name))
    yield made
    made.close()


@pytest.fixture
def import_into(settings: Settings, tmp_path: Path) -> Callable[[Database, Path], None]:
    def run(database: Database, folder: Path) -> None:
        store = store_of(settings.facility_zone, open_keyring(settings.key_places, database))
        with RejectFile(tmp_path / "rejects.ndjson") as rejects:
            for _ in load(source_files([folder]), database, store, Author("import"), rejects):
                pass
        assert rejects.count == 0

    return run


def _save(database: Database, store: Store, *resources: dict) -> None:
    writes = [Write(text_of(one), id=one["id"]) for one in resources]
    database.run(lambda c: save(c, store, writes, Author("a")))


def _lines(folder: Path) -> dict[str, list[str]]:
    return {
        file.stem: [SET_BY_STORE.sub("", line) for line in file.read_text().splitlines()]
        for file in folder.glob("*.ndjson")
    }


def test_what_is_exported_and_imported_into_an_empty_store_is_the_same(
    database: Database,
    other_database: Database,
    settings: Settings,
    store: Store,
    import_into,
    shared_folder: Path,
    tmp_path: Path,
) -> None:
    import_into(database, shared_folder / "conformance" / "synthea-bundles")
    _save(database, store, a_patient("p1", name=[{"family": "Đukić\t\\"}]), a_stay("s1"))
    _save(database, store, a_patient("p1", name=[{"family": "Đukić\t\\\n"}]))
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    counts = write_ndjson(database, store.keyring, first)
    import_into(other_database, first)
    second.mkdir()
    assert write_ndjson(other_database, open_keyring(settings.key_places, other_database), second) == counts
    once, twice = _lines(first), _lines(second)
    assert sum(map(len, once.values())) == sum(counts.values()) > 1_000
    # A line of its own for each; two that arrived together may have changed places.
    assert {type_: sorted(lines) for type_, lines in once.items()} == {
        type_: sorted(lines) for type_, lines in twice.items()
    }
    with other_database.transaction() as connection:
        versions = connection.execute(text("SELECT DISTINCT version, owner FROM fhir_store.current_resource"))
        assert [tuple(row) for row in versions] == [(1, "import")]


def test_deleted_resources_and_old_versions_are_left_out(
    database: Database, store: Store, tmp_path: Path
) -> None:
    _save(database, store, a_patient("p1"), a_patient("p2"))
    _save(database, store, a_patient("p1", active=True))
    database.run(lambda c: save(c, store, [Deletion("Patient", "p2")], Author("a")))
    assert write_ndjson(database, store.keyring, tmp_path) == {"Patient": 1}
    assert json.loads((tmp_path / "Patient.ndjson").read_text())["active"] is True


def test_the_manifest_says_what_is_there(database: Database, store: Store, tmp_path: Path) -> None:
    _save(database, store, a_patient("p1"), a_dose("d1"), a_dose("d2"))
    write_ndjson(database, store.keyring, tmp_path)
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    assert manifest["output"] == [
        {"type": "MedicationAdministration", "url": "MedicationAdministration.ndjson", "count": 2},
        {"type": "Patient", "url": "Patient.ndjson", "count": 1},
    ]
    assert source_files([tmp_path]) == [
        tmp_path / "Patient.ndjson",
        tmp_path / "MedicationAdministration.ndjson",
    ]
    assert not list(tmp_path.glob("*.part"))


def test_files_are_for_their_owner_alone(database: Database, store: Store, tmp_path: Path) -> None:
    _save(database, store, a_patient("p1"))
    write_ndjson(database, store.keyring, tmp_path)
    assert {file.stat().st_mode & 0o777 for file in tmp_path.iterdir()} == {0o600}


def test_only_some_types(database: Database, store: Store, tmp_path: Path) -> None:
    _save(database, store, a_patient("p1"), a_dose("d1"))
    assert write_ndjson(database, store.keyring, tmp_path, ["Patient"]) == {"Patient": 1}


def test_all_is_of_one_moment(database: Database, store: Store, tmp_path: Path) -> None:
    _save(database, store, *(a_patient(f"p{n}") for n in range(2_100)))
    late: list[int] = []

    def write_meanwhile(done: int, total: int) -> None:
        late.append(done)
        _save(database, store, a_patient("late"), a_stay("late"))

    assert write_ndjson(database, store.keyring, tmp_path, progress=write_meanwhile) == {"Patient": 2_100}
    assert late == [2_000]


def test_a_resource_of_many_lines_becomes_one() -> None:
    assert one_line('{\r\n "a": 1\n}') == '{   "a": 1 }'
