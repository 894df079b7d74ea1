"""Rules of AuditEvent."""

from collections.abc import Mapping
from typing import Any

from fhir_store.gate.invariants.presence import has
from fhir_store.gate.invariants.registry import invariant


@invariant("sev-1", "AuditEvent.entity", "an entity has a name or a query, not both.")
def entity_is_told_once(entity: Mapping[str, Any]) -> bool:
    return not (has(entity, "name") and has(entity, "query"))
