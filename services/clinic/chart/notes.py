"""The notes of clinicians about somebody: read with what stood there before a correction, written and corrected."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import Connection

from clinical.chart.note import LONGEST, NOTE, SYSTEM, Note, note_of, observation_of
from fhir_store.errors import NotFound as NotStored
from fhir_store.errors import ResourceDeleted
from fhir_store.history import Span, history_of
from fhir_store.json_text import parse
from fhir_store.read import Stored, read
from fhir_store.search import parse_query, search
from fhir_store.write import raw_cursor
from services.access.decision import person_sees
from services.clinic.asking import Asking
from services.clinic.disclosures import practitioner
from services.clinic.permitted import require
from services.clinic.reading import Patient, parsed
from services.clinic.round.staff import account_names
from services.clinic.writing import changed, new_with_id, save_for
from services.shared.errors import BadRequest, Forbidden
from services.shared.languages import N_

SHOWN = 50
MOST_VERSIONS = 20

EMPTY = N_("Write something, and no more than 4000 signs.")


class NotYours(Forbidden):
    """Somebody else wrote it."""

    message = N_("Only who wrote a note corrects it. Write a note of your own.")


@dataclass(frozen=True)
class Earlier:
    """What stood there before a correction."""

    text: str = field(repr=False)
    at: datetime


@dataclass(frozen=True)
class NoteLine:
    """A note as it is shown."""

    id: str
    text: str = field(repr=False)
    at: datetime
    author: str
    corrected: bool
    earlier: tuple[Earlier, ...]
    own: bool


def notes_of(
    asking: Asking, connection: Connection, cursor: psycopg.Cursor[Any], patient: Patient
) -> list[NoteLine]:
    """The notes that the reader may see, the newest first."""
    found = [note for one in _stored(asking, cursor, patient) if (note := note_of(parsed(one), asking.zone))]
    names = account_names(cursor, [one.author for one in found])
    return [
        NoteLine(
            one.id,
            one.text,
            one.at,
            names.get(one.author, ""),
            one.corrected,
            tuple(_earlier(asking, cursor, patient, one)) if one.corrected else (),
            one.author == str(asking.who.account.id),
        )
        for one in sorted(found, key=lambda note: (note.at, note.id), reverse=True)[:SHOWN]
    ]


def _stored(asking: Asking, cursor: psycopg.Cursor[Any], patient: Patient) -> Iterator[Stored]:
    asked = [("code", f"{SYSTEM}|{NOTE}"), ("_sort", "-date"), ("_count", str(SHOWN))]
    for record in patient.records:
        query = parse_query("Observation", asked, context=asking.context(patient.actor), patient=record)
        yield from search(cursor, query).matches


def _earlier(asking: Asking, cursor: psycopg.Cursor[Any], patient: Patient, note: Note) -> Iterator[Earlier]:
    """What stood there before, the latest first."""
    seen = person_sees(patient.actor, asking.day, ("Observation",))
    page = history_of(cursor, asking.keyring, "Observation", note.id, Span(), MOST_VERSIONS, None, seen)
    for past in page.versions[1:]:
        before = note_of(parse(past.text.encode()).value, asking.zone) if past.text else None
        if before:
            yield Earlier(before.text, before.at)


def keep_note(asking: Asking, connection: Connection, patient: Patient, id_: str, text: str) -> None:
    """Add a note under a number that was drawn for it; sent twice it is one. Raises BadRequest, Forbidden."""
    require(asking, raw_cursor(connection), patient, "Observation")
    written = _text(text)
    if _known(asking, connection, _number(id_)) is not None:
        return
    by = practitioner(asking, connection).partition("/")[2]
    made = observation_of(Note(id_, patient.id, written, asking.at, by))
    save_for(asking, connection, patient, [new_with_id(made)])


def correct_note(asking: Asking, connection: Connection, patient: Patient, id_: str, text: str) -> None:
    """Write a note anew; what stood there stays a version. Raises BadRequest, NotYours, Forbidden."""
    require(asking, raw_cursor(connection), patient, "Observation")
    written, stored = _text(text), _known(asking, connection, id_)
    note = note_of(parsed(stored), asking.zone) if stored else None
    if stored is None or note is None or note.patient not in patient.records:
        raise BadRequest
    if note.author != str(asking.who.account.id):
        raise NotYours
    if note.text == written:
        return
    made = observation_of(Note(id_, note.patient, written, asking.at, note.author, corrected=True))
    save_for(asking, connection, patient, [changed(stored, {**parsed(stored), **made})])


def _known(asking: Asking, connection: Connection, id_: str) -> Stored | None:
    try:
        return read(raw_cursor(connection), asking.keyring, "Observation", id_)
    except (NotStored, ResourceDeleted):
        return None


def _number(id_: str) -> str:
    try:
        return str(UUID(id_))
    except ValueError:
        raise BadRequest from None


def _text(typed: str) -> str:
    text = typed.replace("\r\n", "\n").strip()
    if not text or len(text) > LONGEST:
        raise BadRequest(EMPTY)
    return text
