"""Clients that have ids of their own: their Patient/1 is kept under an id of ours, apart from anybody else's."""

from base64 import b64encode
from collections.abc import Iterable
from typing import Any

import httpx
import pytest
from answers import ids_in, issue_of, statuses
from resources import a_dose, a_patient, post, put, transaction

from fhir_store.identities import local_id

NORTH = "https://north.example/fhir"
SOUTH = "https://south.example/fhir"
NUMBER = [{"system": "urn:prison", "value": "4711"}]
BY_NUMBER = "/Patient?identifier=urn:prison|4711"
OURS = local_id(NORTH, "Patient", "1")


@pytest.fixture
def north(connect) -> httpx.Client:
    client: httpx.Client = connect("north", source=NORTH)
    return client


def subject(client: httpx.Client, dose: str) -> str:
    found = client.get(f"/MedicationAdministration/{dose}")
    assert found.status_code == 200, found.text
    return str(found.json()["subject"]["reference"])


def test_an_id_of_a_source_is_kept_under_one_of_ours(north: httpx.Client, fhir: httpx.Client) -> None:
    created = north.put("/Patient/1", json=a_patient("1"))
    assert (created.status_code, created.json()["id"]) == (201, OURS)
    assert created.headers["location"].endswith(f"/Patient/{OURS}/_history/1")
    assert fhir.get("/Patient/1").status_code == 404


def test_it_is_found_and_updated_by_either_id(north: httpx.Client) -> None:
    north.put("/Patient/1", json=a_patient("1"))
    assert north.put("/Patient/1", json=a_patient("1", active=True)).headers["etag"] == 'W/"2"'
    assert north.put(f"/Patient/{OURS}", json=a_patient(OURS, active=False)).headers["etag"] == 'W/"3"'
    assert north.get("/Patient/1").text == north.get(f"/Patient/{OURS}").text
    assert north.get("/Patient/1/_history/1").status_code == 200
    assert len(north.get("/Patient/1/_history").json()["entry"]) == 3
    assert ids_in(north.get("/Patient/1/$everything")) == [OURS]
    patch = [{"op": "add", "path": "/gender", "value": "male"}]
    headers = {"Content-Type": "application/json-patch+json"}
    assert north.patch("/Patient/1", json=patch, headers=headers).status_code == 200
    assert north.delete("/Patient/1").status_code == 204
    assert north.get(f"/Patient/{OURS}").status_code == 410


def test_the_same_id_of_others_is_another_person(north: httpx.Client, fhir: httpx.Client, connect) -> None:
    south = connect("south", source=SOUTH)
    clients: Iterable[httpx.Client] = (north, south, fhir)
    ids = {client.put("/Patient/1", json=a_patient("1")).json()["id"] for client in clients}
    assert ids == {OURS, local_id(SOUTH, "Patient", "1"), "1"}
    issue_of(south.put(f"/Patient/{OURS}", json=a_patient(OURS)), 409)


def test_two_clients_of_one_source_mean_the_same(north: httpx.Client, connect) -> None:
    again = connect("north-laboratory", source=f"{NORTH}/")
    north.put("/Patient/1", json=a_patient("1"))
    assert again.put("/Patient/1", json=a_patient("1", active=True)).headers["etag"] == 'W/"2"'


@pytest.mark.parametrize(
    ("reference", "kept"),
    [
        ("Patient/1", f"Patient/{OURS}"),
        ("Patient/1/_history/2", f"Patient/{OURS}/_history/2"),
        (f"{NORTH}/Patient/1", f"Patient/{OURS}"),
        (f"{SOUTH}/Patient/1", f"Patient/{local_id(SOUTH, 'Patient', '1')}"),
        (f"Patient/{OURS}", f"Patient/{OURS}"),
        ("https://unknown.example/fhir/Patient/1", "https://unknown.example/fhir/Patient/1"),
    ],
)
def test_references_of_a_source_are_to_its_own_records(
    north: httpx.Client, connect, reference: str, kept: str
) -> None:
    connect("south", source=SOUTH)
    north.put("/Patient/1", json=a_patient("1"))
    dose = north.post("/MedicationAdministration", json=a_dose(subject={"reference": reference})).json()
    assert dose["subject"]["reference"] == kept


def test_absolute_references_to_a_known_source_are_turned_whoever_sends_them(
    fhir: httpx.Client, north: httpx.Client
) -> None:
    north.put("/Patient/1", json=a_patient("1"))
    fhir.put("/MedicationAdministration/d1", json=a_dose("d1", subject={"reference": f"{NORTH}/Patient/1"}))
    assert subject(fhir, "d1") == f"Patient/{OURS}"


def test_a_transaction_of_a_source_keeps_its_ids_apart(north: httpx.Client, fhir: httpx.Client) -> None:
    bundle = transaction(
        {**put(a_patient("1")), "fullUrl": f"{NORTH}/Patient/1"},
        put(a_dose("d1", patient="1")),
        post(a_dose(patient="1")),
    )
    assert statuses(north.post("/", json=bundle)) == ["201 Created"] * 3
    assert statuses(north.post("/", json=bundle))[:2] == ["200 OK"] * 2
    assert subject(north, "d1") == f"Patient/{OURS}"
    assert len(ids_in(fhir.get(f"/MedicationAdministration?subject=Patient/{OURS}"))) == 3


def test_a_conditional_update_of_a_source_keeps_its_ids_apart(
    north: httpx.Client, fhir: httpx.Client
) -> None:
    fhir.put("/Patient/1", json=a_patient("1"))
    body = a_patient("1", identifier=NUMBER)
    assert north.put(BY_NUMBER, json=body).json()["id"] == OURS
    assert north.put(BY_NUMBER, json=body).headers["etag"] == 'W/"2"'
    inside = {"resource": body, "request": {"method": "PUT", "url": BY_NUMBER.strip("/")}}
    assert statuses(north.post("/", json=transaction(inside))) == ["200 OK"]
    assert fhir.get("/Patient/1").headers["etag"] == 'W/"1"'


@pytest.mark.parametrize("within", [False, True])
def test_a_patch_of_a_source_refers_to_its_own_records(
    north: httpx.Client, fhir: httpx.Client, within: bool
) -> None:
    fhir.put("/Patient/2", json=a_patient("2"))
    north.put("/MedicationAdministration/d1", json=a_dose("d1", patient="1"))
    patch = b'[{"op":"add","path":"/performer","value":[{"actor":{"reference":"Patient/2"}}]}]'
    if within:
        binary = {"resourceType": "Binary", "contentType": "application/json-patch+json"}
        binary["data"] = b64encode(patch).decode()
        request = {"method": "PATCH", "url": "MedicationAdministration/d1"}
        assert statuses(north.post("/", json=transaction({"resource": binary, "request": request}))) == [
            "200 OK"
        ]
    else:
        headers = {"Content-Type": "application/json-patch+json"}
        assert north.patch("/MedicationAdministration/d1", content=patch, headers=headers).status_code == 200
    dose: dict[str, Any] = north.get("/MedicationAdministration/d1").json()
    assert dose["performer"][0]["actor"]["reference"] == f"Patient/{local_id(NORTH, 'Patient', '2')}"
    assert dose["subject"]["reference"] == f"Patient/{OURS}", (
        "what was there stays, though its target is not here"
    )


def test_a_source_searches_its_own_patients_compartment(north: httpx.Client, fhir: httpx.Client) -> None:
    fhir.put("/Patient/1", json=a_patient("1"))
    fhir.put("/MedicationAdministration/d9", json=a_dose("d9", patient="1"))
    north.put("/Patient/1", json=a_patient("1"))
    mine = north.put("/MedicationAdministration/d1", json=a_dose("d1", patient="1")).json()["id"]
    assert ids_in(north.get("/Patient/1/MedicationAdministration")) == [mine]
