"""Rules over several elements, by their official keys. Each is a function of one object that is otherwise right.

A new one is a function with ``@invariant`` in the module of its type; the definitions say where it applies. One that
is not checked has its reason in ``left_out``.
"""

from fhir_store.gate.invariants import (
    allergies,
    appointments,
    audit,
    bundles,
    care,
    conditions,
    consents,
    datatypes,
    element_definitions,
    lists,
    measures,
    medications,
    observations,
    people,
    quantities,
    questionnaires,
    structures,
    terminology,
    timing,
)
from fhir_store.gate.invariants.left_out import LEFT_OUT
from fhir_store.gate.invariants.registry import invariants_for, is_checked

__all__ = [
    "LEFT_OUT",
    "allergies",
    "appointments",
    "audit",
    "bundles",
    "care",
    "conditions",
    "consents",
    "datatypes",
    "element_definitions",
    "invariants_for",
    "is_checked",
    "lists",
    "measures",
    "medications",
    "observations",
    "people",
    "quantities",
    "questionnaires",
    "structures",
    "terminology",
    "timing",
]
