"""Flat views: what they read, and that no shape of JSON stops them."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spec import world
from spec.custody_records import custody
from spec.oat_records import OURS, depot, every, hold, names_order, order

import cascade.views
from cascade.views import View, reference_id, views
from examples import examples

BY_TABLE = {view.table: view for view in views()}


@cache
def _database() -> duckdb.DuckDBPyConnection:
    """One for all tests: none leaves anything in it, and to open one takes as long as the rest of a test."""
    return duckdb.connect()


def flat_from_json(view: View, texts: list[str]) -> list[world.Json]:
    with _database().cursor() as connection:
        connection.execute("CREATE TEMP TABLE bodies AS SELECT unnest($1::VARCHAR[]) AS resource", [texts])
        return connection.sql(view.over_json("bodies")).to_arrow_table().to_pylist()


def flat_from_ndjson(view: View, file: Path) -> list[world.Json]:
    with _database().cursor() as connection:
        return connection.sql(view.over_ndjson([file])).to_arrow_table().to_pylist()


def test_there_is_one_view_per_module_and_each_is_keyed():
    modules = {file.stem for file in Path(cascade.views.__file__).parent.glob("*.py")} - {"__init__"}
    assert set(BY_TABLE) == modules
    for view in views():
        (row,) = flat_from_json(view, [json.dumps({"resourceType": view.resource_type, "id": "x"})])
        assert row["id"] == "x"
        assert "last_updated" in row


def test_a_view_takes_no_resource_of_another_type():
    for view in views():
        assert (
            flat_from_json(view, ['{"resourceType": "Basic", "id": "x"}', '{"id": "x"}', "[]", "not JSON"])
            == []
        )


def test_an_administration_is_flattened():
    medication = {"coding": [{"system": world.ATC, "code": "N07BC02", "display": "methadone"}]}
    dose = world.administration(
        "1",
        episode="e",
        identifier="a",
        meta={"lastUpdated": "2025-03-01T08:00:00Z"},
        medicationReference={"reference": "Medication/m"},
        statusReason=[{"coding": [{"system": "urn:x", "code": "refused"}]}],
        partOf=[{"reference": "MedicationAdministration/0"}, {"reference": "Procedure/p"}],
    )
    (row,) = flat_from_json(BY_TABLE["medication_administration"], [json.dumps(dose)])
    assert row == {
        "id": "1",
        "patient_id": "amina",
        "context_type": "EpisodeOfCare",
        "context_id": "e",
        "status": "completed",
        "status_reason_codings": [{"system": "urn:x", "code": "refused"}],
        "reason_codings": None,
        "medication_codings": [{"system": world.ATC, "code": medication["coding"][0]["code"]}],
        "medication_id": "m",
        "effective_date_time": "2025-03-01T08:00:00+01:00",
        "effective_start": None,
        "effective_end": None,
        "dose_value": 60,
        "dose_unit": "mg",
        "dose_unit_system": "http://unitsofmeasure.org",
        "dose_unit_code": "mg",
        "identifiers": [{"system": "urn:example:dose", "value": "a"}],
        "part_of_ids": ["0", None],
        "supporting_ids": None,
        "request_id": None,
        "covers_days": None,
        "modifier_extensions": 0,
        "last_updated": "2025-03-01T08:00:00Z",
    }


def test_a_patient_is_flattened_without_a_name():
    national = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "NI"}]}
    prison = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "PRN"}]}
    patient = {
        "resourceType": "Patient",
        "id": "p",
        "gender": "female",
        "birthDate": "1990",
        "identifier": [
            {"type": national, "system": "urn:example:register", "value": "7"},
            {"type": national, "value": "8"},
            {"type": prison, "system": "urn:example:prison", "value": "9"},
        ],
        "link": [{"other": {"reference": "Patient/q"}, "type": "seealso"}],
    }
    named = patient | {"name": [{"family": "DEMO"}], "deceasedDateTime": "2025-03-01"}
    (row,) = flat_from_json(BY_TABLE["patient"], [json.dumps(named)])
    assert row == {
        "id": "p",
        "patient_id": "p",
        "gender": "female",
        "birth_date": "1990",
        "deceased": None,
        "deceased_date_time": "2025-03-01",
        "linked_ids": ["q"],
        "national_ids": ["urn:example:register|7"],
        "last_updated": None,
    }


def test_an_encounter_is_flattened():
    stay = custody(
        "e",
        start="2025-03-01",
        end="2025-03-31",
        entry="liberty",
        way_out="transfer",
        to="south",
        legal=(("pretrial", "2025-03-01"), ("sentenced", None)),
        location=[{"location": {"reference": "Location/a"}}, {"location": {"display": "yard"}}],
        partOf={"reference": "Encounter/whole"},
        identifier=[{"system": "urn:example:stay", "value": "7", "use": "official"}],
        modifierExtension=[{"url": "urn:x"}],
        type=[{"coding": [{"system": "urn:x", "code": "kind"}]}],
    )
    (row,) = flat_from_json(BY_TABLE["encounter"], [json.dumps(stay)])
    assert row == {
        "id": "e",
        "patient_id": "amina",
        "status": "finished",
        "class_system": f"{OURS}encounter-class",
        "class_code": "custody",
        "type_codings": [{"system": "urn:x", "code": "kind"}],
        "part_of_id": "whole",
        "service_provider_id": "north",
        "location_ids": ["a", None],
        "period_start": "2025-03-01",
        "period_end": "2025-03-31",
        "admit_source": [{"system": f"{OURS}entry-reason", "code": "liberty"}],
        "discharge_disposition": [{"system": f"{OURS}exit-reason", "code": "transfer"}],
        "destination_id": "south",
        "legal_statuses": [
            {"status": "pretrial", "from": "2025-03-01"},
            {"status": "sentenced", "from": None},
        ],
        "identifiers": [{"system": "urn:example:stay", "value": "7"}],
        "modifier_extensions": 1,
        "last_updated": None,
    }


def test_an_observation_is_flattened():
    extensions = [
        {"url": "urn:example:other", "valueCode": "x"},
        {"url": "urn:throughcare:extension:test-purpose", "valueCode": "retest"},
    ]
    result = {
        "resourceType": "Observation",
        "id": "o",
        "status": "final",
        "extension": extensions,
        "code": {"coding": [{"system": "urn:x", "code": "1"}]},
        "method": {"coding": [{"system": "urn:x", "code": "2"}]},
        "subject": {"reference": "Patient/p"},
        "encounter": {"reference": "Encounter/e"},
        "performer": [{"reference": "Practitioner/n"}, {"reference": "Organization/lab"}],
        "effectiveInstant": "2025-03-01T08:00:00Z",
        "issued": "2025-03-02T08:00:00Z",
        "valueQuantity": {"value": 40, "comparator": "<", "unit": "c", "code": "{copies}/mL"},
        "modifierExtension": [{"url": "urn:x"}],
    }
    (row,) = flat_from_json(BY_TABLE["observation"], [json.dumps(result)])
    assert row == {
        "id": "o",
        "patient_id": "p",
        "context_type": "Encounter",
        "context_id": "e",
        "performer_organization_id": "lab",
        "status": "final",
        "code_codings": [{"system": "urn:x", "code": "1"}],
        "method_codings": [{"system": "urn:x", "code": "2"}],
        "test_purpose": "retest",
        "effective_start": "2025-03-01T08:00:00Z",
        "issued": "2025-03-02T08:00:00Z",
        "value_number": 40,
        "value_comparator": "<",
        "value_unit": "{copies}/mL",
        "value_string": None,
        "value_codings": None,
        "identifiers": None,
        "modifier_extensions": 1,
        "last_updated": None,
    }


@pytest.mark.parametrize(
    ("reference", "id_"),
    [
        ("Patient/7", "7"),
        ("Patient/7/_history/2", "7"),
        ("https://fhir.example.org/r4/Patient/a-1.b", "a-1.b"),
        ("Group/7", None),
        ("#7", None),
        ("urn:uuid:5a1d1a5e-0000-4000-8000-000000000007", None),
        ("Patient?identifier=x|7", None),
        ("Patient/Patient/7", "7"),
        ("Patient/é7", "é7"),
        ("Patient/", None),
        ("Patient//7", None),
        ("Patient/7/", None),
        ("Patient/7|2", None),
        ("Patient/7#part", None),
        ("Patient/7?x", None),
        ("MyPatient/7", None),
        (None, None),
    ],
)
def test_a_literal_reference_has_the_id_it_names(reference, id_):
    with duckdb.connect() as connection:
        found = connection.execute(f"SELECT {reference_id('$1::VARCHAR', 'Patient')}", [reference]).fetchall()
    assert found == [(id_,)]


def test_a_path_with_pattern_letters_or_quotes_is_a_path(tmp_path):
    for folder in ("a[b]", "what?", "all*", "it's"):
        file = tmp_path / folder / "x.ndjson"
        file.parent.mkdir()
        file.write_text('{"resourceType": "Patient", "id": "p"}\n')
        assert [row["id"] for row in flat_from_ndjson(BY_TABLE["patient"], file)] == ["p"]


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)


@st.composite
def misshapen(draw: st.DrawFn, view: View) -> world.Json:
    """A resource of the view's type in which every member may have any other shape."""
    return {"resourceType": view.resource_type, "id": draw(st.text(max_size=4))} | {
        name: draw(_near(part)) for name, part in view.structure.items() if draw(st.booleans())
    }


def _near(part: Any) -> st.SearchStrategy[Any]:
    if isinstance(part, str):
        return anything | st.sampled_from(["completed", "2025-03", "Patient/1", "Encounter/1", "60"])
    if isinstance(part, list):
        return anything | st.lists(_near(part[0]), max_size=3)
    return anything | st.fixed_dictionaries({}, optional={name: _near(inner) for name, inner in part.items()})


@pytest.mark.parametrize("table", BY_TABLE)
def test_no_shape_of_json_stops_a_view_and_both_readers_agree(table, tmp_path_factory):
    file = tmp_path_factory.mktemp("shapes") / "bulk.ndjson"
    view = BY_TABLE[table]

    @settings(max_examples=examples(12), derandomize=True, deadline=None)
    @given(st.lists(misshapen(view), min_size=1, max_size=4))
    def both_agree(resources):
        texts = [json.dumps(resource) for resource in resources]
        file.write_text("\n".join(texts), encoding="utf-8")
        assert flat_from_ndjson(view, file) == flat_from_json(view, texts)

    both_agree()


def test_an_order_is_flattened():
    request = order(
        "1",
        repeat=every(1, "wk"),
        requester="north",
        start="2025-03-01",
        end="2025-03-31",
        encounter={"reference": "Encounter/e"},
        authoredOn="2025-02-28",
        doNotPerform=False,
        reasonCode=[{"coding": [{"system": "urn:x", "code": "reason"}]}],
    )
    request["dosageInstruction"][0]["doseAndRate"] = [
        {"doseQuantity": {"value": 24, "unit": "mg", "code": "mg"}}
    ]
    (row,) = flat_from_json(BY_TABLE["medication_request"], [json.dumps(request)])
    assert row == {
        "id": "1",
        "patient_id": "amina",
        "encounter_id": "e",
        "requester_id": "north",
        "status": "active",
        "intent": "order",
        "do_not_perform": False,
        "medication_codings": [{"system": world.ATC, "code": "N07BC02"}],
        "medication_id": None,
        "reason_codings": [{"system": "urn:x", "code": "reason"}],
        "authored_on": "2025-02-28",
        "validity_start": "2025-03-01",
        "validity_end": "2025-03-31",
        "frequency": 1,
        "period": 1,
        "period_unit": "wk",
        "dose_value": 24,
        "dose_unit": "mg",
        "dose_unit_code": "mg",
        "modifier_extensions": 0,
        "last_updated": None,
    }


def test_a_flag_is_flattened():
    (row,) = flat_from_json(BY_TABLE["flag"], [json.dumps(hold("1", end="2025-03-04"))])
    assert row == {
        "id": "1",
        "patient_id": "amina",
        "status": "active",
        "code_codings": [{"system": "urn:throughcare:code-system:hold", "code": "clinical"}],
        "period_start": "2025-03-02",
        "period_end": "2025-03-04",
        "modifier_extensions": 0,
        "last_updated": None,
    }


def test_an_administration_says_which_order_it_carries_out_and_how_many_days_it_covers():
    dose = world.administration("1", **names_order("weekly"), **depot(7))
    (row,) = flat_from_json(BY_TABLE["medication_administration"], [json.dumps(dose)])
    assert (row["request_id"], row["covers_days"]) == ("weekly", 7)
