"""The gate: nothing enters the record that is not valid FHIR R4 4.0.1 of a type that this store holds.

Rules are compiled from the official definitions: JSON types, cardinality, choice types, regular expressions,
required bindings, references; official invariants where a function for them is registered; then our own profiles
for the resources that claim them.
"""

from collections.abc import Mapping
from typing import Any, TypeGuard

from fhir_store.definitions import resource_types, served_types
from fhir_store.errors import Issue, Refused
from fhir_store.gate.compiling import independent
from fhir_store.gate.rules import MOST_TOLD, within

__all__ = ["check", "check_any", "issues_of", "served", "served_types"]

_SERVED = frozenset(served_types())


def served(type_: object) -> TypeGuard[str]:
    """Whether resources of this type are held here."""
    return type(type_) is str and type_ in _SERVED


def check(resource: Mapping[str, Any]) -> None:
    """Return if a resource, as ``json_text.parse`` gives it, may be stored. Raises Refused with at most 20 issues."""
    if not served(resource.get("resourceType")):
        message = f"The resourceType must be one that is held here: {', '.join(served_types())}."
        raise Refused([Issue("not-supported", "", message)])
    check_any(resource)


def check_any(resource: Mapping[str, Any]) -> None:
    """Return if a resource is valid, of whatever type of FHIR R4 (Parameters). Raises Refused as ``check`` does."""
    if found := issues_of(resource):
        raise Refused(found)


def issues_of(resource: Mapping[str, Any], most: int = MOST_TOLD) -> list[Issue]:
    """What is wrong with a resource of any type of FHIR R4: at most ``most`` issues, and never more than 200."""
    found = independent(resource)
    if found is None:
        return []
    type_ = resource.get("resourceType")
    if type(type_) is not str or type_ not in resource_types():
        # No name to put in front: it is what was sent.
        return found
    return within(type_, found[:most])
