"""Literal references: of a form that says what is meant, and to a type that the element may name.

http://hl7.org/fhir/R4/references.html#literal. That the target exists is not asked: absent targets are reported
elsewhere. ``Practitioner?identifier=...`` is a conditional reference, as Synthea writes them.
"""

import re
from collections.abc import Set as AbstractSet
from typing import Any

from fhir_store.definitions import resource_types
from fhir_store.gate.primitives import string_rule
from fhir_store.gate.rules import Found, LocalReference, Rule, issue

_ID = r"[A-Za-z0-9\-.]{1,64}"
_RESOURCE = re.compile(rf"([A-Z][A-Za-z]+)/{_ID}(?:/_history/{_ID})?")
_CONDITIONAL = re.compile(r"([A-Z][A-Za-z]+)\?\S+")
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:\S+")
_ABSOLUTE_RESOURCE = re.compile(rf"https?://\S+/([A-Z][A-Za-z]+)/{_ID}(?:/_history/{_ID})?")

EXPECTED = "A reference is Type/id, an absolute URL, a urn: or # and the id of a contained resource."


def literal_rule(targets: AbstractSet[str]) -> Rule:
    """The rule of ``Reference.reference`` where the target is one of ``targets``, or any type if there are none."""
    wanted = targets or resource_types()
    is_resource = _RESOURCE.fullmatch
    not_wanted = f"This element refers to {' or '.join(sorted(targets))} only."

    def check(value: Any) -> Found:
        if type(value) is str and (resource := is_resource(value)) and resource[1] in wanted:
            return None
        if found := string_rule(value):
            return found
        if value.startswith("#"):
            message = "ref-1: there is no contained resource with this id."
            return [LocalReference("invariant", "", message, value[1:])]
        named = type_named_in(value)
        if named in resource_types():
            return None if named in wanted else issue("value", not_wanted)
        return None if _ABSOLUTE.fullmatch(value) else issue("value", EXPECTED)

    return check


def type_named_in(reference: str) -> str | None:
    """The resource type that a reference itself names, which may be none that FHIR knows."""
    for form in (_RESOURCE, _CONDITIONAL, _ABSOLUTE_RESOURCE):
        if found := form.fullmatch(reference):
            return found[1]
    return None
