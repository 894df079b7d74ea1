"""Observation: an HIV viral load."""

from services.demo.country.days import text
from services.demo.country.facts import ViralLoad
from services.demo.country.resources.codes import (
    LABORATORY,
    LOINC,
    WHO,
    Json,
    concept,
    ours,
    quantity,
    reference,
)
from services.demo.country.resources.marks import resource

COPIES, LOG10 = "{copies}/mL", "{Log_copies}/mL"


def viral_load(one: ViralLoad) -> Json:
    """The Observation of a viral load."""
    return resource(
        "Observation",
        one.id,
        one.recorded_at,
        "viral-load",
        status="entered-in-error" if one.void else one.status,
        category=[{"coding": [LABORATORY]}],
        code=concept((LOINC, "29541-0" if one.log10 else "20447-9"), (WHO, "HIV.D.DE387")),
        subject=reference("Patient", one.patient),
        effectiveDateTime=text(one.collected),
        issued=text(one.resulted),
        performer=[reference("Organization", one.facility)],
        valueQuantity=_number(one),
        valueString=one.text,
        valueCodeableConcept=ours("laboratory-result", one.word) if one.word else None,
    )


def _number(one: ViralLoad) -> Json | None:
    if one.value is None:
        return None
    comparator = {"comparator": one.comparator} if one.comparator else {}
    number = quantity(one.value, LOG10 if one.log10 else COPIES)
    return {"value": number.pop("value"), **comparator, **number}
