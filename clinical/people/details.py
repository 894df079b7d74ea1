"""Who somebody is, as they are asked at reception, and as a Patient says it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from clinical.people.doubt import Doubt, doubt_extension, doubt_of
from clinical.people.numbers import Number, identifier_of, numbers_of
from clinical.protocols import NO_PROTOCOL, Protocol

Json = Mapping[str, Any]

FATHER = "urn:throughcare:extension:fathers-name"
"""In the name itself: the name of the father, which tells people of one name apart in the countries that we serve."""

SEXES = ("male", "female", "other", "unknown")


@dataclass(frozen=True)
class Details:
    """What is known of who somebody is. Empty: not known."""

    given: str = field(default="", repr=False)
    family: str = field(default="", repr=False)
    father: str = field(default="", repr=False)
    born: str = field(default="", repr=False)
    """As FHIR writes it: a day, a month or a year."""
    sex: str = field(default="unknown", repr=False)
    numbers: tuple[Number, ...] = field(default=(), repr=False)
    doubt: Doubt = Doubt.NONE
    others: tuple[str, ...] = field(default=(), repr=False)
    """Other names, each in full: earlier ones, in another script, by which somebody is called."""

    @property
    def names(self) -> tuple[str, ...]:
        """Every name in full, the one in use first."""
        return (f"{self.given} {self.family}".strip(), *self.others)


def details_of(patient: Json) -> Details:
    """What a Patient that has passed the gate says."""
    first, *others = names_in_use_first(patient) or [{}]
    return Details(
        " ".join(first.get("given", ())) or ("" if "family" in first else first.get("text", "")),
        first.get("family", ""),
        fathers_name(patient),
        str(patient.get("birthDate", "")),
        patient.get("gender", "unknown"),
        tuple(numbers_of(patient)),
        doubt_of(patient),
        tuple(name for one in others if (name := _in_full(one))),
    )


def fathers_name(patient: Json) -> str:
    """The father's name, of the name in use before others; empty if it is not known."""
    return next((name for one in names_in_use_first(patient) if (name := _father(one))), "")


def patient_of(details: Details, facility: str, law: Protocol = NO_PROTOCOL) -> dict[str, Any]:
    """The Patient of somebody who is registered, without an id.

    Args:
        details: what is known of them.
        facility: the id of the Organization that registers them, which keeps the record.
        law: of the country, which names the systems of its numbers.
    """
    name = human_name(details)
    identifiers = [identifier_of(one, law) for one in details.numbers]
    said = {
        "extension": doubt_extension(details.doubt),
        "identifier": identifiers,
        "name": [name] if name else [],
        "birthDate": details.born,
    }
    return {
        "resourceType": "Patient",
        **{element: value for element, value in said.items() if value},
        "active": True,
        "gender": details.sex,
        "managingOrganization": {"reference": f"Organization/{facility}"},
    }


def human_name(details: Details) -> dict[str, Any]:
    """The name in use as a HumanName; empty if none is known."""
    said = {
        "extension": [{"url": FATHER, "valueString": details.father}] if details.father else [],
        "family": details.family,
        "given": details.given.split(),
    }
    return {element: value for element, value in said.items() if value}


def names_in_use_first(patient: Json) -> Sequence[Json]:
    """The names of a Patient, those first by which somebody is called now."""
    return sorted(patient.get("name", ()), key=lambda one: one.get("use") in ("old", "maiden", "nickname"))


def _in_full(name: Json) -> str:
    parts: Iterator[str] = (str(one) for one in (*name.get("given", ()), name.get("family")) if one)
    return " ".join(parts) or str(name.get("text", ""))


def _father(name: Json) -> str:
    said = (one.get("valueString") for one in name.get("extension", ()) if one.get("url") == FATHER)
    return str(next(said, None) or "")
