"""Observation: HIV tests, single assays, and the offer of a test."""

from services.demo.country.days import text
from services.demo.country.facts import Assay, HivTest, Offer
from services.demo.country.resources.codes import (
    LABORATORY,
    LOINC,
    OURS,
    WHO,
    Json,
    concept,
    extension,
    ours,
    reference,
)
from services.demo.country.resources.marks import resource

OUTCOMES = {"positive": "HIV.B.DE112", "negative": "HIV.B.DE113", "inconclusive": "HIV.B.DE114"}


def hiv_test(one: HivTest) -> Json:
    """The Observation of one run of the algorithm."""
    return resource(
        "Observation",
        one.id,
        one.recorded_at,
        "hiv-test",
        extension=None if one.purpose == "diagnostic" else [extension("test-purpose", valueCode=one.purpose)],
        status="entered-in-error" if one.void else "final",
        category=[{"coding": [LABORATORY]}],
        code=concept((WHO, "HIV.B.DE81"), (LOINC, "68961-2")),
        subject=reference("Patient", one.patient),
        effectiveDateTime=text(one.performed),
        issued=text(one.returned) if one.returned else None,
        performer=[reference("Organization", one.facility)],
        valueCodeableConcept=concept((WHO, OUTCOMES[one.outcome])),
        method=ours("test-method", "self-test") if one.self_test else None,
    )


def assay(one: Assay) -> Json:
    """The Observation of a single assay."""
    return resource(
        "Observation",
        one.id,
        one.recorded_at,
        status="entered-in-error" if one.void else "final",
        category=[{"coding": [LABORATORY]}],
        code=concept((f"{OURS}observation", "hiv-assay")),
        subject=reference("Patient", one.patient),
        effectiveDateTime=text(one.on),
        performer=[reference("Organization", one.facility)],
        valueCodeableConcept=ours("assay-result", one.result),
    )


def offer(one: Offer) -> Json:
    """The Observation that a test was offered, and taken or refused."""
    return resource(
        "Observation",
        one.id,
        one.recorded_at,
        status="entered-in-error" if one.void else "final",
        code=concept((f"{OURS}observation", "hiv-test-offer")),
        subject=reference("Patient", one.patient),
        effectiveDateTime=text(one.on),
        performer=[reference("Organization", one.facility)],
        valueCodeableConcept=ours("offer", "accepted" if one.accepted else "refused"),
    )
