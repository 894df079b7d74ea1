"""A resource that followed from an answer which was put right: it stays, and says that it was an error."""

from collections.abc import Mapping
from typing import Any

Json = Mapping[str, Any]

ERROR = "entered-in-error"
VERIFICATION = "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification"


def taken_back(resource: Json) -> Json:
    """The next version of it."""
    if resource["resourceType"] == "AllergyIntolerance":
        # FHIR has no clinical status of an allergy that is an error.
        kept = {name: value for name, value in resource.items() if name != "clinicalStatus"}
        return {**kept, "verificationStatus": {"coding": [{"system": VERIFICATION, "code": ERROR}]}}
    return {**resource, "status": ERROR}


def is_taken_back(resource: Json) -> bool:
    """Whether it is one."""
    codings = resource.get("verificationStatus", {}).get("coding", ())
    return resource.get("status") == ERROR or any(one.get("code") == ERROR for one in codings)
