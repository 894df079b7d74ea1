"""What is to be done after events of the round: the open Tasks of a facility, and how they are ticked off."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from sqlalchemy import Connection

from clinical.oat.happened import Happened
from clinical.oat.round import kept
from clinical.oat.round.follow_up import STEP_WORDS, TASK_WORDS, RoundTask, Step
from clinical.oat.round.tasks import OpenTask, completed, decided, open_tasks, with_step
from clinical.oat.vomited import after_vomiting
from clinical.people import Identity
from fhir_store.read import read
from fhir_store.write import raw_cursor
from services.clinic.reading import Json, parsed
from services.clinic.round.actors import OnRound, law_of
from services.clinic.round.persons import Person, persons_shown
from services.clinic.round.re_dose import Decision, Weighed, in_spite_of, weighed
from services.clinic.round.staff import account_names
from services.clinic.round.typed import uuid_or_none
from services.clinic.round.work_off import Said, happened_shown, log_conflicts, said_of
from services.clinic.sentences import said
from services.clinic.writing import changed, save_at
from services.shared.errors import BadRequest, Forbidden
from services.shared.languages import N_

OF_PRESCRIBERS = frozenset({RoundTask.RE_DOSE, RoundTask.DIVERSION})
"""What a prescriber decides, and nobody else."""

SETTLED_BY_ITS_EVENT = frozenset({RoundTask.DOUBLE_DOSE})
"""Where an event of the round says it. Of a dose that another system wrote there is none."""


class PrescriberDecides(Forbidden):
    """A nurse was about to decide it."""

    message = N_("A prescriber decides this.")


@dataclass(frozen=True)
class StepLine:
    """One thing to do. Words wait for their translation."""

    code: str
    words: str
    done: bool


@dataclass(frozen=True)
class ToDo:
    """One Task. Words wait for their translation, but for ``says``."""

    id: str
    what: str
    words: str
    identity: Identity
    about: Said | None
    due_at: datetime | None
    steps: tuple[StepLine, ...]
    says: str
    """By the protocol."""
    decided_mg: str
    asks_mg: bool
    may_end: bool


def to_do(on: OnRound) -> list[ToDo]:
    """Everything that is to be done at the facility, what is due first first. Whom it names is logged before."""
    asking = on.asking
    with asking.snapshot() as (connection, cursor):
        tasks = open_tasks(cursor, on.facility)
        shown = persons_shown(asking, connection, cursor, {one.patient for one in tasks})
        records = happened_shown(
            asking, connection, cursor, {one.focus: one.patient for one in tasks if one.focus}
        )
        doses = {one.about: one.patient for one in records.values() if one.about}
        records = {**happened_shown(asking, connection, cursor, doses), **records}
        elsewhere = _settled_elsewhere(cursor, tasks)
        names = account_names(cursor, [one.given_by or "" for one in records.values()])
    log_conflicts(on, set(shown), len(tasks))
    return [
        _line(on, one, shown[one.patient], records, names, may_end=one.id not in elsewhere)
        for one in tasks
        if one.patient in shown
    ]


def _settled_elsewhere(cursor: psycopg.Cursor[Any], tasks: Iterable[OpenTask]) -> set[str]:
    """The Tasks that are done once somebody has settled the event of which they speak."""
    asked = {one.id: uuid_or_none(one.focus) for one in tasks if one.what in SETTLED_BY_ITS_EVENT}
    return {id_ for id_, event in asked.items() if event and kept.with_id(cursor, event) is not None}


def tick(on: OnRound, task: str, step: str, typed: Decision) -> None:
    """A step of a Task is done, or all of it, or a prescriber has decided. Raises BadRequest, PrescriberDecides, Forbidden."""
    with on.asking.snapshot() as (_, cursor):
        found = _open(on, cursor, task)
    decision = weighed(on, found, typed) if _is_decided_now(on, found, typed) else None
    on.asking.database.run(lambda connection: _tick(on, connection, task, step, decision))


def _is_decided_now(on: OnRound, task: OpenTask, typed: Decision) -> bool:
    is_over = task.decided_mg is not None and not typed.mg
    return task.what is RoundTask.RE_DOSE and on.may_order and not is_over


def _open(on: OnRound, cursor: psycopg.Cursor[Any], task: str) -> OpenTask:
    found = next((one for one in open_tasks(cursor, on.facility) if one.id == task), None)
    if found is None or found.id in _settled_elsewhere(cursor, [found]):
        raise BadRequest
    return found


def _tick(on: OnRound, connection: Connection, task: str, step: str, decision: Weighed | None) -> None:
    cursor = raw_cursor(connection)
    found = _open(on, cursor, task)
    stored = read(cursor, on.asking.keyring, "Task", found.id)
    made = _made(on, found, parsed(stored), step, decision)
    issues = in_spite_of(on, found, decision) if decision else ()
    save_at(on.asking, connection, found.patient, on.facility, [changed(stored, made), *issues])


def _made(on: OnRound, task: OpenTask, resource: Json, step: str, decision: Weighed | None) -> Json:
    if task.steps:
        if step not in list(Step):
            raise BadRequest
        return with_step(resource, Step(step), on.asking.at)
    if decision is not None:
        return decided(resource, decision.mg)
    if task.what in OF_PRESCRIBERS and task.decided_mg is None and not on.may_order:
        raise PrescriberDecides
    return completed(resource)


def _line(
    on: OnRound,
    task: OpenTask,
    person: Person,
    records: Mapping[str, Happened],
    names: Mapping[str, str],
    *,
    may_end: bool,
) -> ToDo:
    about = records.get(task.focus or "")
    asks = task.what is RoundTask.RE_DOSE and task.decided_mg is None
    return ToDo(
        task.id,
        task.what,
        TASK_WORDS[task.what],
        person.identity,
        said_of(about, names) if about else None,
        task.due_at,
        tuple(StepLine(one, STEP_WORDS[one], one in task.steps_done) for one in task.steps),
        _says(on, task, records),
        "" if task.decided_mg is None else format(task.decided_mg.normalize(), "f"),
        asks and on.may_order,
        not task.steps and not asks and may_end and _may_end(on, task),
    )


def _may_end(on: OnRound, task: OpenTask) -> bool:
    """Whether the reader may say that it is done."""
    return on.may_order or task.decided_mg is not None or task.what not in OF_PRESCRIBERS


def _says(on: OnRound, task: OpenTask, records: Mapping[str, Happened]) -> str:
    """What the protocol says of a re-dose."""
    vomited = records.get(task.focus or "") if task.what is RoundTask.RE_DOSE else None
    dose = records.get(vomited.about or "") if vomited else None
    if vomited is None or dose is None:
        return ""
    return said(after_vomiting(dose, vomited, law_of(on.asking)).says, on.asking.zone)
