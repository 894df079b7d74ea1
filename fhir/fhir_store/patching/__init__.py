"""Change a resource as a patch says, and not one other token of its text.

``json_patched`` takes a JSON Patch, ``fhirpath_patched`` a FHIRPath Patch. Whether the result is a valid resource,
and still the same one, is for the gate and for the store to say.
"""

from fhir_store.patching.fhirpath_patch import fhirpath_patched
from fhir_store.patching.json_patch import json_patched

__all__ = ["fhirpath_patched", "json_patched"]
