"""What custody proposes, as a Task that a nurse confirms or refuses; and a table that follows those Tasks.

A proposal changes nothing: it is neither a stay nor an absence, and whatever asks where somebody is does not see it. The
number, and a line that could not be read, stand in the Task, which is sealed, and not in the table.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Column, Integer, Table, Text
from sqlalchemy.dialects.postgresql import TIMESTAMP

from clinical.custody.encounters import OURS, RESTRICTED, instant, ours
from clinical.custody.movement_file import BadRow, Row
from clinical.custody.stay import metadata, target
from fhir_store.projections import Projection
from fhir_store.search_values import period_bounds

Json = Mapping[str, Any]

SYSTEM, INPUT = f"{OURS}proposed-movement", f"{OURS}proposed-movement-input"
LINE_OF, FILE = "urn:throughcare:movement-line", "urn:throughcare:movement-file"
UNREADABLE = "unreadable"
"""In place of a movement: a line that could not be read."""


class State(StrEnum):
    """What became of a proposal."""

    WAITING = "waiting"
    HELD = "held"
    """With all of its file, because it would move very many at once."""
    CONFIRMED = "confirmed"
    REFUSED = "refused"


STATUS = {
    State.WAITING: "requested",
    State.HELD: "on-hold",
    State.CONFIRMED: "completed",
    State.REFUSED: "rejected",
}
STATES = {status: state for state, status in STATUS.items()}

proposed_movement = Table(
    "proposed_movement",
    metadata,
    Column("source_type", Text, primary_key=True),
    Column("source_id", Text, primary_key=True),
    Column("patient_id", Text),
    Column("facility_id", Text, nullable=False),
    Column("movement", Text, nullable=False),
    Column("at", TIMESTAMP(timezone=True)),
    Column("state", Text, nullable=False),
    Column("file", Text, nullable=False),
    Column("line", Integer, nullable=False),
)


def proposal_projection(zone: ZoneInfo) -> Projection:
    """The projection that keeps the table."""

    def rows(task: Json) -> Iterator[Json]:
        if row := proposal_row(task, zone):
            yield row

    return Projection(proposed_movement, frozenset({"Task"}), rows)


def proposal_row(task: Json, zone: ZoneInfo) -> Json | None:
    """The proposal that a Task is; None if it is another one."""
    movement, state = proposed(task), STATES.get(task.get("status", ""))
    facility = target(task, "owner", "Organization")
    if movement is None or state is None or facility is None:
        return None
    at, _ = period_bounds({"start": task.get("executionPeriod", {}).get("start")}, zone)
    line = said(task, "line")
    return {
        "patient_id": target(task, "for", "Patient"),
        "facility_id": facility,
        "movement": movement,
        "at": at,
        "state": state.value,
        "file": str(task.get("groupIdentifier", {}).get("value", "")),
        "line": int(line) if line.isdigit() else 0,
    }


def proposed(task: Json) -> str | None:
    """The movement that a Task proposes, by its code; None if it proposes none."""
    codings = task.get("code", {}).get("coding", ())
    return next((str(one.get("code", "")) for one in codings if one.get("system") == SYSTEM), None)


def said(task: Json, what: str) -> str:
    """One of the things that a line said; empty if it did not."""
    for one in task.get("input", ()):
        if any(c.get("system") == INPUT and c.get("code") == what for c in one["type"].get("coding", ())):
            return str(one.get("valueString", ""))
    return ""


def task_of(
    row: Row | BadRow, facility: str, file: str, state: State, now: datetime, patient: str | None = None
) -> dict[str, Any]:
    """The Task that a line becomes.

    Args:
        row: the line.
        facility: the id of the Organization that it is about.
        file: the fingerprint of the file.
        state: waiting or held.
        now: when it is read.
        patient: the id of the Patient who has the number; None if nobody has it, or several do.
    """
    return {
        "resourceType": "Task",
        "meta": {"security": [RESTRICTED]},
        "identifier": [{"system": LINE_OF, "value": f"{facility}.{row.fingerprint}"}],
        "groupIdentifier": {"system": FILE, "value": file},
        "status": STATUS[state],
        "intent": "proposal",
        "code": ours("proposed-movement", row.movement if isinstance(row, Row) else UNREADABLE),
        **({"for": {"reference": f"Patient/{patient}"}} if patient else {}),
        **({"executionPeriod": {"start": instant(row.at)}} if isinstance(row, Row) else {}),
        "authoredOn": instant(now),
        "owner": {"reference": f"Organization/{facility}"},
        "input": [
            {"type": ours("proposed-movement-input", what), "valueString": value}
            for what, value in {"line": str(row.line), **_told(row)}.items()
            if value
        ],
    }


def _told(row: Row | BadRow) -> dict[str, str]:
    if isinstance(row, Row):
        return {"number": row.number, "to": row.to, "wing": row.wing, "cell": row.cell}
    return {"text": row.text, "flaw": row.flaw.value}


def settled(task: Json, state: State) -> Json:
    """The Task after somebody said what becomes of it."""
    return {**task, "status": STATUS[state]}
