"""Rules of Condition."""

from collections.abc import Mapping
from typing import Any

from fhir_store.gate.invariants.presence import has, has_any, has_choice, has_coding
from fhir_store.gate.invariants.registry import invariant

Json = Mapping[str, Any]

CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
VERIFICATION = "http://terminology.hl7.org/CodeSystem/condition-ver-status"


@invariant("con-1", "Condition.stage", "a stage has a summary or an assessment.")
def stage_says_something(stage: Json) -> bool:
    return has_any(stage, "summary", "assessment")


@invariant("con-2", "Condition.evidence", "evidence has a code or details.")
def evidence_says_something(evidence: Json) -> bool:
    return has_any(evidence, "code", "detail")


@invariant(
    "con-4", "Condition", "an abated condition has the clinicalStatus inactive, remission or resolved."
)
def abated_is_not_active(condition: Json) -> bool:
    status = condition.get("clinicalStatus", {})
    return not has_choice(condition, "abatement") or has_coding(
        status, CLINICAL, "inactive", "remission", "resolved"
    )


@invariant("con-5", "Condition", "what was entered in error has no clinicalStatus.")
def no_status_if_in_error(condition: Json) -> bool:
    in_error = has_coding(condition.get("verificationStatus", {}), VERIFICATION, "entered-in-error")
    return not (in_error and has(condition, "clinicalStatus"))
