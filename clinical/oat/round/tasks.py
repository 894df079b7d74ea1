"""What is to be done after events of the round, as a table that follows the Tasks (``follow_up``), for a worklist."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
from sqlalchemy import ARRAY, Boolean, Column, Numeric, Table, Text
from sqlalchemy.dialects.postgresql import TIMESTAMP

from clinical.custody.stay import metadata
from clinical.oat.round.follow_up import RoundTask, Step
from clinical.oat.shapes import OURS, Json, code_in, id_in, mg_in, moment, ours, quantity, written
from fhir_store.projections import Projection

CODE, STEP, OUTPUT = f"{OURS}round-task", f"{OURS}round-task-step", f"{OURS}round-task-output"
OVER = frozenset({"completed", "cancelled", "rejected", "failed", "entered-in-error"})

round_task = Table(
    "round_task",
    metadata,
    Column("source_type", Text, primary_key=True),
    Column("source_id", Text, primary_key=True),
    Column("patient_id", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("focus_id", Text),
    Column("due_at", TIMESTAMP(timezone=True)),
    Column("done", Boolean, nullable=False),
    Column("steps", ARRAY(Text), nullable=False),
    Column("steps_done", ARRAY(Text), nullable=False),
    Column("decided_mg", Numeric),
)

OPEN = """
SELECT t.source_id, t.patient_id, t.what, t.focus_id, t.due_at, t.steps, t.steps_done, t.decided_mg
FROM clinical.round_task t JOIN fhir_store.current_resource c ON (c.type, c.id) = (t.source_type, t.source_id)
WHERE NOT t.done AND c.facility = %s ORDER BY t.due_at NULLS FIRST, t.source_id
"""
OF_PEOPLE = """
SELECT t.source_id, t.patient_id, t.what, t.focus_id, t.due_at, t.steps, t.steps_done, t.decided_mg
FROM clinical.round_task t WHERE NOT t.done AND t.patient_id = ANY(%s) AND t.what = ANY(%s)
ORDER BY t.due_at NULLS FIRST, t.source_id
"""
OF_FOCUS = """
SELECT t.source_id, t.decided_mg FROM clinical.round_task t
WHERE NOT t.done AND t.patient_id = %s AND t.what = %s AND t.focus_id = ANY(%s) ORDER BY t.source_id
"""


@dataclass(frozen=True)
class OpenTask:
    """A Task that is not done.

    Attributes:
        focus: the id of the record that it is about.
        decided_mg: of a re-dose, how much a prescriber has decided to give again; None: nobody has decided.
    """

    id: str
    patient: str
    what: RoundTask
    focus: str | None
    due_at: datetime | None
    steps: tuple[Step, ...]
    steps_done: frozenset[Step]
    decided_mg: Decimal | None


def task_projection(zone: ZoneInfo) -> Projection:
    """The projection that keeps the table."""

    def rows(task: Json) -> Iterator[Mapping[str, Any]]:
        what, patient = code_in(task.get("code", {}), CODE), id_in(task.get("for", {}), "Patient")
        if what not in list(RoundTask) or patient is None:
            return
        due = task.get("restriction", {}).get("period", {}).get("end")
        yield {
            "patient_id": patient,
            "what": what,
            "focus_id": id_in(task.get("focus", {}), "MedicationAdministration", "Observation"),
            "due_at": None if due is None else moment(due, zone),
            "done": task.get("status") in OVER,
            "steps": sorted(_steps(task, "input")),
            "steps_done": sorted(_steps(task, "output")),
            "decided_mg": _decided(task),
        }

    return Projection(round_task, frozenset({"Task"}), rows)


def open_tasks(cursor: psycopg.Cursor[Any], facility: str) -> list[OpenTask]:
    """What is to be done at a facility, what is due first first."""
    return [_open(row) for row in cursor.execute(OPEN, (facility,)).fetchall()]


def open_of(
    cursor: psycopg.Cursor[Any], patients: Iterable[str], what: Iterable[RoundTask]
) -> list[OpenTask]:
    """What is to be done of some kinds for some people, what is due first first."""
    asked = (list(patients), [str(one) for one in what])
    return [_open(row) for row in cursor.execute(OF_PEOPLE, asked).fetchall()]


def _open(row: tuple[Any, ...]) -> OpenTask:
    id_, patient, what, focus, due, steps, done, mg = row
    asked = tuple(one for one in Step if one in steps)
    return OpenTask(id_, patient, RoundTask(what), focus, due, asked, frozenset(map(Step, done)), mg)


def tasks_about(
    cursor: psycopg.Cursor[Any], patient: str, what: RoundTask, records: list[str]
) -> dict[str, Decimal | None]:
    """The open Tasks of one kind about some records of somebody, by their ids, with what was decided."""
    return dict(cursor.execute(OF_FOCUS, (patient, what, records)).fetchall())


def with_step(task: Mapping[str, Any], step: Step, at: datetime) -> dict[str, Any]:
    """The Task with a step done; completed with its last one."""
    if step in _steps(task, "output"):
        return dict(task)
    output = [*task.get("output", ()), {"type": ours("round-task-step", step), "valueDateTime": written(at)}]
    changed = {**task, "output": output}
    return completed(changed) if _steps(changed, "input") <= _steps(changed, "output") else {**changed, "status": "in-progress"}  # fmt: skip


def decided(task: Mapping[str, Any], mg: Decimal) -> dict[str, Any]:
    """The Task with a prescriber's decision: so much may be given again. Nothing: it is done."""
    others = [one for one in task.get("output", ()) if not code_in(one.get("type", {}), OUTPUT)]
    output = [*others, {"type": ours("round-task-output", "again"), "valueQuantity": quantity(mg, "mg")}]
    changed = {**task, "output": output, "status": "accepted"}
    return changed if mg > 0 else completed(changed)


def what_of(task: Json) -> RoundTask | None:
    """What a Task asks for; None: it is none of the round."""
    what = code_in(task.get("code", {}), CODE)
    return RoundTask(what) if what in list(RoundTask) else None


def is_open(task: Json) -> bool:
    """Whether it is still to be done."""
    return task.get("status") not in OVER


def completed(task: Mapping[str, Any]) -> dict[str, Any]:
    """The Task, done."""
    return {**task, "status": "completed"}


def cancelled(task: Mapping[str, Any]) -> dict[str, Any]:
    """The Task, which nobody has to do any more: what it is about was entered in error."""
    return {**task, "status": "cancelled"}


def _decided(task: Json) -> Decimal | None:
    said = (one for one in task.get("output", ()) if code_in(one.get("type", {}), OUTPUT) == "again")
    return next((mg_in(one.get("valueQuantity", {})) for one in said), None)


def _steps(task: Mapping[str, Any], element: str) -> set[Step]:
    codes = (code_in(one.get("type", {}), STEP) for one in task.get(element, ()))
    return {Step(code) for code in codes if code in list(Step)}
