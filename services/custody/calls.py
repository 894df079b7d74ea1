"""Reads the calls of the people who are held in a facility.

One statement, over stays, calls and rooms, which hold nothing clinical. It is the same whoever is called for whatever, and
whether or not there is anything to find.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time
from typing import Any

import psycopg

from clinical.custody.call import CALLED_OFF
from services.custody.held import NOT_HELD

CALLS = """
WITH room AS (
    SELECT r.source_id AS id, r.facility_id = %(facility)s AS here, r.custody_name AS name,
        row_number() OVER (PARTITION BY r.facility_id = %(facility)s ORDER BY c.key) AS number
    FROM clinical.call_room r
    JOIN fhir_store.current_resource c ON c.type = r.source_type AND c.id = r.source_id
)
SELECT DISTINCT k.on_day, k.at, k.patient_id, room.id, room.here, room.name, room.number, k.state
FROM clinical.custody_call k LEFT JOIN room ON room.id = k.room_id
WHERE k.on_day BETWEEN %(first)s AND %(last)s AND EXISTS (
    SELECT FROM clinical.stay s
    WHERE s.patient_id = k.patient_id AND s.facility_id = %(facility)s AND s.status <> ALL(%(not_held)s)
        AND s.started_at < (k.on_day + 1)::timestamp AT TIME ZONE %(zone)s
        AND (s.ended_at IS NULL OR s.ended_at > k.on_day::timestamp AT TIME ZONE %(zone)s)
)
"""


@dataclass(frozen=True)
class Room:
    """A room as custody knows it."""

    name: str | None
    """What custody calls it; None: nobody has said."""
    number: int | None
    """Of the rooms of the facility, in the order in which they were first written; None: it is in another one."""


@dataclass(frozen=True)
class PlacedCall:
    """Somebody has to be somewhere."""

    on: date
    at: time
    patient: str
    room: Room | None
    """None: no room is said, or none that is known here."""
    called_off: bool


def calls_between(
    cursor: psycopg.Cursor[Any], facility: str, first: date, last: date, zone: str
) -> list[PlacedCall]:
    """The calls of the people held in a facility on the day of the call, in no order."""
    asked = {"facility": facility, "first": first, "last": last, "zone": zone, "not_held": list(NOT_HELD)}
    cursor.execute(CALLS, asked)
    return list(_calls(cursor.fetchall()))


def _calls(rows: list[tuple[Any, ...]]) -> Iterator[PlacedCall]:
    for on, at, patient, room_id, here, name, number, state in rows:
        # What another place is called may tell what it is for, so nothing of it is passed on.
        room = None if room_id is None else Room(name, number) if here else Room(None, None)
        yield PlacedCall(on, at, patient, room, state == CALLED_OFF)
