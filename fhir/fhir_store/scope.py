"""Whose record a resource is, and how sensitive: what index rows carry so that SQL can filter by it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# The element by which a resource itself names the organization that keeps it (FHIR R4).
CUSTODIAN_ELEMENT = {
    "Patient": "managingOrganization",
    "Location": "managingOrganization",
    "EpisodeOfCare": "managingOrganization",
    "Encounter": "serviceProvider",
}


@dataclass(frozen=True)
class Scope:
    """The keeping Organization's id, if the resource names one here, and its security label codes, sorted."""

    facility: str | None
    labels: tuple[str, ...]


def scope_of(resource: Mapping[str, Any]) -> Scope:
    """The scope a resource states itself; what only its context tells is not guessed."""
    return Scope(_facility(resource), _labels(resource))


def _facility(resource: Mapping[str, Any]) -> str | None:
    kind = resource["resourceType"]
    if kind == "Organization":
        return resource.get("id")
    reference = resource.get(CUSTODIAN_ELEMENT.get(kind, ""), {}).get("reference", "")
    target, _, organization = reference.partition("/")
    return organization if target == "Organization" and organization else None


def _labels(resource: Mapping[str, Any]) -> tuple[str, ...]:
    codings = resource.get("meta", {}).get("security", ())
    return tuple(sorted({coding["code"] for coding in codings if "code" in coding}))
