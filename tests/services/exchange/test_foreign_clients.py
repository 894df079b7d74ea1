"""FHIR clients that others wrote work with this server without knowing it."""

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fhirclient.client import FHIRClient
from fhirclient.models.bundle import Bundle
from fhirclient.models.medicationadministration import MedicationAdministration
from fhirclient.models.patient import Patient
from fhirpy import SyncFHIRClient
from fhirpy.base.exceptions import OperationOutcome, ResourceNotFound
from resources import a_dose, a_patient, post, put, transaction

NODE = Path(__file__).parents[2] / "node"

ACTIVATE = {
    "resourceType": "Parameters",
    "parameter": [
        {
            "name": "operation",
            "part": [
                {"name": "type", "valueCode": "replace"},
                {"name": "path", "valueString": "Patient.active"},
                {"name": "value", "valueBoolean": False},
            ],
        }
    ],
}


@pytest.mark.node
def test_fhir_kit_client_does_all_it_can(served: str, token: Callable[..., str]) -> None:
    if not shutil.which("node") or not (NODE / "node_modules").is_dir():
        pytest.skip("Node is not installed")
    command = ["node", "session.mjs", f"{served}/fhir", token()]
    ran = subprocess.run(command, cwd=NODE, capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout) == {
        "fhirVersion": "4.0.1",
        "canPatchPatients": True,
        "created": True,
        "createdTwice": True,
        "version": "2",
        "firstVersionWasActive": None,
        "patched": {"active": False, "version": "3"},
        "transaction": ["201 Created"] * 3,
        "pages": [2, 1],
        "byModifier": 2,
        "included": ["MedicationAdministration", "Patient"],
        "inCompartment": 3,
        "everything": 4,
        "history": ["3", "2", "1"],
        "typeHistory": 3,
        "deleted": 410,
        "unknownParameter": 400,
        "outcome": "OperationOutcome",
    }


@pytest.fixture
def foreign(served: str, token: Callable[..., str]) -> Iterator[FHIRClient]:
    """The SMART project's Python client."""
    client = FHIRClient(settings={"app_id": "test", "api_base": f"{served}/fhir"})
    client.server.session.headers["Authorization"] = f"Bearer {token()}"
    yield client
    client.server.session.close()


@pytest.fixture
def three_doses(foreign: FHIRClient) -> FHIRClient:
    """A person and three doses, sent by fhirclient as one transaction."""
    patient = a_patient("p1", identifier=[{"system": "urn:n", "value": "7"}], active=True)
    doses = [post(a_dose(patient="p1", at=f"2026-03-0{day}T06:00:00+01:00")) for day in (1, 2, 3)]
    answer = Bundle(transaction(put(patient), *doses)).create(foreign.server)
    assert [one["response"]["status"] for one in answer["entry"]] == ["201 Created"] * 4
    return foreign


def test_fhirclient_creates_updates_reads_and_deletes(foreign: FHIRClient) -> None:
    patient = Patient(a_patient("p1", identifier=[{"system": "urn:n", "value": "7"}]))
    patient.update(foreign.server)
    dose = MedicationAdministration(a_dose(patient="p1")).create(foreign.server)
    assert dose["id"]
    patient.active = True
    assert patient.update(foreign.server)["meta"]["versionId"] == "2"
    assert Patient.read("p1", foreign.server).active is True
    history = foreign.server.request_json("Patient/p1/_history")
    assert [one["resource"]["meta"]["versionId"] for one in history["entry"]] == ["2", "1"]
    read = MedicationAdministration.read(dose["id"], foreign.server)
    read.delete()
    with pytest.raises(Exception, match="410"):
        MedicationAdministration.read(dose["id"], foreign.server)


def test_fhirclient_searches_with_modifiers_and_includes_and_pages_through_all(
    three_doses: FHIRClient,
) -> None:
    server = three_doses.server
    found = Patient.where({"identifier": "urn:n|7", "family:exact": "DEMO"}).perform_resources_iter(server)
    assert [one.id for one in found] == ["p1"]
    assert list(Patient.where({"family:exact": "demo"}).perform_resources_iter(server)) == []
    few = MedicationAdministration.where({"patient": "p1", "_count": "2"})
    assert [len(page.entry) for page in few.perform_iter(server)] == [2, 1]
    assert len({one.id for one in few.perform_resources_iter(server)}) == 3
    with_patient = MedicationAdministration.where({"status": "completed"}).include("subject")
    (included,) = with_patient.perform_iter(server)
    assert [one.search.mode for one in included.entry] == ["match"] * 3 + ["include"]


def test_fhirclient_creates_on_condition(foreign: FHIRClient) -> None:
    patient = Patient(a_patient(identifier=[{"system": "urn:n", "value": "7"}]))
    foreign.server.session.headers["If-None-Exist"] = "identifier=urn:n|7"
    first, second = patient.create(foreign.server), patient.create(foreign.server)
    assert first["id"] == second["id"]


@pytest.fixture
def fhirpy(served: str, token: Callable[..., str]) -> SyncFHIRClient:
    """The client of the Aidbox community."""
    return SyncFHIRClient(f"{served}/fhir", authorization=f"Bearer {token()}")


def test_fhirpy_creates_reads_updates_patches_and_deletes(fhirpy: SyncFHIRClient) -> None:
    patient = fhirpy.resource("Patient", **a_patient(active=True)).create()
    patient["birthDate"] = "1980-05-17"
    patient.save()
    assert fhirpy.reference("Patient", patient.id).to_resource()["birthDate"] == "1980-05-17"
    fhirpy.execute(f"Patient/{patient.id}", method="patch", data=ACTIVATE)
    assert patient.refresh()["active"] is False
    history = fhirpy.execute(f"Patient/{patient.id}/_history", method="get")
    assert [one["resource"]["meta"]["versionId"] for one in history["entry"]] == ["3", "2", "1"]
    assert patient.is_valid()
    patient.delete()
    with pytest.raises(ResourceNotFound):
        fhirpy.get("Patient", patient.id)


def test_fhirpy_transacts_searches_includes_and_pages_through_all(fhirpy: SyncFHIRClient) -> None:
    doses = [post(a_dose(patient="p1", at=f"2026-03-0{day}T06:00:00+01:00")) for day in (1, 2, 3)]
    answered = fhirpy.execute("", data=transaction(put(a_patient("p1")), *doses))
    assert [one["response"]["status"] for one in answered["entry"]] == ["201 Created"] * 4
    given = fhirpy.resources("MedicationAdministration").search(patient="p1")
    assert len(given.limit(2).fetch()) == 2
    assert len({one.id for one in given.limit(2).fetch_all()}) == 3
    assert len(given.search(effective_time__ge="2026-03-02").fetch_all()) == 2
    assert len(given.search(status__not="completed").fetch_all()) == 0
    raw = given.include("MedicationAdministration", "patient").fetch_raw()
    assert [one["search"]["mode"] for one in raw["entry"]] == ["match"] * 3 + ["include"]


def test_fhirpy_creates_on_condition_and_hears_of_what_is_refused(
    served: str, token: Callable[..., str]
) -> None:
    client = SyncFHIRClient(
        f"{served}/fhir",
        authorization=f"Bearer {token()}",
        extra_headers={"If-None-Exist": "identifier=urn:n|7"},
    )
    person = a_patient(identifier=[{"system": "urn:n", "value": "7"}])
    first, second = (client.resource("Patient", **person).create() for _ in range(2))
    assert first.id == second.id
    with pytest.raises(OperationOutcome, match="not supported"):
        client.resources("Patient").search(favourite="blue").fetch()
    # Its own way to create on condition is not FHIR's: ignoring the criteria would make a second person.
    with pytest.raises(OperationOutcome, match="no parameters"):
        client.resources("Patient").search(identifier="urn:n|7").get_or_create(
            client.resource("Patient", **person)
        )
    assert len(client.resources("Patient").fetch_all()) == 1
