"""``throughcare import``: what is good goes in, what is bad is listed, and running it again is safe."""

import gzip
import json
from pathlib import Path

import pytest
from resources import a_dose, a_patient, a_stay, an_organization
from sqlalchemy import text

from fhir_store.read import read
from fhir_store.store import Author, Store
from services.exchange.load import LoadReport, SourceNotFound, load, source_files
from services.exchange.load.rejects import RejectFile
from services.shared.database import Database


@pytest.fixture
def import_all(database: Database, store: Store, tmp_path: Path):
    def run(*paths: Path, by: str = "import") -> tuple[LoadReport, list[dict]]:
        rejects = tmp_path / "rejects.ndjson"
        rejects.unlink(missing_ok=True)
        report = LoadReport()
        with RejectFile(rejects) as reject_file:
            for _, report in load(  # noqa: B007
                source_files(paths), database, store, Author(by), reject_file
            ):
                pass
        lines = rejects.read_text().splitlines() if rejects.exists() else []
        return report, [json.loads(line) for line in lines]

    return run


def _ndjson(path: Path, *resources: dict | str) -> Path:
    lines = [r if isinstance(r, str) else json.dumps(r) for r in resources]
    body = "\n".join(lines).encode()
    path.write_bytes(gzip.compress(body) if path.suffix == ".gz" else body)
    return path


def test_ndjson_goes_in_plain_and_gzipped(import_all, tmp_path: Path) -> None:
    folder = tmp_path / "bulk"
    folder.mkdir()
    _ndjson(folder / "Patient.ndjson", a_patient("p1"), a_patient("p2"))
    _ndjson(folder / "MedicationAdministration.000.ndjson.gz", a_dose("d1"))
    report, rejects = import_all(folder)
    assert report.created == {"Patient": 2, "MedicationAdministration": 1}
    assert (report.rejected, rejects) == (0, [])


def test_running_it_again_changes_nothing(import_all, tmp_path: Path, database: Database) -> None:
    file = _ndjson(tmp_path / "a.ndjson", a_patient("p1"), a_dose("d1"))
    import_all(file)
    report, _ = import_all(file)
    assert (report.created, report.updated) == ({}, {})
    assert report.unchanged == {"Patient": 1, "MedicationAdministration": 1}
    with database.transaction() as connection:
        assert connection.execute(text("SELECT count(*) FROM fhir_store.resource_version")).scalar() == 2


def test_a_changed_line_is_a_new_version(import_all, tmp_path: Path) -> None:
    import_all(_ndjson(tmp_path / "a.ndjson", a_patient("p1")))
    report, _ = import_all(_ndjson(tmp_path / "a.ndjson", a_patient("p1", active=True)))
    assert report.updated == {"Patient": 1}


def test_bad_lines_are_listed_with_their_reason_while_the_rest_goes_in(import_all, tmp_path: Path) -> None:
    file = _ndjson(
        tmp_path / "a.ndjson",
        a_patient("p1"),
        '{"resourceType":"Patient","id":"p2",',
        a_patient("p3", gender="Kovačević"),
        "",
        a_patient(),
        a_patient("p4"),
    )
    report, rejects = import_all(file)
    assert report.created == {"Patient": 2}
    assert report.rejected == 3
    assert [(line["file"], line["line"]) for line in rejects] == [
        ("a.ndjson", 2),
        ("a.ndjson", 3),
        ("a.ndjson", 5),
    ]
    assert rejects[1]["element"] == "Patient.gender"
    assert "Kova" not in json.dumps(rejects, ensure_ascii=False)


def test_types_that_are_not_served_are_counted_and_no_error(import_all, tmp_path: Path) -> None:
    report, rejects = import_all(
        _ndjson(tmp_path / "a.ndjson", {"resourceType": "Claim", "id": "c1"}, a_patient("p1"))
    )
    assert report.unserved == {"Claim": 1}
    assert (report.rejected, rejects) == (0, [])


def test_a_collection_bundle_goes_in_with_its_references_resolved(
    import_all, tmp_path: Path, database: Database
) -> None:
    urn = "urn:uuid:11111111-1111-4111-8111-111111111111"
    bundle = {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [
            {"fullUrl": "urn:uuid:d1", "resource": a_dose("d1", subject={"reference": urn})},
            {"fullUrl": urn, "resource": a_patient("p1")},
        ],
    }
    path = tmp_path / "bundle.json"
    path.write_text(json.dumps(bundle))
    report, _ = import_all(path)
    assert report.created == {"MedicationAdministration": 1, "Patient": 1}
    with database.transaction() as connection:
        assert '"reference": "Patient/p1"' in read(connection, "MedicationAdministration", "d1").text


def test_conditional_references_find_what_carries_the_identifier(
    import_all, tmp_path: Path, database: Database
) -> None:
    prison = an_organization("o1", identifier=[{"system": "urn:facility", "value": "7"}])
    known = a_stay("s1", serviceProvider={"reference": "Organization?identifier=urn:facility|7"})
    unknown = a_stay("s2", serviceProvider={"reference": "Organization?identifier=urn:facility|8"})
    _ndjson(tmp_path / "Encounter.ndjson", known, unknown)
    _ndjson(tmp_path / "Organization.ndjson", prison)
    report, _ = import_all(tmp_path / "Encounter.ndjson", tmp_path / "Organization.ndjson")
    assert report.open_references == 1
    with database.transaction() as connection:
        assert '"reference": "Organization/o1"' in read(connection, "Encounter", "s1").text
        assert "Organization?identifier=urn:facility|8" in read(connection, "Encounter", "s2").text


def test_another_source_cannot_overwrite(import_all, tmp_path: Path) -> None:
    import_all(_ndjson(tmp_path / "a.ndjson", a_patient("p1")), by="centre-a")
    report, rejects = import_all(
        _ndjson(tmp_path / "b.ndjson", a_patient("p1", active=True), a_patient("p2")), by="b"
    )
    assert (report.created, report.rejected) == ({"Patient": 1}, 1)
    assert rejects[0]["code"] == "conflict"


def test_the_same_id_twice_in_a_file_gives_two_versions_the_later_one_current(
    import_all, tmp_path: Path, database: Database
) -> None:
    import_all(_ndjson(tmp_path / "a.ndjson", a_patient("p1", active=True), a_patient("p1", active=False)))
    with database.transaction() as connection:
        kept = read(connection, "Patient", "p1")
    assert (kept.version, '"active": false' in kept.text) == (2, True)


def test_a_path_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(SourceNotFound):
        source_files([tmp_path / "nothing"])


@pytest.mark.parametrize(
    "content", [b"", b"not json", b"\xff\xfe", b'{"resourceType":"Bundle","type":"collection","entry":3}']
)
def test_a_file_that_is_no_fhir_is_listed_and_no_crash(import_all, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(content)
    report, rejects = import_all(path, _ndjson(tmp_path / "Patient.ndjson", a_patient("p1")))
    assert report.created == {"Patient": 1}
    assert report.rejected == 1
    assert rejects[0]["file"] == "x.json"


def test_synthea_bundles_go_in_whole(import_all, shared_folder: Path) -> None:
    report, rejects = import_all(shared_folder / "conformance" / "synthea-bundles")
    assert rejects == []
    assert report.created == {
        "Patient": 6,
        "Organization": 14,
        "Practitioner": 14,
        "Encounter": 214,
        "MedicationRequest": 52,
        "MedicationAdministration": 2,
        "Observation": 996,
    }
    assert report.unserved["Claim"] == 266
    assert report.open_references == 0


def test_a_synthea_bulk_folder_goes_in_whole(import_all, shared_folder: Path) -> None:
    report, rejects = import_all(shared_folder / "conformance" / "synthea-bulk-10")
    assert rejects == []
    assert report.created == {
        "Patient": 13,
        "Organization": 43,
        "Practitioner": 43,
        "Location": 44,
        "Encounter": 1215,
        "MedicationRequest": 1745,
    }
    assert report.open_references == 0
