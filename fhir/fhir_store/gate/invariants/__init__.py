"""Rules over several elements, by their official keys. Each is a function of one object that is otherwise right.

A new one is a function with ``@invariant`` in the module of its type; the definitions say where it applies.
"""

from fhir_store.gate.invariants import datatypes, medications, observations, people, quantities, timing
from fhir_store.gate.invariants.registry import invariants_for, is_checked

__all__ = [
    "datatypes",
    "invariants_for",
    "is_checked",
    "medications",
    "observations",
    "people",
    "quantities",
    "timing",
]
