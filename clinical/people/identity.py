"""Name, birth year and number of a person, from a Patient."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from clinical.people.details import fathers_name
from clinical.people.doubt import Doubt, doubt_of
from clinical.people.numbers import V2_0203, NumberKind, kind_of_number

Json = Mapping[str, Any]

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
    father: str = field(default="", repr=False)
    """The father's name; empty if it is not known."""
    doubt: Doubt = field(default=Doubt.NONE, repr=False)
    """Whether it is known who they are."""

    @property
    def initials(self) -> str:
        """The first letters of the name; of none that of the number's end."""
        letters = [word[0].upper() for word in self.name.split() if word]
        return "".join(letters[:3]) or self.number[-2:]


def identity_of(patient: Json) -> Identity:
    """The identity of a Patient that has passed the gate, whole or in its reduced form."""
    return Identity(
        _name(patient),
        _number(patient),
        str(patient.get("birthDate", ""))[:4],
        fathers_name(patient),
        doubt_of(patient),
    )


def _name(patient: Json) -> str:
    names = [one for one in patient.get("name", ()) if one.get("use") != "old"]
    names.sort(key=lambda one: ORDER.index(one.get("use", "")) if one.get("use", "") in ORDER else len(ORDER))
    for name in names:
        if written := name.get("text") or " ".join([*name.get("given", ()), name.get("family", "")]).strip():
            return str(written)
    return ""


def _number(patient: Json) -> str:
    numbers = [one for one in patient.get("identifier", ()) if "value" in one and one.get("use") != "old"]
    shown = sorted((one for one in numbers if kind_of_number(one) is not NumberKind.CODE), key=_rank)
    return str(shown[0]["value"]) if shown else ""


def _rank(identifier: Json) -> int:
    """A prison's number first, the state's last; of what is not said it is taken for a prison's."""
    kind = kind_of_number(identifier)
    if kind is NumberKind.PRISON:
        return 0
    codings = identifier.get("type", {}).get("coding", ())
    if any(coding.get("system") == V2_0203 and coding.get("code") in OF_THE_STATE for coding in codings):
        return 3
    return 1 if kind is None else 2
