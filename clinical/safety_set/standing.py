"""How long a resource of the safety set counts: an allergy until somebody says otherwise, what was handed out for a while."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from clinical.record_line import when
from clinical.safety_set.kind import Kind
from fhir_store.search_values import date_bounds

Json = Mapping[str, Any]

HANDED_OUT = timedelta(days=60)
"""How long what was handed out is taken to be still in somebody's hands. Proposed."""

PREGNANCY = timedelta(days=300)
"""How long what was found of a pregnancy still counts. Proposed."""

ALWAYS = datetime.max.replace(tzinfo=UTC)
"""Until somebody writes otherwise."""

ONGOING = frozenset({"active", "on-hold", "intended", "unknown"})
OVER = frozenset({"inactive", "resolved", "remission"})
WRONG = frozenset({"refuted", "entered-in-error"})


def counts_until(resource: Json, kind: Kind, zone: ZoneInfo) -> datetime | None:
    """The instant from which an allergy, medicine or pregnancy counts no more; None: it does not count at all."""
    match resource["resourceType"], kind:
        case ("MedicationRequest" | "MedicationStatement", _):
            return ALWAYS if resource.get("status") in ONGOING else None
        case "MedicationDispense", _:
            return _after(HANDED_OUT, resource, zone) if resource.get("status") == "completed" else None
        case "Observation", Kind.PREGNANCY:
            return None if resource.get("status") in WRONG else _after(PREGNANCY, resource, zone)
        case ("AllergyIntolerance", _) | ("Condition", Kind.PREGNANCY):
            return ALWAYS if _holds_still(resource) else None
    return None


def since(resource: Json, zone: ZoneInfo) -> datetime:
    """When it was, or the beginning of all time."""
    return date_bounds(when(resource) or "0001", zone)[0]


def _after(lasting: timedelta, resource: Json, zone: ZoneInfo) -> datetime:
    began = since(resource, zone)
    return began + lasting if began < ALWAYS - lasting else ALWAYS


def _holds_still(resource: Json) -> bool:
    return (
        not _codes(resource, "clinicalStatus") & OVER and not _codes(resource, "verificationStatus") & WRONG
    )


def _codes(resource: Json, element: str) -> frozenset[str]:
    return frozenset(coding.get("code", "") for coding in resource.get(element, {}).get("coding", ()))
