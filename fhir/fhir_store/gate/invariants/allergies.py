"""Rules of AllergyIntolerance."""

from collections.abc import Mapping
from typing import Any

from fhir_store.gate.invariants.presence import has, has_coding
from fhir_store.gate.invariants.registry import invariant

Json = Mapping[str, Any]

VERIFICATION = "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification"


@invariant("ait-1", "AllergyIntolerance", "clinicalStatus is needed unless this was entered in error.")
def status_unless_in_error(allergy: Json) -> bool:
    return _is_in_error(allergy) or has(allergy, "clinicalStatus")


@invariant("ait-2", "AllergyIntolerance", "what was entered in error has no clinicalStatus.")
def no_status_if_in_error(allergy: Json) -> bool:
    return not (_is_in_error(allergy) and has(allergy, "clinicalStatus"))


def _is_in_error(allergy: Json) -> bool:
    return has_coding(allergy.get("verificationStatus", {}), VERIFICATION, "entered-in-error")
