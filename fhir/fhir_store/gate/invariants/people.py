"""Rules of Patient and Organization."""

from collections.abc import Mapping
from typing import Any

from fhir_store.gate.invariants.registry import invariant

Json = Mapping[str, Any]


@invariant("pat-1", "Patient.contact", "a contact has a name, telecom, address or organization.")
def contact_says_something(contact: Json) -> bool:
    return any(name in contact for name in ("name", "telecom", "address", "organization"))


@invariant("org-1", "Organization", "an organization has a name or an identifier.")
def organization_can_be_told(organization: Json) -> bool:
    return "name" in organization or "_name" in organization or "identifier" in organization


@invariant("org-2", "Organization.address", "an organization's address is never of use home.")
@invariant("org-3", "Organization.telecom", "an organization's telecom is never of use home.")
def organization_has_no_home(contact: Json) -> bool:
    return contact.get("use") != "home"
