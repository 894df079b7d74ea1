"""FHIR clients that others wrote work with this server without knowing it."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from fhirclient.client import FHIRClient
from fhirclient.models.medicationadministration import MedicationAdministration
from fhirclient.models.patient import Patient
from resources import a_dose, a_patient

NODE = Path(__file__).parents[2] / "node"


@pytest.mark.node
def test_fhir_kit_client_creates_reads_searches_pages_and_transacts(served: str, token) -> None:
    if not shutil.which("node") or not (NODE / "node_modules").is_dir():
        pytest.skip("Node is not installed")
    command = ["node", "session.mjs", f"{served}/fhir", token()]
    ran = subprocess.run(command, cwd=NODE, capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout) == {
        "fhirVersion": "4.0.1",
        "created": True,
        "version": "2",
        "firstVersionWasActive": None,
        "transaction": ["201 Created"] * 3,
        "pages": [2, 1],
        "unknownParameter": 400,
        "outcome": "OperationOutcome",
    }


@pytest.fixture
def foreign(served: str, token) -> Iterator[FHIRClient]:
    """The SMART project's Python client."""
    client = FHIRClient(settings={"app_id": "test", "api_base": f"{served}/fhir"})
    client.server.session.headers["Authorization"] = f"Bearer {token()}"
    yield client
    client.server.session.close()


def test_fhirclient_creates_updates_reads_and_searches(foreign: FHIRClient) -> None:
    patient = Patient(a_patient("p1", identifier=[{"system": "urn:n", "value": "7"}]))
    patient.update(foreign.server)
    dose = MedicationAdministration(a_dose(patient="p1")).create(foreign.server)
    assert dose["id"]
    patient.active = True
    assert patient.update(foreign.server)["meta"]["versionId"] == "2"
    assert Patient.read("p1", foreign.server).active is True
    found = Patient.where({"identifier": "urn:n|7"}).perform_resources_iter(foreign.server)
    assert [one.id for one in found] == ["p1"]
    doses = MedicationAdministration.where({"patient": "p1", "status": "completed"}).perform_resources_iter(
        foreign.server
    )
    assert [one.id for one in doses] == [dose["id"]]
