"""create, read, vread, update over HTTP, as a treatment centre's system uses them."""

import json
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from resources import a_dose, a_patient

from fhir_store.gate import served_types

RAW = b'{"resourceType":"Observation",  "status":"final","code":{"text":"\\u0110or\\u0111e"},"valueQuantity":{"value":1.50}}'


def _outcome(response: httpx.Response, status: int) -> dict:
    assert response.status_code == status, response.text
    assert response.headers["content-type"].startswith("application/fhir+json")
    document = response.json()
    assert document["resourceType"] == "OperationOutcome"
    return document["issue"][0]


def test_a_created_resource_is_read_back_to_the_letter(fhir: httpx.Client) -> None:
    created = fhir.post("/Observation", content=RAW)
    assert created.status_code == 201
    assert created.headers["etag"] == 'W/"1"'
    assert created.headers["location"].startswith(f"{fhir.base_url}Observation/")
    read = fhir.get(f"/Observation/{created.json()['id']}")
    assert read.text == created.text
    assert '"value":1.50' in read.text
    assert "\\u0110or\\u0111e" in read.text
    assert read.headers["last-modified"].endswith("GMT")


def test_the_location_of_a_created_version_can_be_followed(fhir: httpx.Client) -> None:
    created = fhir.post("/Patient", json=a_patient())
    fhir.put(f"/Patient/{created.json()['id']}", json=a_patient(created.json()["id"], active=False))
    assert fhir.get(created.headers["location"]).text == created.text


def test_an_update_makes_a_version_and_may_create(fhir: httpx.Client) -> None:
    assert fhir.put("/Patient/p1", json=a_patient("p1")).status_code == 201
    second = fhir.put("/Patient/p1", json=a_patient("p1", active=True))
    assert (second.status_code, second.headers["etag"]) == (200, 'W/"2"')
    assert fhir.get("/Patient/p1/_history/1").json().get("active") is None


def test_if_match_refuses_who_has_not_seen_the_newest_version(fhir: httpx.Client) -> None:
    fhir.put("/Patient/p1", json=a_patient("p1"))
    ok = fhir.put("/Patient/p1", json=a_patient("p1", active=True), headers={"If-Match": 'W/"1"'})
    assert ok.status_code == 200
    late = fhir.put("/Patient/p1", json=a_patient("p1", active=False), headers={"If-Match": 'W/"1"'})
    assert _outcome(late, 412)["code"] == "conflict"


def test_a_client_may_ask_for_no_body(fhir: httpx.Client) -> None:
    created = fhir.post("/Patient", json=a_patient(), headers={"Prefer": "return=minimal"})
    assert (created.status_code, created.content) == (201, b"")


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("GET", "/Patient/nobody", None, 404, "not-found"),
        ("GET", "/Patient/nobody/_history/1", None, 404, "not-found"),
        ("GET", "/Patient/p1/_history/none", None, 404, "not-found"),
        ("GET", "/Basket/1", None, 404, "not-supported"),
        ("POST", "/Basket", {"resourceType": "Basket"}, 404, "not-supported"),
        ("POST", "/Patient", {"resourceType": "Observation"}, 400, "invalid"),
        ("PUT", "/Patient/p1", {"resourceType": "Patient", "id": "p2"}, 400, "invalid"),
        ("PUT", "/Patient/p1", {"resourceType": "Patient"}, 400, "invalid"),
        ("POST", "/MedicationAdministration", {"resourceType": "MedicationAdministration"}, 422, "required"),
        ("POST", "/Patient", {"resourceType": "Patient", "name": []}, 422, "structure"),
    ],
)
def test_what_cannot_be_done_is_said_as_an_operation_outcome(
    fhir: httpx.Client, method: str, path: str, body: dict | None, status: int, code: str
) -> None:
    answer = fhir.request(method, path, json=body)
    assert _outcome(answer, status)["code"] == code


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"\xff", b'{"resourceType":"Patient","id":"a","id":"b"}', b"null"]
)
def test_a_body_that_is_no_resource_is_refused(fhir: httpx.Client, body: bytes) -> None:
    assert _outcome(fhir.post("/Patient", content=body), 400)["code"] == "structure"


def test_a_refusal_names_the_element_and_never_the_value(fhir: httpx.Client) -> None:
    refused = fhir.post("/Patient", json=a_patient(gender="Kovačević"))
    issue = _outcome(refused, 422)
    assert issue["expression"] == ["Patient.gender"]
    assert "Kova" not in refused.text


def test_other_media_types_are_refused(fhir: httpx.Client) -> None:
    assert _outcome(fhir.post("/Patient", content=b"<Patient/>", headers={"Content-Type": "text/xml"}), 415)
    assert _outcome(fhir.get("/Patient", headers={"Accept": "application/fhir+xml"}), 406)
    assert _outcome(fhir.get("/Patient", params={"_format": "xml"}), 406)
    assert fhir.get("/Patient", params={"_format": "json"}).status_code == 200


def test_two_partners_with_the_same_id_do_not_overwrite_each_other(fhir: httpx.Client, token) -> None:
    fhir.put("/Patient/1", json=a_patient("1", active=True))
    other = {"Authorization": f"Bearer {token('other-centre')}"}
    assert _outcome(fhir.put("/Patient/1", json=a_patient("1"), headers=other), 409)["code"] == "conflict"
    assert fhir.get("/Patient/1").json()["active"] is True


def test_a_dose_posted_by_32_clients_at_once_is_32_doses(fhir: httpx.Client) -> None:
    def give(n: int) -> int:
        dose = a_dose(identifier=[{"system": "urn:dose", "value": str(n)}])
        return fhir.post("/MedicationAdministration", content=json.dumps(dose)).status_code

    with ThreadPoolExecutor(32) as pool:
        assert set(pool.map(give, range(32))) == {201}
    assert len(fhir.get("/MedicationAdministration", params={"_count": "100"}).json()["entry"]) == 32


def test_the_capabilities_are_what_the_interactions_offer(fhir: httpx.Client, served: str) -> None:
    statement = httpx.get(f"{served}/fhir/metadata").json()
    assert (statement["resourceType"], statement["fhirVersion"]) == ("CapabilityStatement", "4.0.1")
    (rest,) = statement["rest"]
    system = {one["code"] for one in rest["interaction"]}
    assert system == {"transaction", "batch", "search-system", "history-system"}
    assert [one["type"] for one in rest["resource"]] == sorted(served_types())
    for resource in rest["resource"]:
        assert {one["code"] for one in resource["interaction"]} == {
            *("create", "read", "vread", "update", "patch", "delete"),
            *("history-instance", "history-type", "search-type"),
        }


def test_what_the_capabilities_promise_about_conditions_holds(fhir: httpx.Client) -> None:
    for resource in fhir.get("/metadata").json()["rest"][0]["resource"]:
        assert resource["versioning"] == "versioned-update"
        assert resource["updateCreate"] is True
        assert resource["conditionalCreate"] is True
        assert resource["conditionalUpdate"] is True
        assert resource["conditionalDelete"] == "single"
        assert resource["conditionalRead"] == "full-support"


def test_every_search_parameter_that_is_promised_is_understood(fhir: httpx.Client) -> None:
    values = {"date": "2026-01-01", "number": "1", "quantity": "1", "composite": None, "near": "42.4|19.3"}
    for resource in fhir.get("/metadata").json()["rest"][0]["resource"]:
        for parameter in resource["searchParam"]:
            if (
                value := values.get("near" if parameter["name"] == "near" else parameter["type"], "x")
            ) is not None:
                answer = fhir.get(f"/{resource['type']}", params={parameter["name"]: value})
                assert answer.status_code == 200, (resource["type"], parameter, answer.text)
