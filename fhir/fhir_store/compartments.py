"""Whose record a resource is part of. http://hl7.org/fhir/R4/compartmentdefinition-patient.html

R4 leaves out Task, Binary and Bundle. A Task is part of the record of whom it is for or about, a Binary of the patient
that its ``securityContext`` names. A Bundle is a packet of its own whose ids mean nothing here, so it is nobody's.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from fhir_store.definitions import compartment, served_types
from fhir_store.search_values.parameters import compiled
from fhir_store.search_values.walkers import Branch

COMPARTMENT = "Patient"
REFERENCE = f"{COMPARTMENT}/"

ALSO: Mapping[str, tuple[str, ...]] = {"Task": ("focus", "patient", "subject")}
"""Reference parameters that put a resource into a compartment beside those of R4."""

PATIENTS = "ARRAY(SELECT m.patient FROM fhir_store.compartment m WHERE m.key = c.key) AS patients"
"""As a column of a statement: the ids of those whose record the current resource ``c`` is part of."""

SECURITY_CONTEXT = "securityContext"
"""Of a Binary, which no search parameter looks into."""


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
                patients |= _patient_in(reference)
    if type_ == "Binary":
        patients |= _patient_in(resource.get(SECURITY_CONTEXT, {}))
    return frozenset(patients)


def _patient_in(reference: Mapping[str, Any]) -> set[str]:
    literal = reference.get("reference", "")
    return {literal.split("/")[1]} if literal.startswith(REFERENCE) else set()


@cache
def types_of_records() -> frozenset[str]:
    """The types whose resources may be part of a patient's record."""
    return frozenset({*(type_ for type_ in served_types() if _parameters(type_)), "Binary", COMPARTMENT})


def _parameters(type_: str) -> tuple[str, ...]:
    return (*compartment(COMPARTMENT).get(type_, ()), *ALSO.get(type_, ()))


@cache
def _branches(type_: str) -> tuple[Branch, ...]:
    """The ways from a resource of a type to the references that put it into a compartment."""
    names = _parameters(type_)
    rows = [row.branch for row in compiled(type_).indexed if row.param in names]
    # Several parameters look at the same element; `patient` at a part of what `subject` sees.
    return tuple({(branch.member, branch.walks): branch for branch in rows}.values())
