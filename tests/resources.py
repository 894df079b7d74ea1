"""Build FHIR resources for tests; only what matters is named."""

import json
from typing import Any

from fhir_store.json_text import ResourceText, parse

ATC = "http://www.whocc.no/atc"
METHADONE = {"coding": [{"system": ATC, "code": "N07BC02"}]}


def a_patient(id_: str | None = None, **elements: Any) -> dict[str, Any]:
    return _resource("Patient", id_, {"name": [{"family": "DEMO"}], **elements})


def an_organization(id_: str | None = None, **elements: Any) -> dict[str, Any]:
    return _resource("Organization", id_, {"name": "DEMO Prison", **elements})


def a_dose(
    id_: str | None = None, *, patient: str = "p1", at: str = "2026-03-01T06:10:00+01:00", **elements: Any
) -> dict[str, Any]:
    base = {
        "status": "completed",
        "medicationCodeableConcept": METHADONE,
        "subject": {"reference": f"Patient/{patient}"},
        "effectiveDateTime": at,
        "dosage": {"dose": {"value": 60, "unit": "mg", "system": "http://unitsofmeasure.org", "code": "mg"}},
    }
    return _resource("MedicationAdministration", id_, {**base, **elements})


def a_stay(
    id_: str | None = None, *, patient: str = "p1", prison: str = "prison", **elements: Any
) -> dict[str, Any]:
    base = {
        "status": "in-progress",
        "class": {"system": "urn:throughcare:code-system:encounter-class", "code": "custody"},
        "subject": {"reference": f"Patient/{patient}"},
        "serviceProvider": {"reference": f"Organization/{prison}"},
        "period": {"start": "2026-01-05T14:00:00+01:00"},
    }
    return _resource("Encounter", id_, {**base, **elements})


def an_observation(id_: str | None = None, *, patient: str = "p1", **elements: Any) -> dict[str, Any]:
    base = {
        "status": "final",
        "code": {"coding": [{"system": "urn:x", "code": "cows"}]},
        "subject": {"reference": f"Patient/{patient}"},
    }
    return _resource("Observation", id_, {**base, **elements})


def _resource(type_: str, id_: str | None, elements: dict[str, Any]) -> dict[str, Any]:
    named = {"id": id_} if id_ else {}
    return {"resourceType": type_, **named, **elements}


def text_of(resource: dict[str, Any]) -> ResourceText:
    """A resource as the store takes it."""
    return parse(json.dumps(resource).encode())


def transaction(*entries: dict[str, Any]) -> dict[str, Any]:
    return {"resourceType": "Bundle", "type": "transaction", "entry": list(entries)}


def post(resource: dict[str, Any], full_url: str | None = None) -> dict[str, Any]:
    named = {"fullUrl": full_url} if full_url else {}
    return {**named, "resource": resource, "request": {"method": "POST", "url": resource["resourceType"]}}


def put(resource: dict[str, Any]) -> dict[str, Any]:
    return {
        "resource": resource,
        "request": {"method": "PUT", "url": f"{resource['resourceType']}/{resource['id']}"},
    }
