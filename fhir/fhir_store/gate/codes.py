"""Codes: members of an enumerated value set, or of the right form where a value set cannot be enumerated."""

from collections.abc import Mapping
from typing import Any

from fhir_store.definitions import value_set
from fhir_store.gate.primitives import pattern_rule, primitive_rule, string_rule
from fhir_store.gate.rules import Found, Rule, both, issue
from fhir_store.gate.units import units_rule

SETS = "http://hl7.org/fhir/ValueSet/"

_LANGUAGE = r"(?:[A-Za-z]{2,8}|[xXiI](?=-))(?:-[A-Za-z0-9]{1,8})*"
# FHIR itself writes xml, json and ttl for its own media types, in CapabilityStatement.format and elsewhere.
_MEDIA_TYPE = r"xml|json|ttl|[A-Za-z0-9][\w!#$&^.+-]{0,126}/[A-Za-z0-9*][\w!#$&^.+*-]{0,126}(?:\s*;.+)?"

BY_FORM: Mapping[str, Rule] = {
    SETS + "all-languages": pattern_rule(
        _LANGUAGE, "A language tag is expected here, such as sq or sr-Latn (BCP 47)."
    ),
    SETS + "currencies": pattern_rule(
        "[A-Z]{3}", "A currency code is expected here, such as EUR (ISO 4217)."
    ),
    SETS + "mimetypes": pattern_rule(
        _MEDIA_TYPE, "A media type is expected here, such as text/plain (BCP 13)."
    ),
    SETS + "ucum-units": units_rule,
    # So named by Expression.language, whose codes are text/cql and the like.
    "http://www.rfc-editor.org/bcp/bcp13.txt": pattern_rule(
        _MEDIA_TYPE, "A media type is expected here (BCP 13)."
    ),
}

NOT_CHECKED = {
    # A LOINC answer list, which is not among the definitions.
    "http://loinc.org/vs/LL379-9",
}


def code_rule(url: str | None) -> Rule:
    """A code, from the value set if one is named."""
    if url is not None and url in BY_FORM:
        return BY_FORM[url]
    systems = value_set(url) if url else None
    return primitive_rule("code") if systems is None else _member_rule(systems)


def _member_rule(systems: Mapping[str, list[str]]) -> Rule:
    codes = frozenset(code for listed in systems.values() for code in listed)

    def check(value: Any) -> Found:
        if type(value) is str and value in codes:
            return None
        return string_rule(value) or issue("code-invalid", _not_a_member(codes))

    return check


FEW = 12
"""So many codes are told; a longer list helps nobody."""


def _not_a_member(codes: frozenset[str]) -> str:
    allowed = f": {', '.join(sorted(codes))}" if len(codes) <= FEW else ""
    return f"The code is not in the required value set{allowed}."


def bound_rule(type_: str, rule: Rule, url: str | None) -> Rule:
    """The rule of a coded element (``code``, Coding, CodeableConcept ...) that is bound to a value set."""
    if type_ == "code":
        return code_rule(url)
    systems = value_set(url) if url else None
    return rule if systems is None or type_ not in CODINGS else both(rule, binding_rule(type_, systems))


CODINGS = {
    "Coding": lambda coding: [coding],
    "CodeableConcept": lambda concept: concept.get("coding", []),
}
CODED = {"code", *CODINGS}
"""The types whose values can be looked up in a value set."""


def binding_rule(type_: str, systems: Mapping[str, list[str]]) -> Rule:
    """The rule that a value of one of the types ``CODED``, otherwise right, is among codes by system."""
    if type_ == "code":
        return _member_rule(systems)
    members = frozenset((system, code) for system, listed in systems.items() for code in listed)
    return _coding_rule(CODINGS[type_], members)


def _coding_rule(codings: Any, members: frozenset[tuple[str, str]]) -> Rule:
    message = "One coding must be from the required value set, with its system."

    def check(value: Any) -> Found:
        if any((coding.get("system"), coding.get("code")) in members for coding in codings(value)):
            return None
        # An extension may say why there is no code.
        return None if "extension" in value and not codings(value) else issue("code-invalid", message)

    return check
