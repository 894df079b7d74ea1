"""FHIR resources of opioid agonist treatment besides the doses, as fhir/shapes.md writes them."""

from typing import Any

from spec.world import ATC, Json, reference

EXTENSION = "urn:throughcare:extension:"
OURS = "urn:throughcare:code-system:"


def ours(system: str, code: str) -> Json:
    """A concept in one of our own code systems."""
    return {"coding": [{"system": f"{OURS}{system}", "code": code}]}


def order(
    id_: str = "order",
    *,
    person: str | None = "amina",
    code: str = "N07BC02",
    start: str | None = "2025-03-01",
    end: str | None = None,
    repeat: Json | None = None,
    requester: str | None = None,
    **other: Any,
) -> Json:
    """A MedicationRequest of OAT, once a day unless `repeat` says otherwise; `other` members replace or add."""
    resource = {
        "resourceType": "MedicationRequest",
        "id": id_,
        "status": "active",
        "intent": "order",
        "medicationCodeableConcept": {"coding": [{"system": ATC, "code": code}]},
        "subject": reference("Patient", person),
        "requester": reference("Organization", requester),
        "dosageInstruction": [{"timing": {"repeat": repeat or every(1)}}],
        "dispenseRequest": {"validityPeriod": _without_none({"start": start, "end": end})},
    }
    return _without_none(resource | other)


def every(period: float, unit: str = "d", frequency: int | None = 1) -> Json:
    """A Timing.repeat: so many times in a period."""
    return _without_none({"frequency": frequency, "period": period, "periodUnit": unit})


def hold(
    id_: str = "hold",
    *,
    reason: str = "clinical",
    start: str | None = "2025-03-02",
    end: str | None = None,
    status: str = "active",
    **other: Any,
) -> Json:
    """A Flag on amina's order; `other` members replace or add."""
    resource = {
        "resourceType": "Flag",
        "id": id_,
        "status": status,
        "code": ours("hold", reason),
        "subject": reference("Patient", "amina"),
        "period": _without_none({"start": start, "end": end}),
    }
    return _without_none(resource | other)


def depot(days: int) -> dict[str, list[Json]]:
    """The extension of an administration that says how many days it covers."""
    return {"extension": [{"url": f"{EXTENSION}covers-days", "valuePositiveInt": days}]}


def names_order(id_: str) -> dict[str, Json]:
    """The member of an administration that says which order it carries out."""
    return {"request": {"reference": f"MedicationRequest/{id_}"}}


def _without_none(members: Json) -> Json:
    return {name: value for name, value in members.items() if value is not None}
