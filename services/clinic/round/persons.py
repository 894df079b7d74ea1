"""The people of a round as the reader may know them: who is shown whole, with what may be said of their allergies."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Any

import psycopg
from sqlalchemy import Connection

from clinical.concepts import words
from clinical.oat.round.reading import Read
from clinical.people import Identity, identity_of
from clinical.people.numbers import NumberKind, numbers_of, of_kind
from fhir_store.opened import MOST, Opened
from fhir_store.read import Stored, read_many
from fhir_store.side_by_side import side_by_side
from services.access.decision import Actor, Form
from services.access.decision.one_by_one import grounds_of, shown_by, shown_one_by_one
from services.clinic.asking import Asking
from services.clinic.reading import ID
from services.shared.languages import gettext

PATIENT, ALLERGY = "Patient", "AllergyIntolerance"


@dataclass(frozen=True)
class Person:
    """Somebody on the list, as the reader may know them."""

    identity: Identity = field(repr=False)
    born: str = field(repr=False)
    """As FHIR writes it."""
    allergies: tuple[str, ...] = field(default=(), repr=False)
    two_people: bool = False
    code: str = field(default="", repr=False)
    """What their card says to a scanner."""


def persons_shown(
    asking: Asking, connection: Connection, cursor: psycopg.Cursor[Any], ids: Iterable[str]
) -> Mapping[str, Person]:
    """Those of some people whom the reader may know, without their allergies."""
    asked = [(PATIENT, id_) for id_ in ids if ID.fullmatch(id_)]
    stored = read_many(cursor, asking.keyring, asked)
    resources = [with_patient(one, id_) for (_, id_), one in stored.items()]
    found = shown_one_by_one(cursor, asking.actor(connection), asking.day, resources)
    return {one.stored.id: _person(one.stored, []) for one in found if one.form is Form.WHOLE}


def persons_of(
    cursor: psycopg.Cursor[Any], *, asking: Asking, actor: Actor, read: Read, marked: Collection[str]
) -> Mapping[str, Person]:
    """Who is shown whole as a person; of their allergies what may be said."""
    asked = {(PATIENT, id_): id_ for id_ in read.records}
    asked |= {(ALLERGY, allergy): id_ for allergy, id_ in read.allergies.items()}
    names, day = list(asked), asking.day
    with side_by_side(cursor) as beside:
        stored = beside.read(partial(_opened(asking).read_many, keyring=asking.keyring, asked=asked))
        grounds = beside.read(partial(grounds_of, actor=actor, day=day, names=names, patients=read.records))
    found = shown_by(grounds.result, actor, stored.result.values())
    allergies: dict[str, list[str]] = {}
    for one in found:
        if one.stored.type == ALLERGY:
            allergies.setdefault(one.stored.patients[0], []).append(
                gettext(words(one.resource.get("code", {})))
            )
    return {
        one.stored.id: _person(
            one.stored, allergies.get(one.stored.id, []), two_people=one.stored.id in marked
        )
        for one in found
        if one.stored.type == PATIENT and one.form is Form.WHOLE
    }


def with_patient(stored: Stored, patient: str) -> Stored:
    """What was read by its id, and is known to be part of the record of somebody."""
    return Stored(stored.type, stored.id, stored.version, stored.last_updated, stored.text, (patient,))


def _opened(asking: Asking) -> Opened:
    """What the round opened before."""
    state = asking.request.app.state
    if not hasattr(state, "round_opened"):
        state.round_opened = Opened()
    found: Opened = state.round_opened
    return found


def _person(patient: Stored, allergies: list[str], *, two_people: bool = False) -> Person:
    identity, born, code = _named(patient)
    return Person(identity, born, tuple(sorted(set(allergies))), two_people, code)


@lru_cache(MOST)
def _named(patient: Stored) -> tuple[Identity, str, str]:
    """Who a Patient is, when they were born as FHIR writes it, and the code of their card."""
    code = of_kind(numbers_of(patient.value), NumberKind.CODE)
    return identity_of(patient.value), str(patient.value.get("birthDate", "")), code
