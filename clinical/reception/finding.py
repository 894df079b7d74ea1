"""Findings and medicines as reception writes them: what the person said, who wrote it down, and where."""

from collections.abc import Iterable
from typing import Any

from clinical.oat.shapes import ATC, Json, concept, extension, reference, without_none, written
from clinical.reception.answer import Answer
from clinical.reception.question import Known, Recorded


def observation(known: Known, code: Json, **value: Any) -> dict[str, Any]:
    """A finding of now."""
    return without_none(
        {
            "resourceType": "Observation",
            "status": "final",
            "code": code,
            "subject": reference("Patient", known.patient),
            "effectiveDateTime": written(known.at),
            "issued": written(known.at),
            "performer": [reference("Practitioner", known.by), reference("Organization", known.facility)],
            **value,
        }
    )


def taken(known: Known, atc: str, display: str, status: str = "active") -> dict[str, Any]:
    """A medicine that the person says they take; nobody has seen it."""
    return {
        "resourceType": "MedicationStatement",
        "extension": [extension("recorder", valueReference=reference("Practitioner", known.by))],
        "status": status,
        "medicationCodeableConcept": {"coding": [{"system": ATC, "code": atc, "display": display}]},
        "subject": reference("Patient", known.patient),
        "effectiveDateTime": written(known.at),
        "dateAsserted": written(known.at),
        "informationSource": reference("Patient", known.patient),
    }


def each_taken(known: Known, answer: Answer | None, listed: Iterable[tuple[str, str, str]]) -> Recorded:
    """A MedicationStatement for each choice that was taken: (choice, ATC code, English name). The others are errors."""
    for choice, atc, display in listed:
        is_taken = answer is not None and answer.says(choice)
        yield f"takes-{choice}", taken(known, atc, display) if is_taken else None


def loinc(code: str) -> dict[str, Any]:
    """A concept of LOINC."""
    return concept(("http://loinc.org", code))
