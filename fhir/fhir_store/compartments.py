"""Whose record a resource is part of. http://hl7.org/fhir/R4/compartmentdefinition-patient.html"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from fhir_store.definitions import compartment
from fhir_store.search_values.parameters import compiled
from fhir_store.search_values.walkers import Branch

COMPARTMENT = "Patient"
REFERENCE = f"{COMPARTMENT}/"


def patients_of(resource: Mapping[str, Any]) -> frozenset[str]:
    """The ids of the Patients in whose compartments a resource is; a Patient is in its own.

    Only references to Patients here count: ``Patient/1`` of another server is another person. The resource has
    passed the gate.
    """
    type_ = resource["resourceType"]
    patients = {resource["id"]} if type_ == COMPARTMENT and "id" in resource else set()
    for branch in _branches(type_):
        if branch.member in resource:
            for reference in branch.nodes(resource[branch.member]):
                literal = reference.get("reference", "")
                if literal.startswith(REFERENCE):
                    patients.add(literal.split("/")[1])
    return frozenset(patients)


@cache
def _branches(type_: str) -> tuple[Branch, ...]:
    """The ways from a resource of a type to the references that put it into a compartment."""
    names = compartment(COMPARTMENT).get(type_, ())
    rows = [row.branch for row in compiled(type_).indexed if row.param in names]
    # Several parameters look at the same element; `patient` at a part of what `subject` sees.
    return tuple({(branch.member, branch.walks): branch for branch in rows}.values())
