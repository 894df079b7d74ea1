"""Two sources, the same flat tables."""

import gzip
import json
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from spec.world import administration, episode_of_care, ndjson, organization

from cascade.compute import open_database
from cascade.errors import FileBroken, FileMissing
from cascade.sources import record_store
from cascade.sources.ndjson import Ndjson
from cascade.sources.record_store import RecordStore, record_batches
from cascade.views import views

RESOURCES = [
    organization("north"),
    episode_of_care("e", "amina", "north"),
    administration("1", episode="e"),
    administration("2", episode="e", effective="2025-03-02"),
    {"resourceType": "Patient", "id": "amina", "gender": "female"},
]


def ids(connection: duckdb.DuckDBPyConnection, table: str) -> set[str]:
    return {id_ for (id_,) in connection.execute(f"SELECT id FROM {table}").fetchall()}


def test_what_a_line_is_its_resource_type_says_not_the_file(tmp_path: Path):
    (tmp_path / "Observation.ndjson").write_text(ndjson(RESOURCES), encoding="utf-8")
    with duckdb.connect() as connection:
        read = Ndjson(tmp_path).load(connection)
        assert read == {"Organization": 1, "EpisodeOfCare": 1, "MedicationAdministration": 2, "Patient": 1}
        assert ids(connection, "medication_administration") == {"1", "2"}
        assert ids(connection, "patient") == {"amina"}
        assert ids(connection, "encounter") == set()


def test_a_stray_line_in_the_file_of_another_type_is_read_and_counted(tmp_path: Path):
    """Whatever the first line promises: every line lands in the table of its own type, once."""
    stray = {"resourceType": "Patient", "id": "stray"}
    for name, resources in {
        "Patient": [{"resourceType": "Patient", "id": "amina"}],
        "MedicationAdministration": [
            administration("1"),
            stray,
            administration("2"),
            {"resourceType": "Goal"},
        ],
        "Goal": [{"resourceType": "Goal"}, administration("3")],
    }.items():
        (tmp_path / f"{name}.ndjson").write_text(ndjson(resources), encoding="utf-8")
    with duckdb.connect() as connection:
        read = Ndjson(tmp_path).load(connection)
        assert read == {"Patient": 2, "MedicationAdministration": 3, "Goal": 2}
        assert ids(connection, "patient") == {"amina", "stray"}
        assert connection.execute("SELECT count(*) FROM patient").fetchone() == (2,)
        assert ids(connection, "medication_administration") == {"1", "2", "3"}


@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\n\n"])
def test_a_last_line_is_read_whether_or_not_it_is_ended(tmp_path: Path, end: str):
    file = tmp_path / "bulk.ndjson"
    file.write_bytes((ndjson([administration("1"), administration("2")]).rstrip("\n") + end).encode())
    with duckdb.connect() as connection:
        assert Ndjson(file).load(connection) == {"MedicationAdministration": 2}
        assert connection.execute("SELECT count(*) FROM medication_administration").fetchone() == (2,)


def test_a_folder_has_plain_and_gzipped_files_in_folders(tmp_path: Path):
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "one.ndjson").write_text(ndjson([administration("1")]), encoding="utf-8")
    (tmp_path / "a" / "two.ndjson").write_text(ndjson([administration("2")]), encoding="utf-8")
    with gzip.open(tmp_path / "a" / "b" / "three.ndjson.gz", "wt", encoding="utf-8") as file:
        file.write(ndjson([administration("3")]))
    (tmp_path / "not-read.json").write_text(json.dumps(administration("4")), encoding="utf-8")
    with duckdb.connect() as connection:
        Ndjson(tmp_path).load(connection)
        assert ids(connection, "medication_administration") == {"1", "2", "3"}


@pytest.mark.parametrize("name", ["MedicationAdministration", "Practitioner"])
@pytest.mark.parametrize(
    "damage", [lambda whole: whole[:-20], lambda whole: whole[:40] + bytes(40) + whole[80:]]
)
def test_a_compressed_file_that_is_damaged_is_refused_by_name(tmp_path: Path, name: str, damage):
    written = ndjson({"resourceType": name, "id": str(id_)} for id_ in range(200)).encode()
    (tmp_path / f"{name}.ndjson.gz").write_bytes(damage(gzip.compress(written)))
    with duckdb.connect() as connection, pytest.raises(FileBroken, match=name):
        Ndjson(tmp_path).load(connection)


def test_single_files_may_be_named(tmp_path: Path):
    for id_ in "123":
        (tmp_path / f"{id_}.ndjson").write_text(ndjson([administration(id_)]), encoding="utf-8")
    with duckdb.connect() as connection:
        Ndjson(tmp_path / "1.ndjson", tmp_path / "3.ndjson").load(connection)
        assert ids(connection, "medication_administration") == {"1", "3"}


def test_a_path_that_is_not_there_is_refused(tmp_path: Path):
    with pytest.raises(FileMissing):
        Ndjson(tmp_path / "typing-mistake")


def test_an_empty_folder_gives_empty_tables(tmp_path: Path):
    with duckdb.connect() as connection:
        assert Ndjson(tmp_path).load(connection) == {}
        for view in views():
            assert ids(connection, view.table) == set()


def test_a_line_that_is_no_resource_is_counted_and_the_others_are_read(tmp_path: Path):
    good = [json.dumps(administration(id_)).encode() for id_ in "12"]
    bad = [
        b"not JSON",
        b'{"resourceType": "Patient"',
        b"[1]",
        b'"text"',
        b'{"id": "x"}',
        b'{"id": "caf\xe9"}',
    ]
    odd = [b'{"resourceType": ["Patient"]}', b'{"resourceType": "Robert; drop"}']
    file = tmp_path / "bulk.ndjson"
    file.write_bytes(b"\r\n".join([good[0], *bad, b"", *odd, good[1]]))
    with duckdb.connect() as connection:
        read = Ndjson(file).load(connection)
        assert read == {"MedicationAdministration": 2, None: len(bad) + len(odd)}
        assert ids(connection, "medication_administration") == {"1", "2"}


def bodies(resource_type: str) -> list[str]:
    return [json.dumps(resource) for resource in RESOURCES if resource["resourceType"] == resource_type]


def test_the_record_store_gives_the_same_flat_tables_as_ndjson(tmp_path: Path):
    (tmp_path / "bulk.ndjson").write_text(ndjson(RESOURCES), encoding="utf-8")
    with open_database("UTC") as ours, open_database("UTC") as theirs:
        RecordStore(bodies).load(ours)
        Ndjson(tmp_path).load(theirs)
        for view in views():
            rows = [one.sql(f"FROM {view.table} ORDER BY id").to_arrow_table() for one in (ours, theirs)]
            assert rows[0] == rows[1]
            assert rows[0].schema == rows[1].schema


def test_the_record_store_counts_what_it_read():
    with duckdb.connect() as connection:
        read = RecordStore(lambda type_: [*bodies(type_), "not JSON"]).load(connection)
    counted = {type_: resources for type_, resources in read.items() if resources}
    assert counted == {
        "Organization": 1,
        "EpisodeOfCare": 1,
        "MedicationAdministration": 2,
        "Patient": 1,
        None: len(views()),
    }


class StoreClosed(Exception):
    """A store's own exception."""


def test_what_stops_the_store_comes_through_as_itself():
    def broken(_: str):
        yield '{"resourceType": "Patient"}'
        raise StoreClosed

    with duckdb.connect() as connection, pytest.raises(StoreClosed):
        RecordStore(broken).load(connection)


def test_no_batch_holds_more_than_the_bound_and_one_text(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(record_store, "BATCH_CHARACTERS", 10)
    batches = list(record_batches(iter(["1234", "1234", "1234", "x" * 50, "1"])))
    assert [len(batch) for batch in batches] == [3, 1, 1]
    assert pa.Table.from_batches(batches).num_rows == 5


def test_a_batch_is_made_only_when_it_is_asked_for(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(record_store, "BATCH_CHARACTERS", 10)
    handed_out = 0

    def texts():
        nonlocal handed_out
        for _ in range(1000):
            handed_out += 1
            yield "12345"

    next(record_batches(texts()))
    assert handed_out == 2
