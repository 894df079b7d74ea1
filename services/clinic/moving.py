"""Movements of people, carried out: what the records say of somebody, what is written, and what follows from it."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import psycopg
from sqlalchemy import Connection

from clinical.custody.commands import MOVEMENTS
from clinical.custody.consequences import Messages, Orders
from clinical.custody.duty_list import tasks_of
from clinical.custody.ending import BOOKED, ORDERED, TO_BE_SENT, ended_by_death, stopped_messages
from clinical.custody.movement import Before, Json, Movement, Told, moved
from clinical.people.same_person import records_of
from fhir_store.locks import lock_of, take
from fhir_store.read import Stored, read
from fhir_store.search import Context, parse_query, search
from fhir_store.write import Saved, Write, raw_cursor
from services.clinic.asking import Asking
from services.clinic.consents import law
from services.clinic.reading import parsed
from services.clinic.writing import changed, new, save_at, save_permitted

OPEN_STAY = """
SELECT source_id FROM clinical.stay
WHERE patient_id = ANY(%s) AND facility_id = %s AND ended_at IS NULL AND status <> ALL(%s)
ORDER BY started_at DESC NULLS LAST, source_id LIMIT 1
"""
ABSENCE = """
SELECT source_id FROM clinical.absence WHERE stay_id = %s AND status IN ('in-progress', 'planned')
ORDER BY status = 'planned', started_at, source_id LIMIT 1
"""
NOT_HELD = ("planned", "cancelled", "entered-in-error")

MOST_ENDED = 500
"""Orders, appointments and messages of one person that a death ends at once."""


@dataclass(frozen=True)
class Standing:
    """What the records say of a person at a facility, and the versions that say it."""

    before: Before
    stored: dict[tuple[str, str], Stored] = field(repr=False)

    def writes(self, resources: Iterable[Json]) -> list[Write]:
        """What is there becomes a new version of itself; the rest is new."""
        return [
            changed(self.stored[one["resourceType"], one["id"]], one) if "id" in one else new(one)
            for one in resources
        ]


def standing(asking: Asking, cursor: psycopg.Cursor[Any], person: str, facility: str) -> Standing:
    """What the records say of a person, however many they have. Raises NotFound."""
    records = records_of(cursor, person)
    patient = read(cursor, asking.keyring, "Patient", person)
    stay = _one(asking, cursor, OPEN_STAY, (sorted(records), facility, list(NOT_HELD)))
    absence = _one(asking, cursor, ABSENCE, (stay.id,)) if stay else None
    found = [one for one in (patient, stay, absence) if one]
    before = Before(parsed(patient), facility, _values(stay), _values(absence))
    return Standing(before, {(one.type, one.id): one for one in found})


def _values(stored: Stored | None) -> Json | None:
    return parsed(stored) if stored else None


def _one(
    asking: Asking, cursor: psycopg.Cursor[Any], statement: str, arguments: tuple[Any, ...]
) -> Stored | None:
    row = cursor.execute(statement, arguments).fetchone()
    return read(cursor, asking.keyring, "Encounter", row[0]) if row else None


def move(
    asking: Asking, connection: Connection, person: str, facility: str, movement: Movement, told: Told
) -> list[Saved]:
    """Record a movement with all that follows from it, in the caller's transaction. Raises CustodyError, Forbidden.

    Two who record one movement at once do it one after the other, and the second is told that it is done.
    """
    cursor = raw_cursor(connection)
    take(cursor, [lock_of("movement", person)])
    found = standing(asking, cursor, person, facility)
    saved = save_at(asking, connection, person, facility, found.writes(moved(movement, found.before, told)))
    if not movement.is_planned:
        saved += _follow(asking, connection, person, facility, movement, told, saved)
    return saved


def _follow(
    asking: Asking,
    connection: Connection,
    person: str,
    facility: str,
    movement: Movement,
    told: Told,
    saved: Sequence[Saved],
) -> list[Saved]:
    focus = next((f"Encounter/{one.id}" for one in saved if one.type == "Encounter"), "")
    tasks = tasks_of(movement.consequences, law(asking), person, facility, told.at, told.now, focus)
    writes = [new(one) for one in tasks]
    cursor = raw_cursor(connection)
    for record in sorted(records_of(cursor, person)):
        writes += _ended(asking, cursor, record, movement, told.at)
    return save_permitted(asking, connection, [person], facility, writes) if writes else []


def _ended(
    asking: Asking, cursor: psycopg.Cursor[Any], record: str, movement: Movement, at: datetime
) -> Iterator[Write]:
    """New versions of what the movement ends in one of the person's records."""
    if movement.consequences.orders is Orders.END:
        yield from _changed(asking, cursor, record, "MedicationRequest", ORDERED, at, ended_by_death)
    if movement.consequences.messages is Messages.STOP:
        yield from _changed(asking, cursor, record, "Appointment", BOOKED, at, stopped_messages)
        yield from _changed(asking, cursor, record, "CommunicationRequest", TO_BE_SENT, at, stopped_messages)


def _changed(
    asking: Asking,
    cursor: psycopg.Cursor[Any],
    record: str,
    type_: str,
    statuses: Collection[str],
    at: datetime,
    rule: Callable[[Json, datetime], Json | None],
) -> Iterator[Write]:
    criteria = [("status", ",".join(sorted(statuses))), ("_count", str(MOST_ENDED))]
    query = parse_query(type_, criteria, context=Context(asking.zone, asking.keyring), patient=record)
    for one in search(cursor, query).matches:
        if (now := rule(parsed(one), at)) is not None:
            yield changed(one, now)


def movement_called(code: str) -> Movement | None:
    """The movement with a code; None if there is none."""
    return MOVEMENTS.get(code)
