"""``throughcare import``: what is good goes in, what is bad is listed, and running it again is safe."""

import gzip
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from resources import a_dose, a_patient, a_stay, an_organization
from sqlalchemy import text

from fhir_store.gate import served
from fhir_store.identities import local_id
from fhir_store.read import Stored, bodies_as_of, read
from fhir_store.store import Author, Store
from fhir_store.write import Deletion, raw_cursor, save
from services.exchange.load import LoadReport, SourceNotFound, check, load, source_files
from services.exchange.load.rejects import RejectFile
from services.shared.database import Database

HOSPITAL = "https://hospital.example/fhir"

Imported = tuple[LoadReport, list[dict]]


@pytest.fixture
def run(database: Database, store: Store, tmp_path: Path) -> Callable[..., Imported]:
    def run_steps(steps: Callable[..., Iterator], paths: Iterable[Path], author: Author) -> Imported:
        rejects = tmp_path / "rejects.ndjson"
        rejects.unlink(missing_ok=True)
        report = LoadReport()
        with RejectFile(rejects) as reject_file:
            for _, told in steps(source_files(paths), database, store, author, reject_file):
                report = told
        lines = rejects.read_text().splitlines() if rejects.exists() else []
        return report, [json.loads(line) for line in lines]

    return run_steps


@pytest.fixture
def import_all(run) -> Callable[..., Imported]:
    def import_paths(
        *paths: Path, by: str = "import", source: str | None = None, keeps_times: bool = False
    ) -> Imported:
        return run(load, paths, Author(by, source=source, keeps_times=keeps_times))

    return import_paths


@pytest.fixture
def stored(database: Database, store: Store) -> Callable[[str, str], Stored]:
    def read_one(type_: str, id_: str) -> Stored:
        with database.transaction() as connection:
            return read(raw_cursor(connection), store.keyring, type_, id_)

    return read_one


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


def _written(id_: str, at: str, **members: object) -> dict:
    return a_patient(id_, meta={"lastUpdated": at}, **members)


def test_records_that_bring_their_history_show_what_was_known_when(
    import_all, tmp_path: Path, database: Database, store: Store
) -> None:
    first = [_written("p1", "2024-01-05T08:00:00Z"), _written("p2", "2024-03-01T08:00:00+01:00")]
    import_all(_ndjson(tmp_path / "first.ndjson", *first), keeps_times=True)
    later = _written("p1", "2024-04-01T08:00:00Z", active=False)
    import_all(_ndjson(tmp_path / "later.ndjson", later), keeps_times=True)

    def known(moment: datetime) -> list[tuple[str, bool | None]]:
        with database.transaction() as connection:
            found = [json.loads(body) for body in bodies_as_of(connection, store.keyring, "Patient", moment)]
        return [(one["id"], one.get("active")) for one in found]

    assert known(datetime(2024, 1, 5, 7, 59, tzinfo=UTC)) == []
    assert known(datetime(2024, 1, 5, 8, 0, tzinfo=UTC)) == [("p1", None)]
    assert known(datetime(2024, 3, 31, tzinfo=UTC)) == [("p1", None), ("p2", None)]
    assert known(datetime(2024, 4, 2, tzinfo=UTC)) == [("p1", False), ("p2", None)]
    with database.transaction() as connection:
        author = Author("import", steward=True)
        save(connection, Store(ZoneInfo("UTC"), store.keyring), [Deletion("Patient", "p2")], author)
    assert known(datetime(2024, 4, 2, tzinfo=UTC)) == [("p1", False), ("p2", None)]
    assert known(datetime.now(UTC)) == [("p1", False)]


def test_a_time_of_writing_is_not_taken_from_just_anybody_and_never_lies_ahead(
    import_all, tmp_path: Path, stored: Callable[[str, str], Stored]
) -> None:
    began = datetime.now(UTC).replace(microsecond=0)
    import_all(_ndjson(tmp_path / "a.ndjson", _written("p1", "2024-01-05T08:00:00Z")))
    import_all(_ndjson(tmp_path / "b.ndjson", _written("p2", "2099-01-05T08:00:00Z")), keeps_times=True)
    for id_ in ("p1", "p2"):
        assert began <= stored("Patient", id_).last_updated <= datetime.now(UTC)


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


def test_a_collection_bundle_goes_in_with_its_references_resolved(import_all, tmp_path: Path, stored) -> None:
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
    assert '"reference": "Patient/p1"' in stored("MedicationAdministration", "d1").text


def test_conditional_references_find_what_carries_the_identifier(import_all, tmp_path: Path, stored) -> None:
    prison = an_organization("o1", identifier=[{"system": "urn:facility", "value": "7"}])
    known = a_stay("s1", serviceProvider={"reference": "Organization?identifier=urn:facility|7"})
    unknown = a_stay("s2", serviceProvider={"reference": "Organization?identifier=urn:facility|8"})
    _ndjson(tmp_path / "Encounter.ndjson", known, unknown)
    _ndjson(tmp_path / "Organization.ndjson", prison)
    report, _ = import_all(tmp_path / "Encounter.ndjson", tmp_path / "Organization.ndjson")
    assert report.open_references == 1
    assert '"reference": "Organization/o1"' in stored("Encounter", "s1").text
    assert "Organization?identifier=urn:facility|8" in stored("Encounter", "s2").text


def test_another_source_cannot_overwrite(import_all, tmp_path: Path) -> None:
    import_all(_ndjson(tmp_path / "a.ndjson", a_patient("p1")), by="centre-a")
    report, rejects = import_all(
        _ndjson(tmp_path / "b.ndjson", a_patient("p1", active=True), a_patient("p2")), by="b"
    )
    assert (report.created, report.rejected) == ({"Patient": 1}, 1)
    assert rejects[0]["code"] == "conflict"


def test_the_same_id_twice_in_a_file_gives_two_versions_the_later_one_current(
    import_all, tmp_path: Path, stored
) -> None:
    import_all(_ndjson(tmp_path / "a.ndjson", a_patient("p1", active=True), a_patient("p1", active=False)))
    kept = stored("Patient", "p1")
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


def _types_in(paths: Iterable[Path]) -> Counter[str]:
    """How many resources of each served type files have, counted without any of the loader's code."""
    types: Counter[str] = Counter()
    for path in paths:
        opened = gzip.decompress(path.read_bytes())
        if ".ndjson" in path.name:
            types.update(json.loads(line)["resourceType"] for line in opened.splitlines())
        else:
            types.update(one["resource"]["resourceType"] for one in json.loads(opened)["entry"])
    return Counter({type_: count for type_, count in types.items() if served(type_)})


def test_synthea_bundles_go_in_whole(import_all, shared_folder: Path) -> None:
    folder = shared_folder / "conformance" / "synthea-bundles"
    report, rejects = import_all(folder)
    assert rejects == []
    assert report.created == _types_in(folder.glob("*.json.gz"))
    assert report.unserved["Claim"] == 266
    assert report.open_references == 0


def test_a_synthea_bulk_folder_goes_in_whole(import_all, shared_folder: Path) -> None:
    folder = shared_folder / "conformance" / "synthea-bulk-10"
    report, rejects = import_all(folder, source=HOSPITAL)
    assert rejects == []
    assert report.created == _types_in(folder.glob("*.ndjson.gz"))
    assert report.resolved > 1_000
    assert report.open_references == 0
    again, _ = import_all(folder, source=HOSPITAL)
    assert (again.created.total(), again.updated.total(), again.resolved) == (0, 0, 0)


def test_ids_and_references_of_a_source_are_mapped_and_a_reimport_updates(
    import_all, tmp_path: Path, stored
) -> None:
    import_all(_ndjson(tmp_path / "d.ndjson", a_dose("d1", patient="p1")), source=HOSPITAL)
    import_all(_ndjson(tmp_path / "p.ndjson", a_patient("p1")), source=HOSPITAL)
    patient = local_id(HOSPITAL, "Patient", "p1")
    dose = stored("MedicationAdministration", local_id(HOSPITAL, "MedicationAdministration", "d1"))
    assert f'"reference": "Patient/{patient}"' in dose.text
    report, _ = import_all(_ndjson(tmp_path / "p.ndjson", a_patient("p1", active=True)), source=HOSPITAL)
    assert (report.updated, stored("Patient", patient).version) == ({"Patient": 1}, 2)


def test_two_sources_with_the_same_id_are_two_people(import_all, tmp_path: Path) -> None:
    file = _ndjson(tmp_path / "p.ndjson", a_patient("1"))
    for source in (HOSPITAL, "urn:other"):
        report, rejects = import_all(file, source=source)
        assert (report.created, rejects) == ({"Patient": 1}, [])


def test_addresses_of_a_source_that_came_before_are_mapped(import_all, tmp_path: Path, stored) -> None:
    import_all(_ndjson(tmp_path / "p.ndjson", a_patient("p1")), source=HOSPITAL)
    import_all(_ndjson(tmp_path / "d.ndjson", a_dose("d1", subject={"reference": f"{HOSPITAL}/Patient/p1"})))
    expected = f"Patient/{local_id(HOSPITAL, 'Patient', 'p1')}"
    assert json.loads(stored("MedicationAdministration", "d1").text)["subject"]["reference"] == expected


def _bundle(path: Path, kind: str, *entries: dict) -> Path:
    bundle = {"resourceType": "Bundle", "type": kind, "entry": list(entries)}
    body = json.dumps(bundle).encode()
    path.write_bytes(gzip.compress(body) if path.suffix == ".gz" else body)
    return path


URN = "urn:uuid:11111111-1111-4111-8111-111111111111"


@pytest.mark.parametrize("kind", ["batch", "collection", "searchset", "document", "message"])
@pytest.mark.parametrize("source", [None, HOSPITAL])
def test_the_entries_of_a_bundle_go_in_and_find_each_other(
    import_all, tmp_path: Path, stored, kind: str, source: str | None
) -> None:
    dose = {"fullUrl": f"{HOSPITAL}/MedicationAdministration/d1", "resource": a_dose("d1", patient="x")}
    dose["resource"]["subject"]["reference"] = URN
    patient = {"fullUrl": URN, "resource": a_patient("p1")}
    report, rejects = import_all(_bundle(tmp_path / "b.json.gz", kind, dose, patient), source=source)
    assert (report.created.total(), rejects) == (2, [])
    id_, target = (
        ("d1", "p1")
        if source is None
        else (
            local_id(source, "MedicationAdministration", "d1"),
            local_id(source, "Patient", "p1"),
        )
    )
    subject = json.loads(stored("MedicationAdministration", id_).text)["subject"]["reference"]
    assert subject == f"Patient/{target}"


def test_provenance_comes_with_what_it_is_about(import_all, tmp_path: Path, stored) -> None:
    provenance = {
        "resourceType": "Provenance",
        "id": "v1",
        "target": [{"reference": URN}],
        "recorded": "2026-01-01T00:00:00Z",
        "agent": [{"who": {"display": "DEMO"}}],
    }
    entries = [{"fullUrl": URN, "resource": a_patient("p1")}, {"resource": provenance}]
    assert import_all(_bundle(tmp_path / "b.json", "document", *entries))[0].created.total() == 2
    assert '"reference": "Patient/p1"' in stored("Provenance", "v1").text


def test_a_created_entry_without_an_id_has_one_that_the_same_bundle_gives_again(
    import_all, tmp_path: Path
) -> None:
    request = {"method": "POST", "url": "Patient"}
    named = {"fullUrl": URN, "resource": a_patient(), "request": request}
    file = _bundle(tmp_path / "b.json", "transaction", named, {"resource": a_patient(), "request": request})
    assert import_all(file)[0].created == {"Patient": 2}
    assert import_all(file)[0].unchanged == {"Patient": 2}


def test_entries_that_delete_or_patch_are_listed(import_all, tmp_path: Path) -> None:
    file = _bundle(
        tmp_path / "b.json",
        "batch",
        {"request": {"method": "DELETE", "url": "Patient/p1"}},
        {"request": {"method": "GET", "url": "Patient/p1"}},
        {"resource": a_patient("p2"), "request": {"method": "PUT", "url": "Patient/p2"}},
    )
    report, rejects = import_all(file)
    assert report.created == {"Patient": 1}
    assert [(one["entry"], one["code"]) for one in rejects] == [(1, "not-supported"), (2, "not-supported")]


def test_a_urn_that_names_no_entry_of_a_transaction_is_listed(import_all, tmp_path: Path) -> None:
    entry = {"resource": a_dose("d1", subject={"reference": URN}), "request": {"method": "POST", "url": "x"}}
    report, rejects = import_all(_bundle(tmp_path / "b.json", "transaction", entry))
    assert (report.created.total(), rejects[0]["code"]) == (0, "not-found")


def _if_none(identifier: str, resource: dict, full_url: str) -> dict:
    request = {"method": "POST", "url": resource["resourceType"], "ifNoneExist": f"identifier={identifier}"}
    return {"fullUrl": full_url, "resource": resource, "request": request}


def test_a_conditional_create_uses_what_is_here(import_all, tmp_path: Path, stored) -> None:
    known = a_patient("known", identifier=[{"system": "urn:n", "value": "7"}])
    import_all(_ndjson(tmp_path / "p.ndjson", known))
    file = _bundle(
        tmp_path / "b.json",
        "transaction",
        _if_none("urn:n|7", a_patient("other", identifier=[{"system": "urn:n", "value": "7"}]), URN),
        {"resource": a_dose("d1", subject={"reference": URN}), "request": {"method": "POST", "url": "x"}},
    )
    report, rejects = import_all(file)
    assert (report.created, rejects) == ({"MedicationAdministration": 1}, [])
    assert '"reference": "Patient/known"' in stored("MedicationAdministration", "d1").text


def test_two_conditional_creates_of_one_identifier_make_one_resource(import_all, tmp_path: Path) -> None:
    identified = {"identifier": [{"system": "urn:n", "value": "7"}]}
    entries = [_if_none("urn:n|7", a_patient(f"p{n}", **identified), f"urn:x:{n}") for n in range(2)]
    file = _bundle(tmp_path / "b.json", "transaction", *entries)
    report, _ = import_all(file)
    assert (report.created, report.unchanged) == ({"Patient": 1}, {"Patient": 1})
    assert import_all(file)[0].unchanged == {"Patient": 2}


def test_conditions_that_cannot_be_kept_are_listed(import_all, tmp_path: Path) -> None:
    twice = [a_patient(f"p{n}", identifier=[{"system": "urn:n", "value": "7"}]) for n in range(2)]
    import_all(_ndjson(tmp_path / "p.ndjson", *twice))
    by_name = _if_none("urn:n|8", a_patient("a"), "urn:x:1")
    by_name["request"]["ifNoneExist"] = "name=x"
    file = _bundle(
        tmp_path / "b.json", "transaction", by_name, _if_none("urn:n|7", a_patient("b"), "urn:x:2")
    )
    report, rejects = import_all(file)
    assert report.created.total() == 0
    assert [one["code"] for one in rejects] == ["not-supported", "multiple-matches"]


def test_of_a_history_the_newest_version_is_loaded(import_all, tmp_path: Path, stored) -> None:
    def put(resource: dict) -> dict:
        return {"resource": resource, "request": {"method": "PUT", "url": f"Patient/{resource['id']}"}}

    gone = {"request": {"method": "DELETE", "url": "Patient/gone"}}
    entries = [put(a_patient("p1", active=True)), gone, put(a_patient("p1")), put(a_patient("gone"))]
    report, rejects = import_all(_bundle(tmp_path / "b.json", "history", *entries))
    assert (report.created, len(rejects)) == ({"Patient": 1}, 1)
    assert '"active": true' in stored("Patient", "p1").text


def test_a_bundle_in_ndjson_is_a_resource_of_its_own(import_all, tmp_path: Path) -> None:
    bundle = {
        "resourceType": "Bundle",
        "id": "b",
        "type": "collection",
        "entry": [{"resource": a_patient("p")}],
    }
    assert import_all(_ndjson(tmp_path / "Bundle.ndjson", bundle))[0].created == {"Bundle": 1}


def test_a_single_resource_file_goes_in(import_all, tmp_path: Path) -> None:
    file = tmp_path / "one.json"
    file.write_text(json.dumps(a_patient("p1"), indent=2))
    assert import_all(file)[0].created == {"Patient": 1}


def test_the_manifest_of_a_bulk_data_folder_says_what_is_loaded(import_all, tmp_path: Path) -> None:
    folder = tmp_path / "bulk"
    folder.mkdir()
    _ndjson(folder / "Patient.000.ndjson.gz", a_patient("p1"))
    _ndjson(folder / "left-over.ndjson", a_patient("p2"))
    output = [{"type": "Patient", "url": "https://server.example/files/Patient.000.ndjson?token=x"}]
    (folder / "manifest.json").write_text(json.dumps({"transactionTime": "x", "output": output}))
    assert import_all(folder / "manifest.json")[0].created == {"Patient": 1}
    output.append({"type": "Patient", "url": "Patient.001.ndjson"})
    (folder / "manifest.json").write_text(json.dumps({"transactionTime": "x", "output": output}))
    with pytest.raises(SourceNotFound):
        source_files([folder])


def test_a_broken_gzip_file_is_listed_and_what_came_before_goes_in(import_all, tmp_path: Path) -> None:
    file = _ndjson(tmp_path / "a.ndjson.gz", *(a_patient(f"p{n}") for n in range(2_000)))
    file.write_bytes(file.read_bytes()[:-200])
    report, rejects = import_all(file)
    assert report.created["Patient"] > 1_000
    assert [one["code"] for one in rejects][-1] == "incomplete"


def test_what_conditional_references_ask_for_may_come_later_or_twice(
    import_all, tmp_path: Path, stored
) -> None:
    def prison(id_: str, value: str) -> dict:
        return an_organization(id_, identifier=[{"system": "urn:f", "value": value}])

    stays = [
        a_stay(f"s{n}", serviceProvider={"reference": f"Organization?identifier=urn:f|{n}"}) for n in (1, 2)
    ]
    report, listed = import_all(_ndjson(tmp_path / "Encounter.ndjson", *stays))
    assert (report.open_references, [one["place"] for one in listed]) == (2, [1, 2])
    assert "urn:f" not in json.dumps(listed)
    report, _ = import_all(
        _ndjson(tmp_path / "Organization.ndjson", prison("a", "1"), prison("b", "2"), prison("c", "2"))
    )
    assert (report.resolved, report.open_references) == (1, 0)
    assert '"reference": "Organization/a"' in stored("Encounter", "s1").text
    assert "Organization?identifier=urn:f|2" in stored("Encounter", "s2").text
    again, listed = import_all(tmp_path / "Encounter.ndjson")
    assert (again.unchanged, len(listed)) == ({"Encounter": 2}, 1)


def test_a_strict_check_says_what_is_bad_and_saves_nothing(run, tmp_path: Path, database: Database) -> None:
    file = _ndjson(tmp_path / "a.ndjson", a_patient("p1"), a_patient("p2", gender="x"))
    report, rejects = run(check, [file], Author("import"))
    assert (report.rejected, rejects[0]["line"]) == (1, 2)
    with database.transaction() as connection:
        assert connection.execute(text("SELECT count(*) FROM fhir_store.resource_version")).scalar() == 0
