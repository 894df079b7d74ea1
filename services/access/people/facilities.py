"""References to facilities, as FHIR writes them. Pure."""

import re

from services.access.people.errors import FacilityRefused

REFERENCE = re.compile(r"(Organization|Location)/[A-Za-z0-9.-]{1,64}")


def checked_facility(reference: str) -> str:
    """The reference. Raises FacilityRefused: a slip of the pen would otherwise be a facility of its own."""
    if not REFERENCE.fullmatch(reference):
        raise FacilityRefused
    return reference
