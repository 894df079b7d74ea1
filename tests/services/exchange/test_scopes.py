"""A client sees the types that its scopes name, whichever way it asks."""

from typing import Any

import httpx
import pytest
from answers import ids_in, issue_of, resources_in
from resources import a_dose, a_patient, an_observation, transaction

SCOPE = "system/Patient.rs system/MedicationAdministration.rs"


@pytest.fixture
def patients_only(fhir: httpx.Client, connect) -> httpx.Client:
    """A client that may see everything here but Observations."""
    for resource in (
        a_patient("p1"),
        an_observation("o1", patient="p1", valueString="SECRET"),
        a_dose("d1", patient="p1", reasonReference=[{"reference": "Observation/o1"}]),
    ):
        fhir.put(f"/{resource['resourceType']}/{resource['id']}", json=resource)
    client: httpx.Client = connect(scope=SCOPE)
    return client


@pytest.mark.parametrize(
    "path",
    [
        "/Observation",
        "/Observation?_id=o1",
        "/Observation/o1",
        "/Observation/o1/_history",
        "/Observation/o1/_history/1",
        "/Observation/_history",
        "/Observation/o1/$validate",
        "/Patient/p1/Observation",
    ],
)
def test_what_is_not_in_the_scope_is_forbidden(patients_only: httpx.Client, path: str) -> None:
    issue_of(patients_only.get(path), 403)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/Patient?_revinclude=Observation:subject", ["p1"]),
        ("/Patient?_revinclude=Observation:*", ["p1"]),
        ("/Patient?_revinclude=*", ["p1", "d1"]),
        ("/Patient?_has:Observation:subject:code=cows", []),
        ("/Patient?_has:MedicationAdministration:subject:status=completed", ["p1"]),
        ("/MedicationAdministration?_include=MedicationAdministration:reason-reference", ["d1"]),
        ("/MedicationAdministration?_include=*", ["d1", "p1"]),
        ("/MedicationAdministration?reason-reference:Observation.code=cows", []),
        ("/MedicationAdministration?patient._has:Observation:subject:code=cows", []),
        ("/?_type=Patient,Observation", ["p1"]),
        ("/?_type=Observation", []),
        ("/?_id=o1", []),
        ("/_history", ["d1", "p1"]),
        ("/Patient/p1/$everything", ["p1", "d1"]),
        ("/Patient/p1/$everything?_type=Observation", []),
    ],
)
def test_no_way_leads_to_what_is_not_in_the_scope(
    fhir: httpx.Client, patients_only: httpx.Client, path: str, expected: list[str]
) -> None:
    answer = patients_only.get(path)
    if answer.status_code == 400:  # not supported for anybody
        issue_of(fhir.get(path), 400)
        return
    assert ids_in(answer) == expected
    assert "SECRET" not in answer.text
    assert "SECRET" in fhir.get(path).text or expected != ["p1"] or "_has:M" in path


def test_a_total_does_not_count_what_is_hidden(patients_only: httpx.Client) -> None:
    assert patients_only.get("/?_type=Patient,Observation&_total=accurate").json()["total"] == 1
    assert patients_only.get("/?_type=Patient,Observation&_summary=count").json()["total"] == 1


@pytest.mark.parametrize(
    "url", ["Observation/o1", "Observation", "Observation/_history", "Patient/p1/Observation"]
)
def test_no_bundle_leads_to_what_is_not_in_the_scope(patients_only: httpx.Client, url: str) -> None:
    bundle: dict[str, Any] = transaction({"request": {"method": "GET", "url": url}})
    refused = patients_only.post("/", json=bundle)
    issue_of(refused, 403)
    within = patients_only.post("/", json={**bundle, "type": "batch"})
    assert within.json()["entry"][0]["response"]["status"] == "403 Forbidden"
    assert "SECRET" not in refused.text + within.text


def test_bundles_search_within_the_scope(patients_only: httpx.Client) -> None:
    url = "Patient?_revinclude=Observation:subject"
    for kind in ("batch", "transaction"):
        bundle = {**transaction({"request": {"method": "GET", "url": url}}), "type": kind}
        (found,) = resources_in(patients_only.post("/", json=bundle))
        assert [one["resource"]["id"] for one in found["entry"]] == ["p1"]


def test_a_condition_does_not_tell_whether_what_is_hidden_exists(fhir: httpx.Client, connect) -> None:
    fhir.put("/Patient/p1", json=a_patient("p1", active=True))
    fhir.put("/Observation/o1", json=an_observation("o1", patient="p1"))
    client = connect(scope="system/Patient.cruds")
    condition = {"If-None-Exist": "_has:Observation:subject:code=cows"}
    assert client.post("/Patient", json=a_patient(), headers=condition).status_code == 201
