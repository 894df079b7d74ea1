"""FHIR records of HIV care as fhir/shapes.md has them; further members replace or add."""

from typing import Any

from spec.world import ATC, Json, reference

OURS = "urn:throughcare:code-system:"
EXTENSION = "urn:throughcare:extension:"
WHO = "http://smart.who.int/hiv/CodeSystem/HIVConcepts"
LOINC = "http://loinc.org"
ICD10 = "http://hl7.org/fhir/sid/icd-10"
CERTAINTY = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
POSITIVE, NEGATIVE, INCONCLUSIVE = "HIV.B.DE112", "HIV.B.DE113", "HIV.B.DE114"


def concept(*codings: tuple[str, str]) -> Json:
    return {"coding": [{"system": system, "code": code} for system, code in codings]}


def hiv_test(id_: str, outcome: str = NEGATIVE, **other: Any) -> Json:
    """One run of the testing algorithm, the result given on the same day."""
    return _observation(
        id_,
        code=concept((WHO, "HIV.B.DE81"), (LOINC, "68961-2")),
        issued="2025-03-01T10:00:00+01:00",
        valueCodeableConcept=concept((WHO, outcome)),
    ) | _members(other)


def assay(id_: str, result: str = "reactive", **other: Any) -> Json:
    return _observation(
        id_,
        code=concept((OURS + "observation", "hiv-assay")),
        valueCodeableConcept=concept((OURS + "assay-result", result)),
    ) | _members(other)


def offer(id_: str, answer: str = "accepted", **other: Any) -> Json:
    return _observation(
        id_,
        code=concept((OURS + "observation", "hiv-test-offer")),
        valueCodeableConcept=concept((OURS + "offer", answer)),
    ) | _members(other)


def viral_load(id_: str, copies: float | None = None, *, comparator: str | None = None, **other: Any) -> Json:
    """A result in copies/mL, or with another value."""
    said = _members({"value": copies, "comparator": comparator, "unit": "{copies}/mL"})
    quantity = {} if copies is None else {"valueQuantity": said}
    return _observation(id_, code=concept((LOINC, "20447-9")), **quantity) | _members(other)


def diagnosis(id_: str, certainty: str | None = "confirmed", **other: Any) -> Json:
    said = {"verificationStatus": concept((CERTAINTY, certainty))} if certainty else {}
    return {
        "resourceType": "Condition",
        "id": id_,
        "code": concept((ICD10, "B24")),
        "subject": reference("Patient", "amina"),
        "onsetDateTime": "2025-03-01",
    } | (said | _members(other))


def dispense(id_: str, atc: str = "J05AR27", days: float | None = 30, **other: Any) -> Json:
    supply = {} if days is None else {"daysSupply": {"value": days, "unit": "d"}}
    return {
        "resourceType": "MedicationDispense",
        "id": id_,
        "status": "completed",
        "medicationCodeableConcept": concept((ATC, atc)),
        "subject": reference("Patient", "amina"),
        "whenHandedOver": "2025-03-01T10:00:00+01:00",
    } | (supply | _members(other))


def statement(id_: str, atc: str = "J05AR27", **other: Any) -> Json:
    return {
        "resourceType": "MedicationStatement",
        "id": id_,
        "status": "active",
        "medicationCodeableConcept": concept((ATC, atc)),
        "subject": reference("Patient", "amina"),
        "effectivePeriod": {"start": "2025-03-01"},
    } | _members(other)


def programme(id_: str, name: str = "hiv", **other: Any) -> Json:
    return {
        "resourceType": "EpisodeOfCare",
        "id": id_,
        "status": "active",
        "type": [concept((OURS + "programme", name))],
        "patient": reference("Patient", "amina"),
        "managingOrganization": reference("Organization", "clinic"),
        "period": {"start": "2025-03-01"},
    } | _members(other)


def extension(**values: tuple[str, Any]) -> list[Json]:
    """Extensions of ours: name=(member, value), the dashes of a name as underscores."""
    return [
        {"url": EXTENSION + name.replace("_", "-"), member: value} for name, (member, value) in values.items()
    ]


def _observation(id_: str, **members: Any) -> Json:
    return {
        "resourceType": "Observation",
        "id": id_,
        "status": "final",
        "subject": reference("Patient", "amina"),
        "effectiveDateTime": "2025-03-01T09:00:00+01:00",
    } | members


def _members(given: Json) -> Json:
    return {name: value for name, value in given.items() if value is not None}
