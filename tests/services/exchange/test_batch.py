"""batch: requests of their own in one Bundle, each with its own outcome, in their order."""

from base64 import b64encode
from typing import Any

import httpx
import pytest
from answers import ids_in, issue_of, statuses
from resources import a_dose, a_patient, post, put

NUMBER = [{"system": "urn:prison", "value": "4711"}]


def batch(*entries: dict[str, Any]) -> dict[str, Any]:
    return {"resourceType": "Bundle", "type": "batch", "entry": list(entries)}


def asked(method: str, url: str, **conditions: str) -> dict[str, Any]:
    return {"request": {"method": method, "url": url, **conditions}}


def test_each_entry_has_its_own_outcome_in_its_place(fhir: httpx.Client) -> None:
    fhir.put("/Patient/p0", json=a_patient("p0"))
    answer = fhir.post(
        "/",
        json=batch(
            put(a_patient("p1")),
            post(a_dose(status="perhaps")),
            asked("GET", "Patient/p0"),
            asked("GET", "Patient/nobody"),
            asked("DELETE", "Patient/p0"),
            asked("GET", "Patient?_id=p1"),
            asked("GET", "Patient?favourite=blue"),
            asked("HEAD", "Patient/p1"),
            {},
            asked("BREW", "Patient/p1"),
            asked("GET", "Basket/p1"),
            asked("GET", "http://elsewhere.example/fhir/Patient/p1"),
            asked("GET", f"{str(fhir.base_url).rstrip('/')}/Patient/p1"),
            asked("GET", "Patient/p1", ifNoneMatch='W/"1"'),
            asked("GET", "Patient/_history"),
        ),
    )
    assert answer.json()["type"] == "batch-response"
    assert [one[:3] for one in statuses(answer)] == [
        *("201", "422", "200", "404", "204", "200", "400", "200"),
        *("400", "400", "404", "404", "200", "304", "200"),
    ]
    entries = answer.json()["entry"]
    assert entries[0]["response"]["etag"] == 'W/"1"'
    assert entries[0]["response"]["location"].endswith("Patient/p1/_history/1")
    outcome = entries[1]["response"]["outcome"]
    assert outcome["resourceType"] == "OperationOutcome"
    assert outcome["issue"][0]["expression"] == ["MedicationAdministration.status"]
    assert entries[2]["resource"]["id"] == "p0"
    assert entries[5]["resource"]["type"] == "searchset"
    assert "resource" not in entries[13]


def test_conditions_and_patches_count_in_a_batch(fhir: httpx.Client) -> None:
    fhir.put("/Patient/p1", json=a_patient("p1", identifier=NUMBER))
    patch = b64encode(b'[{"op":"add","path":"/gender","value":"male"}]').decode()
    binary = {"resourceType": "Binary", "contentType": "application/json-patch+json", "data": patch}
    by_number = "Patient?identifier=urn:prison|4711"
    answer = fhir.post(
        "/",
        json=batch(
            {"resource": a_patient(), **asked("POST", "Patient", ifNoneExist="identifier=urn:prison|4711")},
            {"resource": a_patient("p1"), **asked("PUT", "Patient/p1", ifMatch='W/"9"')},
            {"resource": a_patient("p1"), **asked("PUT", "Patient/p1", ifNoneMatch="*")},
            {"resource": binary, **asked("PATCH", "Patient/p1")},
            {"resource": {**binary, "data": "***"}, **asked("PATCH", "Patient/p1")},
            {"resource": a_patient(identifier=NUMBER), **asked("PUT", by_number)},
            asked("DELETE", by_number),
        ),
    )
    assert [one[:3] for one in statuses(answer)] == ["200", "412", "412", "200", "400", "200", "204"]


def test_entries_do_not_refer_to_one_another(fhir: httpx.Client) -> None:
    """http://hl7.org/fhir/R4/http.html#brules: a batch has no references among its entries."""
    urn = "urn:uuid:5e2a0f0e-0000-4000-8000-00000000000a"
    fhir.post("/", json=batch(post(a_patient(), urn), post(a_dose(subject={"reference": urn}))))
    (patient,) = ids_in(fhir.get("/Patient"))
    assert ids_in(fhir.get(f"/MedicationAdministration?patient={patient}")) == []


def test_a_client_may_want_no_bodies(fhir: httpx.Client) -> None:
    answer = fhir.post("/", json=batch(put(a_patient("p1"))), headers={"Prefer": "return=minimal"})
    assert "resource" not in answer.json()["entry"][0]


def test_each_entry_needs_its_own_scope(fhir: httpx.Client, connect) -> None:
    fhir.put("/Patient/p1", json=a_patient("p1"))
    answer = connect(scope="system/Patient.r").post(
        "/", json=batch(asked("GET", "Patient/p1"), put(a_patient("p2")), asked("GET", "Observation"))
    )
    assert statuses(answer) == ["200 OK", "403 Forbidden", "403 Forbidden"]


@pytest.mark.parametrize(
    ("bundle", "status"),
    [
        ({"resourceType": "Bundle", "type": "collection"}, 400),
        ({"resourceType": "Bundle"}, 400),
        ({"resourceType": "Bundle", "type": 1}, 422),
        ({"resourceType": "Patient"}, 422),
        ({"resourceType": "Bundle", "type": "batch", "entry": {}}, 400),
        (batch({"request": "x"}), 422),
        (batch({"request": {"method": 1, "url": "Patient"}}), 422),
        (
            batch(
                {
                    "resource": a_patient(),
                    "request": {"method": "POST", "url": "Patient", "ifNoneExists": "x"},
                }
            ),
            422,
        ),
        (batch({**post(a_patient()), "condition": "x"}), 422),
        ({**batch(post(a_patient())), "kind": "x"}, 422),
    ],
)
def test_a_bundle_that_is_not_made_as_one_is_refused_whole(
    fhir: httpx.Client, bundle: dict[str, Any], status: int
) -> None:
    issue_of(fhir.post("/", json=bundle), status)
    assert ids_in(fhir.get("/Patient")) == []


def test_an_empty_batch_has_an_empty_answer(fhir: httpx.Client) -> None:
    assert fhir.post("/", json={"resourceType": "Bundle", "type": "batch"}).json() == {
        "resourceType": "Bundle",
        "type": "batch-response",
    }
