"""What the pages read of a person, each time decided and logged."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import psycopg
from sqlalchemy import Connection

from clinical.labels import Label
from clinical.people import Identity, identity_of
from clinical.people.same_person import records_of
from clinical.safety_set import kind_of, reduced
from fhir_store.errors import NotFound as NotStored
from fhir_store.errors import ResourceDeleted
from fhir_store.read import Stored, read
from fhir_store.search import Context, parse_query, search
from services.access.audit import kinds
from services.access.audit.kinds import Subjects
from services.access.decision import Actor, Form
from services.access.decision.one_by_one import Shown, shown_one_by_one, treats
from services.access.emergency import Opening
from services.clinic.asking import Asking
from services.clinic.closed_records import require_open
from services.shared.errors import NotFound
from services.shared.languages import N_

Json = Mapping[str, Any]

NEWEST_FIRST = {
    "AllergyIntolerance": "_lastUpdated",
    "Condition": "_lastUpdated",
    "DetectedIssue": "_lastUpdated",
    "Flag": "_lastUpdated",
    "MedicationAdministration": "effective-time",
    "MedicationDispense": "whenhandedover",
    "MedicationRequest": "_lastUpdated",
    "MedicationStatement": "_lastUpdated",
    "Observation": "date",
}
"""Where the safety set is, and by what its newest are found."""

ID = re.compile(r"[A-Za-z0-9.-]{1,64}")
"""http://hl7.org/fhir/R4/datatypes.html#id"""

MOST = 200
"""How many of each type are looked at."""


class NobodyHere(NotFound):
    """Nobody of that id, or nobody in the reader's care: both look alike."""

    title = N_("This person is not in your care")
    message = N_("Find the person by the number in full. What is open in an emergency ends after 2 hours.")


@dataclass(frozen=True)
class Patient:
    """Somebody of whom the reader may know at this moment."""

    id: str
    identity: Identity
    actor: Actor
    opened: Opening | None
    """By what the record stands open to the reader."""
    in_care: bool
    """Whether a facility of the reader treats them, so that nothing has to be opened."""
    records: tuple[str, ...]
    """The ids of all Patients that are records of the person, after a merge; their own first."""

    @property
    def purpose(self) -> str:
        """What for, as it is logged."""
        return self.actor.purpose.value


def patient_for(
    asking: Asking, connection: Connection, cursor: psycopg.Cursor[Any], id_: str, *, whole: bool
) -> Patient:
    """Somebody whose card, or ``whole`` record, the reader may read. Raises NobodyHere, RecordClosed."""
    opened = asking.opened(connection, id_)
    if whole and opened is not None and opened.whole_at is None:
        opened = None
    actor = asking.actor(connection, opened)
    stored = _stored(asking, cursor, id_)
    shown = shown_one_by_one(cursor, actor, asking.day, [stored]) if stored else []
    if not shown:
        raise NobodyHere
    if whole:
        require_open(cursor, actor, id_)
    in_care = treats(cursor, actor, id_, asking.day)
    records = (id_, *sorted(records_of(cursor, id_) - {id_}))
    return Patient(id_, identity_of(shown[0].resource), actor, None if in_care else opened, in_care, records)


def identities(
    asking: Asking, cursor: psycopg.Cursor[Any], patients: Iterable[str]
) -> Mapping[str, Identity]:
    """Who they are, for whoever reviews emergency access: what is left of somebody deleted is nothing."""
    found = {id_: _stored(asking, cursor, id_) for id_ in patients}
    return {id_: identity_of(parsed(stored)) for id_, stored in found.items() if stored}


def identities_shown(
    asking: Asking, cursor: psycopg.Cursor[Any], actor: Actor, patients: Iterable[str]
) -> list[Identity]:
    """Who some people are, of those of whom the reader may know."""
    return list(identities_by_id(asking, cursor, actor, patients).values())


def identities_by_id(
    asking: Asking, cursor: psycopg.Cursor[Any], actor: Actor, patients: Iterable[str]
) -> dict[str, Identity]:
    """The same by the ids of their Patients."""
    stored = [found for id_ in patients if (found := _stored(asking, cursor, id_))]
    shown = shown_one_by_one(cursor, actor, asking.day, stored)
    return {one.stored.id: identity_of(one.resource) for one in shown}


def safety_set(asking: Asking, cursor: psycopg.Cursor[Any], patient: Patient) -> list[Shown]:
    """What of the safety set the reader may read, in the form in which they may.

    Guards stand at the bed too, and the card is read from afar: what tells of HIV is reduced on it whoever reads. The
    record has it.
    """
    stored = [
        one
        for record in patient.records
        for type_, sort in NEWEST_FIRST.items()
        for one in _newest(asking, cursor, record, type_, sort)
        if kind_of(parsed(one)) is not None
    ]
    return [_for_onlookers(one) for one in shown_one_by_one(cursor, patient.actor, asking.day, stored)]


def _for_onlookers(one: Shown) -> Shown:
    if Label.HIV not in one.labels or one.form is Form.REDUCED:
        return one
    return replace(one, resource=reduced(one.resource, _tells_nothing), form=Form.REDUCED, kept_by=None)


def _tells_nothing(labels: frozenset[Label]) -> bool:
    return Label.HIV not in labels


def names_of(
    asking: Asking, cursor: psycopg.Cursor[Any], actor: Actor, ids: Iterable[str]
) -> Mapping[str, str]:
    """The names of Organizations that the reader may read."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    query = parse_query(
        "Organization", [("_id", ",".join(wanted)), ("_count", str(MOST))], context=asking.context(actor)
    )
    return {one.id: str(parsed(one).get("name", "")) for one in search(cursor, query).matches}


def named_facilities(
    asking: Asking, cursor: psycopg.Cursor[Any], actor: Actor, ids: Iterable[str]
) -> tuple[tuple[str, str], ...]:
    """Facilities to choose from: id and name of each, by name."""
    wanted = list(ids)
    names = names_of(asking, cursor, actor, wanted)
    return tuple(sorted(((id_, names.get(id_) or id_) for id_ in wanted), key=lambda one: one[1]))


def log_shown(asking: Asking, patient: Patient, what: str, results: int) -> None:
    """Log, before it is answered, that so many records of somebody were shown on a page."""
    about = Subjects(people([patient.id]))
    asking.log(kinds.read(asking.circumstances(patient.purpose), what, "Patient", about, results=results))


def refuse(asking: Asking, id_: str, why: str) -> None:
    """Log that somebody asked for what they may not read."""
    about = Subjects(people([id_])) if ID.fullmatch(id_) else kinds.NOBODY
    asking.log(kinds.refusal(asking.circumstances(), "read", "Patient", why, about))


def people(ids: Iterable[str]) -> list[str]:
    """References to patients, as the log names them."""
    return sorted(f"Patient/{id_}" for id_ in ids)


def parsed(stored: Stored) -> Json:
    """A resource as values."""
    return stored.value


def _newest(
    asking: Asking, cursor: psycopg.Cursor[Any], patient: str, type_: str, sort: str
) -> Sequence[Stored]:
    parameters = [("_sort", f"-{sort}"), ("_count", str(MOST))]
    query = parse_query(type_, parameters, context=Context(asking.zone, asking.keyring), patient=patient)
    return search(cursor, query).matches


def _stored(asking: Asking, cursor: psycopg.Cursor[Any], id_: str) -> Stored | None:
    if not ID.fullmatch(id_):
        return None
    try:
        return read(cursor, asking.keyring, "Patient", id_)
    except (NotStored, ResourceDeleted):
        return None
