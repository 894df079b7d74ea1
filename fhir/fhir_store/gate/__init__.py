"""The gate: nothing enters the record that is not valid FHIR R4 4.0.1 of a type that this store holds.

Rules are compiled from the official definitions: JSON types, cardinality, choice types, regular expressions,
required bindings, references; official invariants where a function for them is registered.
"""

from collections.abc import Mapping
from typing import Any, TypeGuard

from fhir_store.definitions import served_types
from fhir_store.errors import Issue, Refused
from fhir_store.gate.compiling import rule_of_resource
from fhir_store.gate.containment import settled
from fhir_store.gate.rules import MOST_ISSUES, within

__all__ = ["check", "served", "served_types"]

_SERVED = frozenset(served_types())


def served(type_: object) -> TypeGuard[str]:
    """Whether resources of this type are held here."""
    return type(type_) is str and type_ in _SERVED


def check(resource: Mapping[str, Any]) -> None:
    """Return if a resource, as ``json_text.parse`` gives it, may be stored. Raises Refused with at most 20 issues."""
    type_ = resource.get("resourceType")
    if not served(type_):
        message = f"The resourceType must be one that is held here: {', '.join(served_types())}."
        raise Refused([Issue("not-supported", "", message)])
    if found := settled(resource, rule_of_resource(type_)(resource)):
        raise Refused(within(type_, found[:MOST_ISSUES]))
