"""Units of measure by syntax: the grammar of UCUM (https://ucum.org/ucum#section-Grammar-of-Units-and-Unit-Terms).

Whether an atom such as ``mg`` is one that UCUM knows is not looked up: its table is not ours to copy.
"""

import re
from collections.abc import Mapping
from typing import Any

from fhir_store.gate.primitives import string_rule
from fhir_store.gate.rules import Found, issue

UCUM = "http://unitsofmeasure.org"

LONGEST_UNIT = 1000
"""Characters. UCUM sets no limit; ours keeps a hostile code from costing time."""

_ANNOTATION = r"\{[!-z|~]*\}"
_ATOM = r"(?:10[*^]|(?:[A-Za-z%'\"_]|\[[!-Z\\^-~]+\])+)"
_COMPONENT = rf"(?:(?:{_ATOM}(?:[+-]?[0-9]+)?|[0-9]+)(?:{_ANNOTATION})?|{_ANNOTATION})"
_TERM = re.compile(rf"/?{_COMPONENT}(?:[./]{_COMPONENT})*")
_INNERMOST = re.compile(r"\(([^()]*)\)")


def is_unit(code: str) -> bool:
    """Whether a code can be a UCUM unit."""
    if len(code) > LONGEST_UNIT:
        return False
    while group := _INNERMOST.search(code):
        if not _TERM.fullmatch(group[1]):
            return False
        # What stands in brackets is one component of what is around it.
        code = f"{code[: group.start()]}u{code[group.end() :]}"
    return _TERM.fullmatch(code) is not None


def units_rule(value: Any) -> Found:
    """A UCUM code."""
    return string_rule(value) or (
        None if is_unit(value) else issue("code-invalid", "A UCUM unit is expected here.")
    )


def has_unit(quantity: Mapping[str, Any]) -> bool:
    """Whether the code of a quantity can be a unit of the system that it names."""
    return quantity.get("system") != UCUM or "code" not in quantity or is_unit(quantity["code"])
