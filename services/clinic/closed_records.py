"""Records that are closed for an investigation: who still reads them, and that nobody else changes anything in them.

The decision is on the thing ``record under investigation``. What a movement left to be done, such as counting bottles by
two, is a Task, and is still done.
"""

from collections.abc import Collection, Iterable
from typing import Any

import psycopg

from clinical.custody.care import CARE
from clinical.people.same_person import records_of
from services.access.decision import Actor, decide
from services.access.decision.subject import Subject
from services.access.roles.rule import Interaction
from services.access.roles.types import SEALED
from services.shared.errors import Forbidden
from services.shared.languages import N_

SEALS = "SELECT EXISTS (SELECT FROM clinical.record_seal WHERE patient_id = ANY(%s))"
TREATED_AT = f"""
SELECT DISTINCT facility_id FROM {CARE} t WHERE patient_id = ANY(%s) AND facility_id = ANY(%s)
"""  # noqa: S608 - our own text

STILL_DONE = frozenset({"Task"})


class RecordClosed(Forbidden):
    """The record is closed for an investigation."""

    title = N_("This record is closed")
    message = N_(
        "It is closed for an investigation. Your medical lead may read it; what is left to be done is under Stays."
    )


def is_closed(cursor: psycopg.Cursor[Any], patient: str) -> bool:
    """Whether one of a person's records is closed."""
    ((closed,),) = cursor.execute(SEALS, (sorted(records_of(cursor, patient)),)).fetchall()
    return bool(closed)


def may_in_closed(cursor: psycopg.Cursor[Any], actor: Actor, patient: str, interaction: Interaction) -> bool:
    """Whether somebody may read or change a closed record: at a facility that treated the person at any time."""
    facilities = sorted({facility for one in actor.held for facility in one.facilities})
    cursor.execute(TREATED_AT, (sorted(records_of(cursor, patient)), facilities))
    treated_at = frozenset(facility for (facility,) in cursor.fetchall())
    subjects = (
        Subject(SEALED, facility=at, patient=patient, open_at=treated_at) for at in sorted(treated_at)
    )
    return any(decide(actor, interaction, one).permitted for one in subjects)


def require_open(cursor: psycopg.Cursor[Any], actor: Actor, patient: str) -> None:
    """Return if somebody may read the record. Raises RecordClosed."""
    if is_closed(cursor, patient) and not may_in_closed(cursor, actor, patient, Interaction.READ):
        raise RecordClosed


def require_changeable(
    cursor: psycopg.Cursor[Any], actor: Actor, patients: Iterable[str], types: Collection[str]
) -> None:
    """Return if somebody may write these types into the records. Raises RecordClosed."""
    if set(types) <= STILL_DONE:
        return
    for patient in patients:
        if is_closed(cursor, patient) and not may_in_closed(cursor, actor, patient, Interaction.UPDATE):
            raise RecordClosed
