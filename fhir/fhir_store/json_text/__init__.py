"""The text of resources: read strictly, kept token for token, changed only where the store must.

``parse`` reads one resource; ``bundle_entries`` reads a Bundle without holding all of it; ``with_members``,
``with_id`` and ``with_references`` change what the store sets and leave every other character as it was submitted.
``pretty`` sets a text out for a person, ``dense`` takes the white space out; ``shortened``, which knows the definitions, leaves elements out.
"""

from fhir_store.json_text.bundles import BundleEntry, BundleText, bundle_entries
from fhir_store.json_text.dense import dense
from fhir_store.json_text.parsing import DEEPEST, NumberText, ResourceText, parse
from fhir_store.json_text.patching import literals, with_id, with_members, with_references
from fhir_store.json_text.pretty import pretty

__all__ = [
    "DEEPEST",
    "BundleEntry",
    "BundleText",
    "NumberText",
    "ResourceText",
    "bundle_entries",
    "dense",
    "literals",
    "parse",
    "pretty",
    "with_id",
    "with_members",
    "with_references",
]
