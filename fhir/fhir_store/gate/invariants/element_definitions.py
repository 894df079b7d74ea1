"""Rules of ElementDefinition. eld-11 is not here: its expression holds of every element."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from fhir_store.gate.invariants.presence import has, has_any, has_choice
from fhir_store.gate.invariants.registry import invariant

Json = Mapping[str, Any]
ON = "ElementDefinition"

_NAME = r"[^\s.,:;'\"/|?!@#$%&*()\[\]{}]{1,64}"
_PATH = re.compile(rf"{_NAME}(?:\.{_NAME}(?:\[x\])?(?::[^\s.]+)?)*", re.ASCII)
_SLICE_NAME = re.compile(r"[a-zA-Z0-9/\-_\[\]@]+")
_ADDRESS = ("http:", "https", "urn:")
UNLIMITED = "*"

BESIDE_NO_CONTENT_REFERENCE = ("type", "example", "maxLength", "binding")
VALUES_BESIDE_NO_CONTENT_REFERENCE = ("defaultValue", "fixed", "pattern", "minValue", "maxValue")


@invariant("eld-1", "ElementDefinition.slicing", "slicing has discriminators or a description.")
def slicing_is_told(slicing: Json) -> bool:
    return has_any(slicing, "discriminator", "description")


@invariant("eld-2", ON, "min must not be above max.")
def min_within_max(element: Json) -> bool:
    most = element.get("max", UNLIMITED)
    # Not int(), which refuses numbers of thousands of digits.
    return not most.isdecimal() or Decimal(element.get("min", 0)) <= Decimal(most)


@invariant("eld-3", "ElementDefinition.max", "max is a number or *.")
def max_is_number(most: str) -> bool:
    return most == UNLIMITED or (most.isdecimal() and most.isascii())


@invariant("eld-4", "ElementDefinition.type", "aggregation is for Reference and canonical.")
def aggregation_of_references(type_: Json) -> bool:
    return not has(type_, "aggregation") or _refers(type_)


@invariant("eld-5", ON, "contentReference stands for all that the other element says, so it stands alone.")
def content_reference_is_alone(element: Json) -> bool:
    return not has(element, "contentReference") or not (
        has_any(element, *BESIDE_NO_CONTENT_REFERENCE)
        or any(has_choice(element, stem) for stem in VALUES_BESIDE_NO_CONTENT_REFERENCE)
    )


@invariant("eld-6", ON, "a fixed value needs a single type.")
def fixed_has_one_type(element: Json) -> bool:
    return not has_choice(element, "fixed") or len(element.get("type", ())) <= 1


@invariant("eld-7", ON, "a pattern needs a single type.")
def pattern_has_one_type(element: Json) -> bool:
    return not has_choice(element, "pattern") or len(element.get("type", ())) <= 1


@invariant("eld-8", ON, "pattern and fixed value exclude each other.")
def pattern_or_fixed(element: Json) -> bool:
    return not (has_choice(element, "pattern") and has_choice(element, "fixed"))


@invariant("eld-12", "ElementDefinition.binding", "valueSet begins with http:, https: or urn:.")
def value_set_is_address(binding: Json) -> bool:
    return "valueSet" not in binding or binding["valueSet"].startswith(_ADDRESS)


@invariant("eld-13", ON, "each type stands once.")
def types_are_unique(element: Json) -> bool:
    return _stand_once(one.get("code") for one in element.get("type", ()))


@invariant("eld-14", ON, "each key of a constraint stands once.")
def constraints_are_unique(element: Json) -> bool:
    return _stand_once(one.get("key") for one in element.get("constraint", ()))


@invariant("eld-15", ON, "defaultValue and meaningWhenMissing exclude each other.")
def one_meaning_of_nothing(element: Json) -> bool:
    return not (has_choice(element, "defaultValue") and has(element, "meaningWhenMissing"))


@invariant("eld-16", ON, "sliceName is made of letters, digits and / - _ [ ] @.")
def slice_name_is_proper(element: Json) -> bool:
    return "sliceName" not in element or _SLICE_NAME.fullmatch(element["sliceName"]) is not None


@invariant("eld-17", "ElementDefinition.type", "targetProfile is for Reference and canonical.")
def target_of_references(type_: Json) -> bool:
    return not has(type_, "targetProfile") or _refers(type_)


@invariant("eld-18", ON, "a modifier needs its isModifierReason.")
def modifier_has_reason(element: Json) -> bool:
    return element.get("isModifier") is not True or has(element, "isModifierReason")


@invariant("eld-19", ON, "path is made of element names.")
def path_is_proper(element: Json) -> bool:
    return "path" not in element or _PATH.fullmatch(element["path"]) is not None


@invariant("eld-22", ON, "sliceIsConstraining needs sliceName.")
def constraining_slice_has_name(element: Json) -> bool:
    return not has(element, "sliceIsConstraining") or has(element, "sliceName")


def _refers(type_: Json) -> bool:
    return type_.get("code") in ("Reference", "canonical")


def _stand_once(texts: Iterable[str | None]) -> bool:
    return all(times == 1 for text, times in Counter(texts).items() if text is not None)
