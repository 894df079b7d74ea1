"""What is shown of a resource of the safety set to whoever may not see the whole of it.

Only the elements named here are kept, none of them free text. A code whose labels may not be seen gives way to one of
ours: "other medicine: ask the prescriber". A sedative is always named, and nothing says what it is given for.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from clinical.labels import Label, labels_of
from clinical.safety_set.codes import SEDATIVES, codings
from clinical.safety_set.kind import Kind, kind_of

Json = Mapping[str, Any]
MaySee = Callable[[frozenset[Label]], bool]

SAFETY = "urn:throughcare:code-system:safety"

IN_PLACE_OF = {
    Kind.ALLERGY: {
        "system": SAFETY,
        "code": "other-substance",
        "display": "other substance: ask the prescriber",
    },
    Kind.HOLD: {"system": SAFETY, "code": "hold", "display": "held: ask the prescriber"},
    Kind.MEDICINE: {
        "system": SAFETY,
        "code": "other-medicine",
        "display": "other medicine: ask the prescriber",
    },
    Kind.PREGNANCY: {"system": SAFETY, "code": "pregnancy", "display": "pregnancy: ask the prescriber"},
    Kind.WARNING: {"system": SAFETY, "code": "warning", "display": "warning: ask the prescriber"},
}
"""What is shown in place of a code whose labels may not be seen."""

KEPT = frozenset(
    {
        "resourceType", "id", "status", "intent", "criticality",
        "effectiveDateTime", "effectivePeriod", "authoredOn", "whenHandedOver", "period", "onsetDateTime",
        "severity", "identifiedDateTime", "identifiedPeriod",
        "active", "name", "gender", "birthDate", "deceasedBoolean", "deceasedDateTime",
    }
)  # fmt: skip
"""Elements that are shown as they are."""

STATUSES = ("clinicalStatus", "verificationStatus")
"""Concepts whose codes are shown without their words."""

PEOPLE = ("subject", "patient")

SUBSETTED = {"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "SUBSETTED"}


def reduced(resource: Json, may_see: MaySee) -> Json:
    """The reduced form. The resource is of the safety set, and has passed the gate.

    Args:
        resource: as JSON.
        may_see: whether it may be seen what has these labels.
    """
    kind = kind_of(resource)
    assert kind is not None, "only the safety set has a reduced form"
    shown: dict[str, Any] = {name: value for name, value in resource.items() if name in KEPT}
    shown["meta"] = {"tag": [SUBSETTED]}
    for name in PEOPLE:
        if "reference" in resource.get(name, {}):
            shown[name] = {"reference": resource[name]["reference"]}
    for name in STATUSES:
        if bare := _bare(resource.get(name, {})):
            shown[name] = {"coding": bare}
    if kind is Kind.PERSON:
        return shown | _numbers(resource)
    coded_by = _coded_by(resource)
    shown[coded_by] = {"coding": _bare_if_seen(resource, coded_by, kind, may_see) or [IN_PLACE_OF[kind]]}
    if kind is Kind.PREGNANCY and (value := _bare_if_seen(resource, "valueCodeableConcept", kind, may_see)):
        shown["valueCodeableConcept"] = {"coding": value}
    if actions := [{"action": {"coding": bare}} for bare in _actions(resource, may_see)]:
        shown["mitigation"] = actions
    return shown


def _actions(resource: Json, may_see: MaySee) -> Iterator[list[Json]]:
    """What a warning asks to be done ("watch for withdrawal")."""
    for mitigation in resource.get("mitigation", ()):
        if bare := _bare_if_seen(mitigation, "action", Kind.WARNING, may_see):
            yield bare


def _coded_by(resource: Json) -> str:
    return "medicationCodeableConcept" if resource["resourceType"].startswith("Medication") else "code"


def _bare_if_seen(resource: Json, element: str, kind: Kind, may_see: MaySee) -> list[Json]:
    """The codings of a concept; none if what they mean may not be seen. Of a sedative, those that say which it is."""
    bare = _bare(resource.get(element, {}))
    if kind is Kind.SEDATIVE:
        return [coding for coding in bare if SEDATIVES.has(coding.get("system", ""), coding["code"])]
    return bare if may_see(labels_of({"coding": bare})) else []


def _bare(concept: Json) -> list[Json]:
    """The codings of a concept without their words."""
    return [
        {name: coding[name] for name in ("system", "code") if name in coding} for coding in codings(concept)
    ]


def _numbers(patient: Json) -> dict[str, Any]:
    """The identifiers without who gave them out."""
    numbers = [
        {name: one[name] for name in ("system", "value") if name in one}
        for one in patient.get("identifier", ())
    ]
    return {"identifier": numbers} if numbers else {}
