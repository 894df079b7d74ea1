"""MedicationAdministration: a dose of OAT given, begun, or not given."""

import re

from services.demo.country.days import text
from services.demo.country.facts import Dose
from services.demo.country.resources.codes import Json, extension, medicine, ours, quantity, reference
from services.demo.country.resources.marks import resource

STAY = re.compile(r"-stay-[0-9]+$")

STATUSES = {"given": "completed", "partial": "stopped", "not-given": "not-done"}


def dose(one: Dose) -> Json:
    """The MedicationAdministration of a dose."""
    return resource(
        "MedicationAdministration",
        one.id,
        one.recorded_at,
        "oat-dose",
        extension=[extension("covers-days", valuePositiveInt=one.covers_days)] if one.covers_days else None,
        identifier=[{"system": "urn:throughcare:demo:dose", "value": one.number}] if one.number else None,
        partOf=[reference("MedicationAdministration", one.redose_of)] if one.redose_of else None,
        status="entered-in-error" if one.void else STATUSES[one.status],
        statusReason=[ours("dose-reason", one.reason)] if one.reason else None,
        medicationCodeableConcept=medicine(one.drug),
        subject=reference("Patient", one.patient),
        context=_context(one),
        effectiveDateTime=text(one.on),
        request=reference("MedicationRequest", one.order) if one.order else None,
        dosage={"dose": quantity(one.mg, "mg")} if one.mg is not None else None,
    )


def _context(one: Dose) -> Json | None:
    """A stay is an Encounter, a programme an EpisodeOfCare; their ids tell which."""
    if one.context is None:
        return None
    return reference("Encounter" if STAY.search(one.context) else "EpisodeOfCare", one.context)
