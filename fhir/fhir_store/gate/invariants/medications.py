"""Rules of the medication resources, immunization among them."""

from collections.abc import Mapping
from typing import Any

from fhir_store.dates import surely_before
from fhir_store.gate.invariants.presence import has_any, has_choice
from fhir_store.gate.invariants.registry import invariant

Json = Mapping[str, Any]


@invariant("mad-1", "MedicationAdministration.dosage", "a dosage has a dose or a rate.")
def dosage_has_amount(dosage: Json) -> bool:
    return "dose" in dosage or has_choice(dosage, "rate")


@invariant("mdd-1", "MedicationDispense", "whenHandedOver must not be before whenPrepared.")
def prepared_before_handed_over(dispense: Json) -> bool:
    prepared, handed_over = dispense.get("whenPrepared"), dispense.get("whenHandedOver")
    return prepared is None or handed_over is None or not surely_before(handed_over, prepared)


@invariant("imm-1", "Immunization.education", "education has a documentType or a reference.")
def education_says_something(education: Json) -> bool:
    return has_any(education, "documentType", "reference")
