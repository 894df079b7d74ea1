"""A part of FHIRPath: paths, conditions and comparisons, each value with the place where it stands.

``evaluated`` answers an expression for a parsed resource. What is not supported raises, and never answers wrong.
"""

from fhir_store.fhirpath.errors import BadExpression, UnsupportedExpression
from fhir_store.fhirpath.evaluation import evaluated
from fhir_store.fhirpath.nodes import Definition, Node, Place, beside, definition_of, element_of, simple
from fhir_store.fhirpath.steps import Steps

__all__ = [
    "BadExpression",
    "Definition",
    "Node",
    "Place",
    "Steps",
    "UnsupportedExpression",
    "beside",
    "definition_of",
    "element_of",
    "evaluated",
    "simple",
]
