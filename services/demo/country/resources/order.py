"""MedicationRequest: orders of OAT, and prescriptions of antiretrovirals for prophylaxis."""

from services.demo.country.days import text
from services.demo.country.facts import Order, Prescription
from services.demo.country.resources.codes import Json, medicine, ours, quantity, reference
from services.demo.country.resources.marks import resource


def order(one: Order) -> Json:
    """The MedicationRequest of an order."""
    end = {"end": one.end.isoformat()} if one.end else {}
    return resource(
        "MedicationRequest",
        one.id,
        one.recorded_at,
        "oat-order",
        status="entered-in-error" if one.void else "completed" if one.end else "active",
        intent="order",
        medicationCodeableConcept=medicine(one.drug),
        subject=reference("Patient", one.patient),
        authoredOn=one.start.isoformat(),
        requester=reference("Organization", one.facility),
        dosageInstruction=[
            {
                "timing": {
                    "repeat": {"frequency": one.times, "period": one.interval_days, "periodUnit": "d"}
                },
                "doseAndRate": [{"doseQuantity": quantity(one.mg, "mg")}],
            }
        ],
        dispenseRequest={"validityPeriod": {"start": one.start.isoformat(), **end}},
    )


def prescription(one: Prescription) -> Json:
    """The MedicationRequest that says what a dispense is for."""
    return resource(
        "MedicationRequest",
        one.id,
        one.recorded_at,
        status="entered-in-error" if one.void else "active",
        intent="order",
        medicationCodeableConcept=medicine(one.drug),
        subject=reference("Patient", one.patient),
        authoredOn=text(one.on),
        requester=reference("Organization", one.facility),
        reasonCode=[ours("medication-reason", one.reason)],
    )
