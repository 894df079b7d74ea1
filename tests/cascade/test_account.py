"""Every record read is told once: used, unmapped, or why it was left out."""

import gzip
import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spec import world
from spec.hiv_records import (
    ICD10,
    LOINC,
    assay,
    concept,
    diagnosis,
    dispense,
    hiv_test,
    offer,
    programme,
    statement,
    viral_load,
)
from spec.world import ATC, administration

from cascade.compute import fill, open_database
from cascade.derive import codes
from cascade.derive.cut import Cut
from cascade.sources.ndjson import Ndjson
from examples import examples

MAKERS = (hiv_test, assay, offer, viral_load, diagnosis, dispense, statement, programme, administration)
SYNTHEA = Path(codes.__file__).parent / "examples" / "synthea.toml"
SHARED = Path(os.environ.get("THROUGHCARE_SHARED", Path(__file__).parents[2] / ".." / "shared"))


def told(derived_world):
    return {
        (line.resource_type, line.code, line.outcome): line.resources for line in derived_world.account.lines
    }


def test_each_type_is_told_by_code_and_outcome(derived):
    glucose = concept((LOINC, "2339-0"))
    flu = concept((ICD10, "J11"))
    wrong = {"status": "entered-in-error"}
    assert told(
        derived(
            hiv_test("1"),
            viral_load("2", 50),
            viral_load("3", 50, status="preliminary"),
            viral_load("4", 50, code=glucose),
            diagnosis("5"),
            diagnosis("6", "refuted"),
            diagnosis("7", code=flu),
            dispense("8"),
            dispense("9", atc="N02BE01"),
            statement("10", **wrong),
            {"resourceType": "Procedure", "id": "11"},
            {"resourceType": "Patient", "id": "amina"},
        )
    ) == {
        ("Observation", "HIV.B.DE81", "used"): 1,
        ("Observation", "20447-9", "used"): 1,
        ("Observation", "20447-9", "status_preliminary"): 1,
        ("Observation", "2339-0", "unmapped"): 1,
        ("Condition", "B24", "used"): 2,
        ("Condition", "J11", "unmapped"): 1,
        ("MedicationDispense", "J05AR27", "used"): 1,
        ("MedicationDispense", "N02BE01", "unmapped"): 1,
        ("MedicationStatement", "J05AR27", "status_entered-in-error"): 1,
        ("Procedure", None, "no_view"): 1,
        ("Patient", None, "looked_up"): 1,
    }


def test_a_programme_that_is_counted_is_told_and_another_is_looked_up(derived):
    other = {"resourceType": "EpisodeOfCare", "id": "2", "status": "active"}
    assert told(derived(programme("1"), other)) == {
        ("EpisodeOfCare", "hiv", "used"): 1,
        ("EpisodeOfCare", None, "looked_up"): 1,
    }


odd = st.sampled_from(
    [
        None,
        7,
        "",
        "unknown",
        [],
        {},
        [{}],
        {"coding": None},
        {"coding": [{"code": 1}]},
        {"reference": "Group/1"},
    ]
)


@settings(max_examples=examples(8), derandomize=True, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(MAKERS), st.integers(0, 20), odd), min_size=1, max_size=12))
def test_no_odd_value_keeps_a_record_from_being_told_once(tmp_path_factory, changes):
    resources = []
    for number, (make, place, value) in enumerate(changes):
        resource = make(str(number))
        member = sorted(set(resource) - {"resourceType"})[place % (len(resource) - 1)]
        resources.append(resource | {member: value})
    file = tmp_path_factory.mktemp("odd") / "bulk.ndjson"
    file.write_text(world.ndjson(resources), encoding="utf-8")
    with open_database(world.ZONE) as connection:
        account = fill(
            connection, Ndjson(file), Cut(datetime(2099, 1, 1, tzinfo=UTC), world.ZONE), key=b"k" * 16
        )
    assert sum(line.resources for line in account.lines) == len(resources)


def tables(resources, tmp_path, *files):
    (tmp_path / "bulk.ndjson").write_text(world.ndjson(resources), encoding="utf-8")
    cut = Cut(datetime(2099, 1, 1, tzinfo=UTC), world.ZONE)
    with open_database(world.ZONE) as connection:
        fill(connection, Ndjson(tmp_path), cut, key=b"k" * 16, code_files=files)
        return {
            name: connection.sql(f"FROM {name}").to_arrow_table().to_pylist()
            for name in ("hiv_test", "diagnosis", "supply", "dose")
        }


def test_a_senders_own_codes_count_where_a_file_maps_them(tmp_path):
    rxnorm = "http://www.nlm.nih.gov/research/umls/rxnorm"
    snomed = "http://snomed.info/sct"
    sent = [
        diagnosis("1", code=concept((snomed, "86406008"))),
        hiv_test("2", code=concept((LOINC, "7917-8")), valueCodeableConcept=concept((snomed, "165816005"))),
        dispense("3", medicationCodeableConcept=concept((rxnorm, "1433873"))),
        dispense("4", medicationCodeableConcept=concept((rxnorm, "351266"))),
    ]
    mapped, alone = tables(sent, tmp_path, SYNTHEA), tables(sent, tmp_path)
    assert [row["condition"] for row in mapped["diagnosis"]] == ["hiv"]
    assert [row["outcome"] for row in mapped["hiv_test"]] == ["positive"]
    assert sorted((row["line"], row["atc"]) for row in mapped["supply"]) == [
        ("art", "J05AJ03"),
        ("oat", "N07BC51"),
    ]
    assert (alone["diagnosis"], alone["supply"]) == ([], [])
    assert [row["outcome"] for row in alone["hiv_test"]] == ["unknown"]


def test_a_file_of_a_sender_adds_to_our_own_codes(tmp_path):
    given = [dispense("1"), administration("2", medicationCodeableConcept=concept((ATC, "N07BC02")))]
    made = tables(given, tmp_path, SYNTHEA)
    assert (len(made["supply"]), len(made["dose"])) == (1, 1)


@pytest.mark.skipif(not (SHARED / "conformance").is_dir(), reason="no ../shared")
def test_synthea_is_told_whole_and_what_nobody_mapped_is_unmapped(tmp_path):
    entries = []
    for file in sorted((SHARED / "conformance" / "synthea-bundles").glob("*.json.gz")):
        entries += [entry["resource"] for entry in json.loads(gzip.decompress(file.read_bytes()))["entry"]]
    (tmp_path / "bulk.ndjson").write_text(world.ndjson(entries), encoding="utf-8")
    cut = Cut(datetime(2099, 1, 1, tzinfo=UTC), world.ZONE)
    with open_database(world.ZONE) as connection:
        account = fill(connection, Ndjson(tmp_path), cut, key=b"k" * 16)
    assert sum(line.resources for line in account.lines) == len(entries)
    for resource_type in ("Observation", "Condition"):
        assert set(account.outcomes(resource_type)) == {"unmapped"}
