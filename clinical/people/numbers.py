"""The numbers that somebody is known by: from a prison, a state, a programme, or given here.

A national system differs from country to country, so the protocol names it: ``people.identifier-system.prison``,
``.national`` and ``.uic``. Where it is not set, one of ours stands in its place.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from clinical.protocols import NO_PROTOCOL, Protocol

Json = Mapping[str, Any]

V2_0203 = "http://terminology.hl7.org/CodeSystem/v2-0203"
OURS = "urn:throughcare:code-system:identifier-type"


class NumberKind(StrEnum):
    """Who gave a number out, and what for."""

    PRISON = "prison"
    TEMPORARY = "temporary"
    """Given here to somebody whose identity is unknown or disputed."""
    UIC = "uic"
    """Unique identifier code of a harm reduction programme, made of what its client knows by heart."""
    NATIONAL = "national"
    CODE = "code"
    """What the person's card says to a scanner: digits that mean nothing (``clinical.people.code``)."""
    OTHER = "other"
    """Of which the record does not say what it is. It is read, and never written."""


TYPES: Mapping[NumberKind, tuple[str, str]] = {
    NumberKind.PRISON: (V2_0203, "PRN"),
    NumberKind.TEMPORARY: (OURS, "temporary"),
    NumberKind.UIC: (OURS, "uic"),
    NumberKind.NATIONAL: (V2_0203, "NI"),
    NumberKind.CODE: (OURS, "code"),
}
KINDS = {type_: kind for kind, type_ in TYPES.items()}

IN_USE = {NumberKind.TEMPORARY: "temp"}
"""Identifier.use, where it is not the usual one."""


@dataclass(frozen=True)
class Number:
    """A number as somebody has it."""

    kind: NumberKind
    value: str


def kind_of_number(identifier: Json) -> NumberKind | None:
    """What an Identifier is; None if its type says nothing that is known here."""
    codings = identifier.get("type", {}).get("coding", ())
    found = (KINDS.get((one.get("system", ""), one.get("code", ""))) for one in codings)
    return next((kind for kind in found if kind), None)


def numbers_of(patient: Json) -> Iterator[Number]:
    """The numbers that a Patient has now."""
    for identifier in patient.get("identifier", ()):
        if "value" in identifier and identifier.get("use") != "old":
            yield Number(kind_of_number(identifier) or NumberKind.OTHER, str(identifier["value"]))


def identifier_of(number: Number, law: Protocol = NO_PROTOCOL) -> Json:
    """A number as an Identifier."""
    system, code = TYPES[number.kind]
    use = {"use": IN_USE[number.kind]} if number.kind in IN_USE else {}
    return {
        **use,
        "type": {"coding": [{"system": system, "code": code}]},
        "system": system_of(number.kind, law),
        "value": number.value,
    }


def system_of(kind: NumberKind, law: Protocol = NO_PROTOCOL) -> str:
    """The system of the numbers of a kind in a country."""
    return law.text(f"people.identifier-system.{kind}") or f"urn:throughcare:{kind}-number"


def of_kind(numbers: Iterable[Number], kind: NumberKind) -> str:
    """The first number of a kind; empty if there is none."""
    return next((one.value for one in numbers if one.kind is kind), "")
