"""What is to be done because of movements: a table that follows Tasks of ours, for worklists.

A Task says what (``duty#``), of whom (``for``), where (``owner``), by when (``restriction.period.end``) and because of
which stay or absence (``focus``).
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Boolean, Column, Table, Text
from sqlalchemy.dialects.postgresql import TIMESTAMP

from clinical.custody.consequences import Consequences, dues
from clinical.custody.encounters import OURS, RESTRICTED, instant, ours
from clinical.custody.stay import metadata, target
from clinical.protocols import Protocol
from fhir_store.projections import Projection
from fhir_store.search_values import period_bounds

Json = Mapping[str, Any]

SYSTEM = f"{OURS}duty"

OPEN = frozenset({"requested", "received", "accepted", "ready", "in-progress", "on-hold"})
DONE = frozenset({"completed"})

duty = Table(
    "duty",
    metadata,
    Column("source_type", Text, primary_key=True),
    Column("source_id", Text, primary_key=True),
    Column("patient_id", Text, nullable=False),
    Column("facility_id", Text),
    Column("duty", Text, nullable=False),
    Column("due_at", TIMESTAMP(timezone=True)),
    Column("done", Boolean, nullable=False),
)


def duty_projection(zone: ZoneInfo) -> Projection:
    """The projection that keeps the table."""

    def rows(task: Json) -> Iterator[Json]:
        if row := duty_row(task, zone):
            yield row

    return Projection(duty, frozenset({"Task"}), rows)


def duty_row(task: Json, zone: ZoneInfo) -> Json | None:
    """The duty that a Task says; None if it is another one, or was called off."""
    codings = task.get("code", {}).get("coding", ())
    code = next((one.get("code") for one in codings if one.get("system") == SYSTEM), None)
    patient = target(task, "for", "Patient")
    if code is None or patient is None or task.get("status") not in OPEN | DONE:
        return None
    due_at, _ = period_bounds({"start": task.get("restriction", {}).get("period", {}).get("end")}, zone)
    return {
        "patient_id": patient,
        "facility_id": target(task, "owner", "Organization"),
        "duty": code,
        "due_at": due_at,
        "done": task["status"] in DONE,
    }


def tasks_of(
    consequences: Consequences,
    law: Protocol,
    patient: str,
    facility: str,
    at: datetime,
    now: datetime,
    focus: str = "",
) -> list[dict[str, Any]]:
    """The Tasks that a movement brings.

    Args:
        consequences: of the movement.
        law: the protocol of the country, which says within what time each is due.
        patient: the id of the person's Patient.
        facility: the id of the Organization whose duty it is.
        at: when the movement was.
        now: when it is recorded.
        focus: the literal reference of the stay or absence; empty if there is none.
    """
    return [
        {
            "resourceType": "Task",
            "meta": {"security": [RESTRICTED]},
            "status": "requested",
            "intent": "order",
            "code": ours("duty", due.duty),
            **({"focus": {"reference": focus}} if focus else {}),
            "for": {"reference": f"Patient/{patient}"},
            "authoredOn": instant(now),
            "owner": {"reference": f"Organization/{facility}"},
            "restriction": {"period": {"end": instant(at + due.within)}},
        }
        for due in dues(consequences, law)
    ]
