"""Name, birth year and number of a person, from a Patient."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Json = Mapping[str, Any]

IDENTIFIER_TYPE = "http://terminology.hl7.org/CodeSystem/v2-0203"
OF_THE_STATE = frozenset({"NI", "NN", "PPN", "SS", "TAX", "DL", "CZ"})
"""Codes of identifiers that a state or insurance gives, and no prison: shown only where there is no other."""

ORDER = ("official", "usual", "")
"""Which of several names is shown first, by its use."""


@dataclass(frozen=True)
class Identity:
    """What tells one person from another on a screen."""

    name: str = field(repr=False)
    number: str = field(repr=False)
    """The prison number if there is one, else another number; empty if none."""
    born: str = field(repr=False)
    """The year; empty if it is not known."""


def identity_of(patient: Json) -> Identity:
    """The identity of a Patient that has passed the gate, whole or in its reduced form."""
    return Identity(_name(patient), _number(patient), str(patient.get("birthDate", ""))[:4])


def _name(patient: Json) -> str:
    names = [one for one in patient.get("name", ()) if one.get("use") != "old"]
    names.sort(key=lambda one: ORDER.index(one.get("use", "")) if one.get("use", "") in ORDER else len(ORDER))
    for name in names:
        if written := name.get("text") or " ".join([*name.get("given", ()), name.get("family", "")]).strip():
            return str(written)
    return ""


def _number(patient: Json) -> str:
    numbers = [one for one in patient.get("identifier", ()) if "value" in one and one.get("use") != "old"]
    numbers.sort(key=_is_of_the_state)
    return str(numbers[0]["value"]) if numbers else ""


def _is_of_the_state(identifier: Json) -> bool:
    codings = identifier.get("type", {}).get("coding", ())
    return any(
        coding.get("system") == IDENTIFIER_TYPE and coding.get("code") in OF_THE_STATE for coding in codings
    )
