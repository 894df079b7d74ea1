"""The whole file of one person for that person, with who looked at it (Mandela Rules 26, GDPR article 15).

Taken out is what is about somebody else: other patients, who told something about the person, how to reach relatives.
Staff are shown by their role, and by name if national law says so (``own-file.names-of-staff``, no default). What a
machine cannot read may name others too, so a clinician reads it over before the file is handed out: ``to_read_over``.
"""

from collections.abc import Iterable, Iterator, Mapping
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
    facility: str = ""


@dataclass(frozen=True)
class Looked:
    """One look as the person is told; ``name`` is None where the law does not say that staff are named."""

    role: str
    at: datetime
    what: str
    purpose: str
    name: str | None
    facility: str = ""


@dataclass(frozen=True)
class FileEntry:
    """One record of the file.

    Attributes:
        reference: literal.
        resource: what is left of it; None: nothing of it stands without somebody else.
        text: the same as it is written; empty where nothing is left.
        to_read_over: whether a clinician has to read it over before the file is handed out.
    """

    reference: str
    resource: Json | None
    text: str
    to_read_over: bool


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
    entries = list(file_entries(record, patient, law))
    return OwnFile(
        bundle=parse("".join(bundle_text(entries))),
        looks=looked(looks, law),
        to_read_over=tuple(one.reference for one in entries if one.to_read_over),
        left_out=tuple(one.reference for one in entries if one.resource is None),
    )


def file_entries(record: Iterable[ResourceText], patient: str, law: Protocol) -> Iterator[FileEntry]:
    """The records of the file one after the other, so that no more than one has to be held at a time.

    Args: as ``own_file``.
    """
    names_staff = law.yes_or_no(NAMES_OF_STAFF) is True
    for one in record:
        left = _for_person(one.value, patient, names_staff)
        yield FileEntry(
            _reference(one.value),
            left,
            "" if left is None else written(one.text, one.value, left),
            left is not None and _is_for_people(one.value),
        )


def bundle_text(entries: Iterable[FileEntry]) -> Iterator[str]:
    """The Bundle of the file, piece by piece."""
    yield '{"resourceType":"Bundle","type":"collection"'
    before = ',"entry":['
    for one in entries:
        if one.resource is not None:
            yield f'{before}{{"resource":{one.text}}}'
            before = ","
    yield "}" if before != "," else "]}"


def looked(looks: Iterable[Look], law: Protocol) -> tuple[Looked, ...]:
    """Who looked as the person is told, the latest first."""
    names_staff = law.yes_or_no(NAMES_OF_STAFF) is True
    latest_first = sorted(looks, key=lambda look: look.at, reverse=True)
    return tuple(
        Looked(one.role, one.at, one.what, one.purpose, one.name if names_staff else None, one.facility)
        for one in latest_first
    )


def _is_for_people(resource: Json) -> bool:
    """Whether it is restricted; most often because it holds words, which may name others."""
    return Label.R in labels_of(resource)


def _for_person(resource: Json, patient: str, names_staff: bool) -> Json | None:
    """A resource without what is about others; None if it is about another patient."""
    type_ = resource["resourceType"]
    if type_ == "Patient" and _reference(resource) != patient:
        return None

    def keep(part: Part) -> Any:
        if part.type == "Resource":
            # A relative who stands in a record is there for the name alone.
            alone = part.name == "contained" and part.value["resourceType"] in RELATIVES
            return None if alone else _for_person(part.value, patient, names_staff)
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
