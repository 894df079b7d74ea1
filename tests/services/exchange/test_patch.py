"""patch: JSON Patch and FHIRPath Patch, by id and on condition."""

from typing import Any

import httpx
import pytest
from answers import issue_of
from resources import a_dose, a_patient

JSON_PATCH = {"Content-Type": "application/json-patch+json"}
NUMBER = [{"system": "urn:prison", "value": "4711"}]
MALE = [{"op": "add", "path": "/gender", "value": "male"}]


def fhirpath(kind: str, path: str, **more: Any) -> dict[str, Any]:
    parts = [{"name": "type", "valueCode": kind}, {"name": "path", "valueString": path}]
    parts += [{"name": name, **value} for name, value in more.items()]
    return {"resourceType": "Parameters", "parameter": [{"name": "operation", "part": parts}]}


MALE_BY_PATH = fhirpath("add", "Patient", name_={"valueString": "gender"}, value={"valueCode": "male"})
MALE_BY_PATH["parameter"][0]["part"][2]["name"] = "name"


@pytest.fixture
def patient(fhir: httpx.Client) -> httpx.Client:
    fhir.put("/Patient/p1", json=a_patient("p1", identifier=NUMBER))
    return fhir


@pytest.mark.parametrize(("patch", "headers"), [(MALE, JSON_PATCH), (MALE_BY_PATH, {})])
@pytest.mark.parametrize("path", ["/Patient/p1", "/Patient?identifier=urn:prison|4711"])
def test_a_patch_makes_the_next_version(patient: httpx.Client, path: str, patch: Any, headers: dict) -> None:
    patched = patient.patch(path, json=patch, headers=headers)
    assert (patched.status_code, patched.headers["etag"]) == (200, 'W/"2"'), patched.text
    assert patched.json()["gender"] == "male"
    assert patient.get("/Patient/p1").text == patched.text
    assert "gender" not in patient.get("/Patient/p1/_history/1").json()


def test_a_patch_keeps_every_other_character(fhir: httpx.Client) -> None:
    raw = '{"resourceType":"Observation","id":"o1", "status":"final","code":{"text":"\\u0110"},"valueQuantity":{"value":1.50}}'
    fhir.put("/Observation/o1", content=raw)
    patch = [{"op": "replace", "path": "/status", "value": "amended"}]
    text = fhir.patch("/Observation/o1", json=patch, headers=JSON_PATCH).text
    assert text.endswith(raw.partition('"id":"o1"')[2].replace("final", "amended").partition('"status"')[2])


@pytest.mark.parametrize(
    ("patch", "headers", "status"),
    [
        ([{"op": "test", "path": "/gender", "value": "female"}, *MALE], JSON_PATCH, 422),
        ([{"op": "replace", "path": "/name", "value": []}], JSON_PATCH, 422),
        ([{"op": "add", "path": "/gender", "value": "unheard of"}], JSON_PATCH, 422),
        ([{"op": "add", "path": "/favourite", "value": 1}], JSON_PATCH, 422),
        ([{"op": "add", "path": "/gender", "value": None}], JSON_PATCH, 422),
        ([{"op": "replace", "path": "/id", "value": "p2"}], JSON_PATCH, 400),
        ([{"op": "remove", "path": "/id"}], JSON_PATCH, 400),
        ([{"op": "replace", "path": "/resourceType", "value": "Person"}], JSON_PATCH, 400),
        ([{"op": "remove", "path": "/resourceType"}], JSON_PATCH, 400),
        ([{"op": "remove", "path": "/photo"}], JSON_PATCH, 422),
        ([*MALE, {"op": "remove", "path": "/photo"}], JSON_PATCH, 422),
        ([{"op": "leap", "path": "/gender"}], JSON_PATCH, 422),
        ({"op": "add"}, JSON_PATCH, 422),
        (MALE, {"Content-Type": "application/json"}, 400),
        (MALE, {"Content-Type": "text/plain"}, 415),
        (MALE, {"Content-Type": "application/merge-patch+json"}, 415),
        (MALE, {"Content-Type": ""}, 415),
        (a_patient("p1"), {}, 400),
        (MALE_BY_PATH, {"If-Match": 'W/"2"'}, 412),
        (MALE, {**JSON_PATCH, "If-Match": 'W/"2"'}, 412),
        (fhirpath("delete", "Patient.resourceType"), {}, 422),
        (fhirpath("replace", "Patient.photo", value={"valueCode": "x"}), {}, 422),
    ],
)
def test_a_patch_that_cannot_be_done_leaves_all_as_it_was(
    patient: httpx.Client, patch: Any, headers: dict, status: int
) -> None:
    before = patient.get("/Patient/p1").text
    issue_of(patient.patch("/Patient/p1", json=patch, headers=headers), status)
    assert patient.get("/Patient/p1").text == before


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/Patient/nobody", 404),
        ("/Patient?identifier=nobody", 404),
        ("/Patient?identifier=4711", 412),
        ("/Patient", 400),
        ("/Patient/p1?identifier=4711", 400),
    ],
)
def test_a_patch_of_not_exactly_one_is_refused(patient: httpx.Client, path: str, status: int) -> None:
    patient.put("/Patient/p2", json=a_patient("p2", identifier=NUMBER))
    issue_of(patient.patch(path, json=MALE, headers=JSON_PATCH), status)


def test_a_deleted_resource_cannot_be_patched(patient: httpx.Client) -> None:
    patient.delete("/Patient/p1")
    issue_of(patient.patch("/Patient/p1", json=MALE, headers=JSON_PATCH), 410)


def test_a_patch_is_found_by_what_it_changed(fhir: httpx.Client) -> None:
    fhir.put("/MedicationAdministration/d1", json=a_dose("d1"))
    patch = [{"op": "replace", "path": "/status", "value": "entered-in-error"}]
    fhir.patch("/MedicationAdministration/d1", json=patch, headers=JSON_PATCH)
    found = fhir.get("/MedicationAdministration?status=entered-in-error").json()
    assert len(found["entry"]) == 1
