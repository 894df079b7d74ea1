"""Putting right who somebody is: a new version of the Patient, in which the earlier names and numbers stand as old ones.

Whoever was known by another name is still found by it.
"""

from collections.abc import Mapping
from typing import Any

from clinical.people.details import Details, details_of, human_name, names_in_use_first
from clinical.people.doubt import EXTENSION, doubt_extension
from clinical.people.numbers import NumberKind, identifier_of, kind_of_number
from clinical.protocols import NO_PROTOCOL, Protocol

Json = Mapping[str, Any]

KEPT = frozenset({NumberKind.CODE, NumberKind.TEMPORARY})
"""Numbers that a correction leaves: the card still works, and the temporary number finds what was written under it."""


def corrected(patient: Json, details: Details, law: Protocol = NO_PROTOCOL) -> Json:
    """The Patient with these details. What it says besides them stays as it is."""
    said = {
        **patient,
        "extension": [*_other_extensions(patient), *doubt_extension(details.doubt)],
        "identifier": [*_numbers(patient, details), *(identifier_of(one, law) for one in details.numbers)],
        "name": _names(patient, details),
        "birthDate": details.born,
        "gender": details.sex,
    }
    return {name: value for name, value in said.items() if value}


def _other_extensions(patient: Json) -> list[Json]:
    return [one for one in patient.get("extension", ()) if one.get("url") != EXTENSION]


def _numbers(patient: Json, details: Details) -> list[Json]:
    """Numbers of kinds that are not corrected here, and those that gave way, as old ones."""
    now = {(one.kind, one.value) for one in details.numbers}
    found = []
    for identifier in patient.get("identifier", ()):
        kind = kind_of_number(identifier)
        if kind is None or kind in KEPT or identifier.get("use") == "old":
            found.append(identifier)
        elif (kind, identifier.get("value")) not in now:
            found.append({**identifier, "use": "old"})
    return found


def _names(patient: Json, details: Details) -> list[Json]:
    """The name as it is now; the one that it takes the place of as an old one; the others as they stand."""
    before, (first, *others) = details_of(patient), names_in_use_first(patient) or [{}]
    if (before.given, before.family, before.father) == (details.given, details.family, details.father):
        return list(patient.get("name", ()))
    replaced = [{**first, "use": "old"}] if first else []
    return [*([name] if (name := human_name(details)) else []), *others, *replaced]
