"""Custody's proposals as a page shows them: of whom, what, when, and what stands in the way of each."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

import psycopg
from sqlalchemy import Connection

from clinical.custody import errors
from clinical.custody.commands import MOVEMENTS
from clinical.custody.mass_change import takes_away
from clinical.custody.movement import Asks, Told, moved
from clinical.custody.movement_file import Flaw
from clinical.custody.prison_numbers import prison_numbers
from clinical.custody.proposal import UNREADABLE, State, proposed, said
from clinical.custody.stay import target
from clinical.people import Identity
from clinical.people.number_spelling import spellings, spelt
from fhir_store.errors import NotFound as NotStored
from fhir_store.errors import ResourceDeleted
from fhir_store.read import Stored, read
from fhir_store.search import Context, parse_query, search
from services.access.decision import Actor, decide
from services.access.decision.subject import Subject
from services.access.roles.rule import Interaction
from services.access.roles.types import PROPOSED
from services.clinic.asking import Asking
from services.clinic.finding import SIGNS
from services.clinic.moving import standing
from services.clinic.reading import Json, identities_by_id, parsed

WAITING = """
SELECT source_id, patient_id, facility_id, movement, at, state, file, line FROM clinical.proposed_movement
WHERE facility_id = ANY(%s) AND state IN ('waiting', 'held') ORDER BY state DESC, at NULLS FIRST, file, line LIMIT %s
"""
SHOWN = 300


class Way(StrEnum):
    """What can be done with a proposal."""

    READY = "ready"
    AHEAD = "ahead"
    """It has not happened yet: it is confirmed when it has."""
    HELD = "held"
    DONE = "done"
    """The record says so already: a nurse was first."""
    CONFLICT = "conflict"
    UNKNOWN = "unknown"
    """Nobody, or several people, have the number."""
    UNREADABLE = "unreadable"
    NOT_SHOWN = "not-shown"
    """Whose it is may not be shown to the reader, who therefore cannot say that it is right."""


@dataclass(frozen=True)
class Proposal:
    """A line that waits for somebody's word."""

    task: str
    way: Way
    movement: str
    at: datetime | None
    number: str = field(repr=False)
    identity: Identity | None = field(repr=False)
    """Of somebody in the reader's care; None: custody's number is all that is shown, and nothing is confirmed."""
    to: str = field(repr=False)
    room: tuple[str, str] = field(repr=False)
    conflict: type[errors.CustodyError] | None
    contradicted: bool
    """Whether another line that waits says something else of the same person."""
    flaw: Flaw | None
    text: str = field(repr=False)
    file: str
    line: int
    patient: str | None


def reads_proposals(actor: Actor, interaction: Interaction = Interaction.READ) -> list[str]:
    """The facilities whose proposals somebody may read, or say what becomes of."""
    held = sorted({facility for one in actor.held for facility in one.facilities})
    return [at for at in held if decide(actor, interaction, Subject(PROPOSED, facility=at)).permitted]


def proposals(
    asking: Asking, connection: Connection, cursor: psycopg.Cursor[Any], facilities: Collection[str]
) -> list[Proposal]:
    """All that wait at some facilities, those that are held first."""
    rows = cursor.execute(WAITING, (sorted(facilities), SHOWN)).fetchall()
    tasks = {row[0]: parsed(read(cursor, asking.keyring, "Task", row[0])) for row in rows}
    whose = _whose(asking, cursor, tasks)
    actor = asking.actor(connection)
    known = identities_by_id(asking, cursor, actor, {one for one in whose.values() if one})
    contradicted = _contradicted(tasks, whose)
    return [
        _proposal(asking, cursor, tasks[id_], row, whose[id_], known, contradicted=id_ in contradicted)
        for id_, *row in rows
    ]


def _whose(asking: Asking, cursor: psycopg.Cursor[Any], tasks: Mapping[str, Json]) -> dict[str, str | None]:
    """Whose each proposal is: as it was found when the file was read, or as the number is known by now."""
    whose = {id_: target(task, "for", "Patient") for id_, task in tasks.items()}
    numbers = {said(tasks[id_], "number") for id_, patient in whose.items() if patient is None} - {""}
    found = _with_numbers(asking, cursor, numbers) if numbers else {}
    return {id_: patient or found.get(said(tasks[id_], "number")) for id_, patient in whose.items()}


def _with_numbers(asking: Asking, cursor: psycopg.Cursor[Any], numbers: Collection[str]) -> dict[str, str]:
    written = {spelling for number in numbers for spelling in spellings(number)}
    wanted = ",".join(one.translate(SIGNS) for one in sorted(written))
    context = Context(asking.zone, asking.keyring)
    query = parse_query("Patient", [("identifier", wanted), ("_count", "500")], context=context)
    found: dict[str, set[str]] = defaultdict(set)
    for one in search(cursor, query).matches:
        for number in map(spelt, prison_numbers(one.value)):
            found[number].add(one.id)
    return {one: next(iter(ids)) for one in numbers if len(ids := found[spelt(one)]) == 1}


def _contradicted(tasks: Mapping[str, Json], whose: Mapping[str, str | None]) -> set[str]:
    """Those of one person of which more than one takes them away, in different ways."""
    away: dict[str, list[str]] = defaultdict(list)
    for id_, patient in whose.items():
        if patient and takes_away(proposed(tasks[id_]) or ""):
            away[patient].append(id_)
    return {id_ for ids in away.values() if len({proposed(tasks[one]) for one in ids}) > 1 for id_ in ids}


def _proposal(
    asking: Asking,
    cursor: psycopg.Cursor[Any],
    task: Json,
    row: Sequence[Any],
    patient: str | None,
    known: Mapping[str, Identity],
    *,
    contradicted: bool,
) -> Proposal:
    _, facility, movement, at, state, file, line = row
    conflict = None
    if movement == UNREADABLE:
        way = Way.UNREADABLE
    elif patient is None:
        way = Way.UNKNOWN
    else:
        way, conflict = _way(asking, cursor, patient, facility, movement, at, state)
        if patient not in known and way in (Way.READY, Way.DONE):
            way = Way.NOT_SHOWN
    flaw = said(task, "flaw")
    return Proposal(
        task["id"], way, movement, at, said(task, "number"), known.get(patient or ""), said(task, "to"),
        (said(task, "wing"), said(task, "cell")), conflict, contradicted,
        Flaw(flaw) if flaw in list(Flaw) else None, said(task, "text"), file, line, patient,
    )  # fmt: skip


def _way(
    asking: Asking,
    cursor: psycopg.Cursor[Any],
    patient: str,
    facility: str,
    movement: str,
    at: datetime,
    state: str,
) -> tuple[Way, type[errors.CustodyError] | None]:
    """Whether it could be recorded, tried on the records as they stand, without writing anything."""
    found = MOVEMENTS.get(movement)
    if found is None:
        return Way.UNREADABLE, None
    room = "tried" if Asks.ROOM in found.asks else ""
    try:
        before = standing(asking, cursor, patient, facility).before
        moved(found, before, Told(at, asking.at, room=room, by_custody=True))
    except errors.InTheFuture:
        return (Way.HELD if state == State.HELD else Way.AHEAD), None
    except errors.HeldHereAlready:
        return Way.DONE, None
    except errors.CustodyError as error:
        return Way.CONFLICT, type(error)
    except (NotStored, ResourceDeleted):
        return Way.UNKNOWN, None
    return (Way.HELD if state == State.HELD else Way.READY), None


def waiting_task(asking: Asking, cursor: psycopg.Cursor[Any], id_: str) -> Stored | None:
    """A proposal that still waits; None if it is none, or somebody said already what becomes of it."""
    try:
        stored = read(cursor, asking.keyring, "Task", id_)
    except (NotStored, ResourceDeleted):
        return None
    task = parsed(stored)
    waits = task.get("status") in ("requested", "on-hold")
    return stored if waits and proposed(task) is not None else None


def of_file(
    asking: Asking, cursor: psycopg.Cursor[Any], facilities: Iterable[str], file: str
) -> list[Stored]:
    """The proposals of a file that are held."""
    cursor.execute(
        "SELECT source_id FROM clinical.proposed_movement WHERE facility_id = ANY(%s) AND file = %s AND state = 'held'",
        (sorted(facilities), file),
    )
    return [read(cursor, asking.keyring, "Task", id_) for (id_,) in cursor.fetchall()]


def patient_of_task(asking: Asking, cursor: psycopg.Cursor[Any], task: Json) -> str | None:
    """Whose a proposal is, by now."""
    return _whose(asking, cursor, {task["id"]: task})[task["id"]]
