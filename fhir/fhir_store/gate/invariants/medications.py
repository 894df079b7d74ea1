"""Rules of the medication resources."""

from collections.abc import Mapping
from typing import Any

from fhir_store.gate.invariants.registry import invariant


@invariant("mad-1", "MedicationAdministration.dosage", "a dosage has a dose or a rate.")
def dosage_has_amount(dosage: Mapping[str, Any]) -> bool:
    return any(name in dosage for name in ("dose", "rateQuantity", "rateRatio"))
