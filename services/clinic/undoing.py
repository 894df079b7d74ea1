"""Taking back what was just recorded: by new versions, so that both stay to be seen.

What was new is marked as entered in error or called off; of what was changed the version before is written again. Only if
nobody has written anything of it since: then it is no slip any more, and is put right by whoever sees what came after.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import psycopg
from sqlalchemy import Connection

from fhir_store.json_text import parse
from fhir_store.read import Stored, read, read_version
from fhir_store.write import Saved, Write, raw_cursor
from services.clinic.asking import Asking
from services.clinic.reading import parsed
from services.clinic.ticket import patient_of, ticket_for
from services.clinic.writing import changed, save_permitted
from services.shared.errors import Conflict
from services.shared.languages import N_

TOO_LATE = N_(
    "Something was recorded after this, so it cannot be taken back by one tap. Put it right instead."
)

IN_ERROR: Mapping[str, str] = {
    "Encounter": "entered-in-error",
    "Task": "entered-in-error",
    "Flag": "entered-in-error",
}
"""The status of what should not have been written at all."""


class Undoable(NamedTuple):
    """A version that was written."""

    type: str
    id: str
    version: int


def undo_ticket(asking: Asking, person: str, saved: Iterable[Saved]) -> str:
    """What the form of the undo button carries: sealed to the session, so that nobody takes back what they did not record."""
    done = [[one.type, one.id, one.version] for one in saved if one.interaction in ("create", "update")]
    return ticket_for(asking, json.dumps([person, done]))


def undo(asking: Asking, connection: Connection, ticket: str, facility: str) -> str:
    """Take back all of it. Returns whose it was. Raises NotFound, Conflict."""
    person, done = json.loads(patient_of(asking, ticket))
    cursor = raw_cursor(connection)
    writes = [_before(asking, cursor, Undoable(*one)) for one in done]
    save_permitted(asking, connection, [person], facility, writes)
    return str(person)


def _before(asking: Asking, cursor: psycopg.Cursor[Any], one: Undoable) -> Write:
    now = read(cursor, asking.keyring, one.type, one.id)
    if now.version != one.version:
        raise Conflict(TOO_LATE)
    if one.version == 1:
        return _in_error(now)
    earlier = read_version(cursor, asking.keyring, one.type, one.id, str(one.version - 1))
    return Write(parse(earlier.text.encode()), id=one.id, if_match=one.version)


def _in_error(now: Stored) -> Write:
    return changed(now, {**parsed(now), "status": IN_ERROR[now.type]})


def undoable(saved: Sequence[Saved]) -> bool:
    """Whether everything that was saved can be taken back."""
    return all(one.version > 1 or one.type in IN_ERROR for one in saved)
