"""MedicationDispense, MedicationAdministration, MedicationStatement: medicine that went to the person."""

from services.demo.country.days import text
from services.demo.country.facts import Supply
from services.demo.country.resources.codes import Json, medicine, ours, quantity, reference
from services.demo.country.resources.marks import resource


def supply(one: Supply) -> Json:
    """The resource of a supply: watched, stated, or dispensed."""
    if one.kind == "administered":
        return _watched(one)
    return _stated(one) if one.kind == "stated" else _dispensed(one)


def _dispensed(one: Supply) -> Json:
    release = ours("dispense-type", "release-supply") if one.kind == "release-supply" else None
    return resource(
        "MedicationDispense",
        one.id,
        one.recorded_at,
        "oat-take-home" if one.line == "oat" else "art-dispense",
        status="entered-in-error" if one.void else "completed",
        medicationCodeableConcept=medicine(one.drug),
        subject=reference("Patient", one.patient),
        performer=[{"actor": reference("Organization", one.facility)}],
        authorizingPrescription=[reference("MedicationRequest", one.prescription)]
        if one.prescription
        else None,
        type=release,
        daysSupply=quantity(one.days, "d") if one.days is not None else None,
        whenHandedOver=text(one.on),
    )


def _watched(one: Supply) -> Json:
    return resource(
        "MedicationAdministration",
        one.id,
        one.recorded_at,
        status="entered-in-error" if one.void else "completed",
        medicationCodeableConcept=medicine(one.drug),
        subject=reference("Patient", one.patient),
        context=reference("Encounter", one.context) if one.context else None,
        effectiveDateTime=text(one.on),
        reasonCode=_reason(one),
    )


def _stated(one: Supply) -> Json:
    end = {"end": one.until.isoformat()} if one.until else {}
    return resource(
        "MedicationStatement",
        one.id,
        one.recorded_at,
        status="entered-in-error" if one.void else "completed" if one.until else "active",
        medicationCodeableConcept=medicine(one.drug),
        subject=reference("Patient", one.patient),
        effectivePeriod={"start": text(one.on), **end},
        informationSource=reference("Organization", one.facility),
        reasonCode=_reason(one),
    )


def _reason(one: Supply) -> list[Json] | None:
    return None if one.line == "art" else [ours("medication-reason", one.line)]
