"""What codes mean: which a value set has, and whether one belongs. No database and no HTTP.

``Terminology`` is what can be asked; ``expanded`` lists a value set, ``codes_in`` does so for a search,
``expansion_resource`` for ``$expand``; ``validated`` answers ``$validate-code``.
"""

from fhir_store.terminology.composing import codes_in, expanded
from fhir_store.terminology.expansion import Expansion, expansion_asked, expansion_resource
from fhir_store.terminology.held import Terminology
from fhir_store.terminology.systems import Concept, Designation
from fhir_store.terminology.validation import (
    Coding,
    Validation,
    codings_asked,
    parameters_resource,
    validated,
)

__all__ = [
    "Coding",
    "Concept",
    "Designation",
    "Expansion",
    "Terminology",
    "Validation",
    "codes_in",
    "codings_asked",
    "expanded",
    "expansion_asked",
    "expansion_resource",
    "parameters_resource",
    "validated",
]
