"""The whole file of one person for that person, with who looked at it (Mandela Rules 26, GDPR article 15).

Taken out is what is about somebody else: other patients, who told something about the person, how to reach relatives.
Staff are shown by their role, and by name if national law says so (``own-file.names-of-staff``, no default). What a
machine cannot read may name others too, so a clinician reads it over before the file is handed out: ``to_read_over``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from clinical.disclosure.cutting import Part, cut, written
from clinical.labels import Label, labels_of
from clinical.protocols import Protocol
from fhir_store.json_text import ResourceText, parse

Json = Mapping[str, Any]

NAMES_OF_STAFF = "own-file.names-of-staff"

STAFF = frozenset({"Practitioner", "PractitionerRole"})
RELATIVES = frozenset({"RelatedPerson"})

INFORMANTS = frozenset({"asserter", "informationSource", "informant", "source", "reporter", "witness"})
"""Elements that say who told something."""

REACHING = frozenset({"name", "telecom", "address", "photo", "identifier", "birthDate", "qualification"})
"""Elements that say who somebody is, or how to find them."""

OF_OTHERS = frozenset({("Patient", "contact"), ("Patient", "link"), ("Annotation", "authorString")})


@dataclass(frozen=True)
class Look:
    """One look at the record, as the audit has it. ``name`` is the person's or system's that looked."""

    who: str
    name: str
    role: str
    at: datetime
    what: str
    purpose: str


@dataclass(frozen=True)
class Looked:
    """One look as the person is told; ``name`` is None where the law does not say that staff are named."""

    role: str
    at: datetime
    what: str
    purpose: str
    name: str | None


@dataclass(frozen=True)
class OwnFile:
    """The file.

    Attributes:
        bundle: a collection of every record, in the order given.
        looks: who looked, the latest first.
        to_read_over: literal references of what a clinician has to read over before the file is handed out.
        left_out: literal references of what is not in it, since nothing of it stands without somebody else.
    """

    bundle: ResourceText
    looks: tuple[Looked, ...]
    to_read_over: tuple[str, ...]
    left_out: tuple[str, ...] = ()


def own_file(record: Iterable[ResourceText], patient: str, looks: Iterable[Look], law: Protocol) -> OwnFile:
    """The whole file of a person.

    Args:
        record: every resource that the house has of the person, each with an id.
        patient: the literal reference of the person's Patient.
        looks: everybody who looked.
        law: the protocol of the country.
    """
    names_staff = law.yes_or_no(NAMES_OF_STAFF) is True
    given = [(one, _for_person(one.value, patient, names_staff)) for one in record]
    texts = [
        f'{{"resource":{written(one.text, one.value, left)}}}' for one, left in given if left is not None
    ]
    bundle = f'{{"resourceType":"Bundle","type":"collection"{_entries(texts)}}}'
    return OwnFile(
        bundle=parse(bundle),
        looks=_looked(looks, names_staff),
        to_read_over=tuple(
            _reference(one.value) for one, left in given if left is not None and _is_for_people(one.value)
        ),
        left_out=tuple(_reference(one.value) for one, left in given if left is None),
    )


def _is_for_people(resource: Json) -> bool:
    """Whether it is restricted; most often because it holds words, which may name others."""
    return Label.R in labels_of(resource)


def _entries(texts: list[str]) -> str:
    return f',"entry":[{",".join(texts)}]' if texts else ""


def _looked(looks: Iterable[Look], names_staff: bool) -> tuple[Looked, ...]:
    latest_first = sorted(looks, key=lambda look: look.at, reverse=True)
    return tuple(
        Looked(one.role, one.at, one.what, one.purpose, one.name if names_staff else None)
        for one in latest_first
    )


def _for_person(resource: Json, patient: str, names_staff: bool) -> Json | None:
    """A resource without what is about others; None if it is about another patient."""
    type_ = resource["resourceType"]
    if type_ == "Patient" and _reference(resource) != patient:
        return None

    def keep(part: Part) -> Any:
        if part.type == "Resource":
            return _for_person(part.value, patient, names_staff)
        if _is_of_another(part, patient, names_staff):
            return None
        return part.value if names_staff or part.type != "Reference" else _unnamed(part.value)

    return cut(resource, type_, keep)


def _is_of_another(part: Part, patient: str, names_staff: bool) -> bool:
    if (part.within, part.name) in OF_OTHERS:
        return True
    if part.type == "Narrative":
        # It says again what the elements say, in words that nothing here can take a name out of.
        return True
    if part.within in RELATIVES or (part.within in STAFF and not names_staff):
        return part.name in REACHING
    return part.type == "Reference" and _names_another(part, patient)


def _names_another(part: Part, patient: str) -> bool:
    named = part.value.get("reference", "")
    type_ = _type_named(part.value)
    if type_ == "Patient":
        return bool(named != patient)
    return type_ in RELATIVES or (part.name in INFORMANTS and not named)


def _unnamed(reference: Json) -> Json | None:
    """A reference to staff without the name; None if it is nothing but a name."""
    if "display" not in reference or _type_named(reference) not in {*STAFF, ""}:
        return reference
    return {name: value for name, value in reference.items() if "display" not in name} or None


def _type_named(reference: Json) -> str:
    named = reference.get("reference", "").partition("/_history/")[0]
    type_: str = reference.get("type") or named.rpartition("/")[0].rpartition("/")[2]
    return type_


def _reference(resource: Json) -> str:
    return f"{resource['resourceType']}/{resource.get('id', '')}"
