"""Whose key seals what, and the keys of the people that a save is about.

Everything that is part of one person's record is sealed with that person's key, not only the Patient: an Observation's
narrative or a ``subject.display`` names people as well, and destroying one key then erases all of it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

import psycopg

from fhir_store.compartments import patients_of, types_of_records
from fhir_store.keyring import Keyring, new_key
from fhir_store.seal import NULL_KEY, DataKey, place_of_body

OF_NOBODY_ALONE = ""
"""In place of a patient's id: what is part of several records, or names people and is part of none."""

SUBJECTS = ("subject", "patient")
"""The elements that tell whom it is about, where a resource lies in several records."""

FIND = """
SELECT k.patient, k.number, k.wrapped FROM fhir_store.data_key k WHERE k.patient = ANY(%s) AND k.wrapped IS NOT NULL
"""
NUMBERS = """
SELECT nextval('fhir_store.data_key_number'), (SELECT max(version) FROM fhir_store.key_encryption_key)
FROM generate_series(1, %s)
"""
# In one order, so that two programs that make keys of the same people wait for each other and never both.
ADD = """
INSERT INTO fhir_store.data_key (number, purpose, patient, wrapped, kek)
SELECT number, 'person', patient, wrapped, kek
FROM unnest(%s::int[], %s::text[], %s::bytea[], %s::int[]) AS w (number, patient, wrapped, kek) ORDER BY patient
ON CONFLICT DO NOTHING
"""

Resource = Mapping[str, Any]


class Sealed(NamedTuple):
    """A body as it is stored, and the number of its key."""

    key: int
    body: bytes | None


@cache
def sealed_types() -> frozenset[str]:
    """The types that are sealed. A Bundle is nobody's and may hold anything."""
    return types_of_records() | {"Bundle"}


def key_holder(resource: Resource) -> str | None:
    """The patient with whose key a resource is sealed, or OF_NOBODY_ALONE; None if it is not sealed at all."""
    if resource["resourceType"] not in sealed_types():
        return None
    patients = patients_of(resource)
    if len(patients) > 1:
        patients = patients_of(
            {name: resource[name] for name in ("resourceType", *SUBJECTS) if name in resource}
        )
    return next(iter(patients)) if len(patients) == 1 else OF_NOBODY_ALONE


def sealed(keyring: Keyring, keys: Mapping[str, DataKey], holder: str | None, seq: int, text: str) -> Sealed:
    """A text under the key of its holder, whose is among ``keys``."""
    if holder is None:
        return Sealed(NULL_KEY, text.encode())
    key = keys[holder] if holder else keyring.own
    return Sealed(key.number, key.seal(place_of_body(seq), text))


def people(holders: Iterable[str | None]) -> list[str]:
    """The patients among the holders, each once, in order."""
    return sorted({one for one in holders if one})


def keys_of(cursor: psycopg.Cursor[Any], keyring: Keyring, patients: Collection[str]) -> dict[str, DataKey]:
    """The key of each patient, made where there is none: in the caller's transaction. Raises KeyLost."""
    found = _find(cursor, keyring, patients)
    while missing := sorted(set(patients) - found.keys()):
        _make(cursor, keyring, missing)
        # Another program may have been first; then the key is its.
        found |= _find(cursor, keyring, missing)
    return found


def _find(cursor: psycopg.Cursor[Any], keyring: Keyring, patients: Collection[str]) -> dict[str, DataKey]:
    if not patients:
        return {}
    rows = cursor.execute(FIND, (list(patients),)).fetchall()
    return {patient: keyring.data_key(number, wrapped) for patient, number, wrapped in rows}


def _make(cursor: psycopg.Cursor[Any], keyring: Keyring, patients: Sequence[str]) -> None:
    numbers = cursor.execute(NUMBERS, (len(patients),)).fetchall()
    made = [new_key(keyring.encryption, number, version) for number, version in numbers]
    versions = [version for _, version in numbers]
    cursor.execute(
        ADD, ([one.number for one in made], list(patients), [one.wrapped for one in made], versions)
    )
