"""Rules of Consent. ppc-2 to ppc-5 are not here: they speak of a code system that there is not."""

from collections.abc import Mapping
from typing import Any

from fhir_store.gate.invariants.presence import has_any
from fhir_store.gate.invariants.registry import invariant


@invariant("ppc-1", "Consent", "a consent has a policy or a policyRule.")
def consent_has_policy(consent: Mapping[str, Any]) -> bool:
    return has_any(consent, "policy", "policyRule")
