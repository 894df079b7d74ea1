"""Which part of the safety set a resource belongs to."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from clinical.safety_set.codes import HOLD, PREGNANCY, SEDATIVES, codings, is_in


class Kind(StrEnum):
    """What a resource is to somebody who is about to give a medicine."""

    PERSON = "person"
    """Who it is."""
    ALLERGY = "allergy"
    HOLD = "hold"
    """Nothing may be given before somebody has looked."""
    MEDICINE = "medicine"
    """Ordered, taken, handed out or given; the last dose is one of these."""
    SEDATIVE = "sedative"
    """A medicine that makes sleepy or slows the breath."""
    PREGNANCY = "pregnancy"
    WARNING = "warning"
    """Of an interaction or dose: what to do is always shown, why is not."""


MEDICINES = frozenset(
    {"MedicationRequest", "MedicationAdministration", "MedicationDispense", "MedicationStatement"}
)
BY_TYPE = {
    "Patient": Kind.PERSON,
    "AllergyIntolerance": Kind.ALLERGY,
    "DetectedIssue": Kind.WARNING,
}


def kind_of(resource: Mapping[str, Any]) -> Kind | None:
    """The part that a resource, which has passed the gate, belongs to; None if it is not of the safety set."""
    type_ = resource["resourceType"]
    if type_ in MEDICINES:
        return (
            Kind.SEDATIVE
            if is_in(SEDATIVES, resource.get("medicationCodeableConcept", {}))
            else Kind.MEDICINE
        )
    code = resource.get("code", {})
    if type_ == "Flag" and any(coding.get("system") == HOLD for coding in codings(code)):
        return Kind.HOLD
    if type_ in {"Observation", "Condition"} and is_in(PREGNANCY, code):
        return Kind.PREGNANCY
    return BY_TYPE.get(type_)
