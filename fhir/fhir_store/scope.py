"""Who keeps a record: the Organization that the resource itself names, if it does."""

from collections.abc import Mapping
from typing import Any

# The element by which a resource itself names the organization that keeps it (FHIR R4).
CUSTODIAN_ELEMENT = {
    "Patient": "managingOrganization",
    "Location": "managingOrganization",
    "EpisodeOfCare": "managingOrganization",
    "Encounter": "serviceProvider",
}


def custodian_of(resource: Mapping[str, Any]) -> str | None:
    """The keeping Organization's id, if the resource names one here; what only its context tells is not guessed."""
    kind = resource["resourceType"]
    if kind == "Organization":
        return resource.get("id")
    reference = resource.get(CUSTODIAN_ELEMENT.get(kind, ""), {}).get("reference", "")
    target, _, rest = reference.partition("/")
    organization: str = rest.partition("/")[0]
    return organization if target == "Organization" and organization else None
