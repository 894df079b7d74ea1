"""What a movement left to be done is done by a record: the duty says by which, and is open again if that was an error."""

from collections.abc import Iterator
from typing import Any

import psycopg
from sqlalchemy import Connection

from clinical.custody.consequences import Duty
from clinical.oat.shapes import Json, ours
from fhir_store.read import read
from fhir_store.write import Write, raw_cursor
from services.clinic.asking import Asking
from services.clinic.reading import Patient, parsed
from services.clinic.writing import changed, facilities, save_permitted

DUTIES = """
SELECT source_id FROM clinical.duty
WHERE patient_id = ANY(%s) AND facility_id = ANY(%s) AND duty = %s AND done = %s ORDER BY source_id
"""


def duty_done(asking: Asking, connection: Connection, patient: Patient, duty: Duty, by: str) -> None:
    """Every such duty of the facilities that treat the person is done by a record, of which ``by`` is the reference."""
    _save(asking, connection, patient, duty, _closed(asking, raw_cursor(connection), patient, duty, by))


def duty_open_again(asking: Asking, connection: Connection, patient: Patient, duty: Duty, by: str) -> None:
    """What was done by a record that was an error is to be done."""
    _save(asking, connection, patient, duty, _reopened(asking, raw_cursor(connection), patient, duty, by))


def _closed(
    asking: Asking, cursor: psycopg.Cursor[Any], patient: Patient, duty: Duty, by: str
) -> Iterator[Write]:
    output = [{"type": ours("duty", duty.value), "valueReference": {"reference": by}}]
    for id_ in _found(asking, cursor, patient, duty, done=False):
        task = read(cursor, asking.keyring, "Task", id_)
        yield changed(task, {**parsed(task), "status": "completed", "output": output})


def _reopened(
    asking: Asking, cursor: psycopg.Cursor[Any], patient: Patient, duty: Duty, by: str
) -> Iterator[Write]:
    for id_ in _found(asking, cursor, patient, duty, done=True):
        stored = read(cursor, asking.keyring, "Task", id_)
        task = parsed(stored)
        if task.get("status") == "completed" and by in _outputs(task):
            kept = {name: value for name, value in task.items() if name != "output"}
            yield changed(stored, {**kept, "status": "requested"})


def _outputs(task: Json) -> set[str]:
    return {str(one.get("valueReference", {}).get("reference", "")) for one in task.get("output", ())}


def _found(
    asking: Asking, cursor: psycopg.Cursor[Any], patient: Patient, duty: Duty, *, done: bool
) -> list[str]:
    asked = (list(patient.records), facilities(asking, cursor, patient), duty.value, done)
    return [id_ for (id_,) in cursor.execute(DUTIES, asked).fetchall()]


def _save(
    asking: Asking, connection: Connection, patient: Patient, duty: Duty, writes: Iterator[Write]
) -> None:
    found = list(writes)
    if found:
        at = facilities(asking, raw_cursor(connection), patient)[0]
        save_permitted(asking, connection, [patient.id], at, found)
