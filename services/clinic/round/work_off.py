"""What of the round somebody has to look at, and how it is settled: decided by a clinician, in one transaction."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

import psycopg
from sqlalchemy import Connection

from clinical.oat.happened import KIND_WORDS, REASON_WORDS, Happened, Kind
from clinical.oat.happened_resource import happened_of
from clinical.oat.round import kept, look_event, spoken_event
from clinical.oat.round.flags import WORDS as FLAG_WORDS
from clinical.oat.round.flags import Flag, Outcome
from clinical.oat.round.follow_up import RoundTask
from clinical.oat.round.kept import Kept, Received
from clinical.oat.round.record import accept, record_event
from clinical.oat.round.recording import Recorded
from clinical.oat.round.tasks import completed, tasks_about
from clinical.people import Identity
from fhir_store.read import read, read_many
from fhir_store.write import raw_cursor
from services.access.audit import kinds
from services.access.audit.kinds import Subjects
from services.access.decision import Form
from services.access.decision.one_by_one import shown_one_by_one
from services.clinic.asking import Asking
from services.clinic.openings import NOBODY
from services.clinic.reading import parsed, people
from services.clinic.round.actors import OnRound
from services.clinic.round.persons import Person, persons_shown, with_patient
from services.clinic.round.recording import recording
from services.clinic.round.staff import account_names
from services.clinic.writing import changed, save_permitted
from services.shared.errors import BadRequest, Conflict
from services.shared.languages import N_

TYPES = ("MedicationAdministration", "Observation")
UNKNOWN_KIND = N_("Of another version of the program")
MOST = 200
LONGEST = 200


class Settled(StrEnum):
    """How it was worked off. The code is stored: never changed."""

    LOOKED_AT = "looked-at"
    BOTH_TAKEN = "both-taken"
    THIS_WRONG = "this-wrong"
    OTHER_WRONG = "other-wrong"
    ACCEPTED = "accepted"
    NO_DOSE = "no-dose"


SETTLED_WORDS: Mapping[Settled, str] = {
    Settled.LOOKED_AT: N_("Looked at, nothing is to be done"),
    Settled.BOTH_TAKEN: N_("Both were swallowed: a double dose"),
    Settled.THIS_WRONG: N_("This one was entered in error"),
    Settled.OTHER_WRONG: N_("The other one was entered in error"),
    Settled.ACCEPTED: N_("It happened so: make the record"),
    Settled.NO_DOSE: N_("It was no dose of anybody"),
}

CHOICES: Mapping[Outcome, tuple[Settled, ...]] = {
    Outcome.CONFLICT: (Settled.BOTH_TAKEN, Settled.THIS_WRONG, Settled.OTHER_WRONG, Settled.LOOKED_AT),
    Outcome.QUARANTINED: (Settled.ACCEPTED, Settled.NO_DOSE),
    Outcome.FLAGGED: (Settled.LOOKED_AT, Settled.THIS_WRONG),
    Outcome.STORED: (),
}

NOTHING_TO_MAKE = N_(
    "No record can be made of it: nobody with this number is known here, or a part of it is not understood. "
    "Record what happened on the person's own card, then say here that it was no dose."
)
ALREADY = N_("Somebody else has settled this meanwhile.")


@dataclass(frozen=True)
class Said:
    """What a record says happened. Words wait for their translation."""

    words: str
    at: datetime
    by: str
    mg: str
    reason: str


@dataclass(frozen=True)
class ToLookAt:
    """One event to be looked at. Words wait for their translation."""

    event: UUID
    outcome: str
    identity: Identity
    this: Said
    other: Said | None
    somebody: str
    """Who it was, in the words of whoever gave it; empty: a person is named, or nobody said."""
    flags: tuple[str, ...]
    choices: tuple[tuple[str, str], ...]


def to_look_at(on: OnRound) -> list[ToLookAt]:
    """Everything that waits at the facility, conflicts first. Whom it names is logged before."""
    asking = on.asking
    with asking.snapshot() as (connection, cursor):
        waiting = kept.to_work_off(cursor, on.facility, MOST)
        shown = persons_shown(asking, connection, cursor, {one.patient for one in waiting})
        records = happened_shown(asking, connection, cursor, _records(waiting))
        authors = [str(one.author) for one in waiting] + [one.given_by or "" for one in records.values()]
        names = account_names(cursor, authors)
        unknown = {
            one.id: _somebody(asking, cursor, one) for one in waiting if Flag.UNKNOWN_PERSON in one.flags
        }
    log_conflicts(on, set(shown), len(waiting))
    return [_line(one, shown, records, names, unknown.get(one.id, "")) for one in waiting]


def _somebody(asking: Asking, cursor: psycopg.Cursor[Any], one: Kept) -> str:
    """Of whom a tablet said only in words, or by a number, who it was."""
    said = json.loads(kept.body_of(cursor, asking.keyring, one.id) or "{}").get("somebody")
    return said[:LONGEST] if isinstance(said, str) else ""


def log_conflicts(on: OnRound, persons: Iterable[str], results: int) -> None:
    """Log, before anybody sees it, who stands on the page. Raises AuditUnavailable."""
    about, at = Subjects(people(persons)), on.asking.circumstances(on.asking.purpose.value)
    on.asking.log(kinds.read(at, "$round-conflicts", "MedicationAdministration", about, results=results))


def happened_shown(
    asking: Asking, connection: Connection, cursor: psycopg.Cursor[Any], records: Mapping[str, str]
) -> dict[str, Happened]:
    """What some records say, of those that the reader may read whole; ``records``: their patients by their ids."""
    asked = [(type_, id_) for id_ in records for type_ in TYPES]
    stored = read_many(cursor, asking.keyring, asked)
    resources = [with_patient(one, records[id_]) for (_, id_), one in stored.items()]
    found = shown_one_by_one(cursor, asking.actor(connection), asking.day, resources)
    read = (happened_of(one.resource, asking.zone) for one in found if one.form is Form.WHOLE)
    return {one.id: one for one in read if one is not None}


def _records(waiting: Iterable[Kept]) -> dict[str, str]:
    """The records that are to be compared, with their patients."""
    named = [(one.patient, id_) for one in waiting for id_ in (one.resource_id, one.other) if id_]
    return {id_: patient for patient, id_ in named}


def settle(on: OnRound, event: UUID, how: Settled) -> None:
    """Settle one. Raises BadRequest, Conflict."""
    on.asking.database.run(lambda connection: _settle(on, connection, event, how))


def _settle(on: OnRound, connection: Connection, event: UUID, how: Settled) -> None:
    cursor = raw_cursor(connection)
    found = kept.with_id(cursor, event)
    if found is None or found.facility != on.facility or how not in choices(found):
        raise BadRequest
    made = _done(on, connection, found, how)
    resource = (made.kept.resource_type or "", made.kept.resource_id or "") if made else None
    by = on.asking.who.account.id
    _complete(on, connection, found)
    if not kept.settle(connection, event, by, on.asking.at, how, resource):
        raise Conflict(ALREADY)
    at = on.asking.circumstances(on.asking.purpose.value)
    about = Subjects(people([found.patient] if found.outcome is not Outcome.QUARANTINED or made else []))
    on.asking.log_with(connection, kinds.write(at, "update", "round-event", about))


def _done(on: OnRound, connection: Connection, found: Kept, how: Settled) -> Recorded | None:
    match how:
        case Settled.ACCEPTED:
            return _accepted(on, connection, found)
        case Settled.THIS_WRONG:
            return _in_error(on, connection, found, str(found.id))
        case Settled.OTHER_WRONG:
            return _in_error(on, connection, found, found.other or "")
    return None


def _complete(on: OnRound, connection: Connection, found: Kept) -> None:
    """What asked somebody to look at a conflict is done with it."""
    if found.outcome is not Outcome.CONFLICT:
        return
    cursor, about = raw_cursor(connection), [one for one in (found.resource_id, found.other) if one]
    for id_ in tasks_about(cursor, found.patient, RoundTask.DOUBLE_DOSE, about):
        stored = read(cursor, on.asking.keyring, "Task", id_)
        write = changed(stored, completed(parsed(stored)))
        # Whoever may settle it has settled what the Task asked for, wherever the person is by now.
        save_permitted(on.asking, connection, [found.patient], on.facility, [write])


def _accepted(on: OnRound, connection: Connection, found: Kept) -> Recorded:
    store = recording(on, connection).store
    body = kept.body_of(raw_cursor(connection), store.keyring, found.id)
    if body is None:
        raise BadRequest(NOTHING_TO_MAKE)
    received = Received(found.id, body, found.received_at, found.facility, found.sent_by)
    made = accept(recording(on, connection), received, json.loads(body))
    if made is None:
        raise BadRequest(NOTHING_TO_MAKE)
    return made


def _in_error(on: OnRound, connection: Connection, found: Kept, dose: str) -> Recorded:
    """By an event of its own, as at the window."""
    account, id_ = str(on.asking.who.account.id), uuid4()
    said: dict[str, Any] = {
        "id": str(id_),
        "seq": 0,
        "person": found.patient,
        "kind": Kind.ENTERED_IN_ERROR,
        "of": dose,
        "recorded_by": account,
        "occurred_at": on.asking.at.isoformat(),
        "app_version": "online",
    }
    received = Received(id_, json.dumps(said), on.asking.at, on.facility, on.asking.who.account.id)
    made = record_event(recording(on, connection), received, said)
    if Flag.ABOUT_UNKNOWN in made.kept.flags:
        raise BadRequest
    return made


def _line(
    one: Kept,
    shown: Mapping[str, Person],
    records: Mapping[str, Happened],
    names: Mapping[str, str],
    somebody: str,
) -> ToLookAt:
    person, other = shown.get(one.patient), records.get(one.other or "")
    found = records.get(one.resource_id or "")
    kind = _kind(one.kind)
    by = names.get(str(one.author), "")
    this = Said(kind, one.occurred_at, by, "", "") if found is None else said_of(found, names)
    return ToLookAt(
        one.id,
        one.outcome,
        person.identity if person else NOBODY,
        replace(this, words=kind, by=this.by or by),
        said_of(other, names) if other else None,
        somebody,
        tuple(FLAG_WORDS[flag] for flag in one.flags),
        tuple((choice.value, SETTLED_WORDS[choice]) for choice in choices(one)),
    )


def choices(one: Kept) -> tuple[Settled, ...]:
    """How it can be settled. A telephone order is taken back on the page of the orders, where what was given by it is seen."""
    offered = CHOICES[one.outcome]
    if one.kind == spoken_event.KIND:
        return tuple(choice for choice in offered if choice is not Settled.THIS_WRONG)
    return offered


def _kind(kind: str) -> str:
    if kind == spoken_event.KIND:
        return spoken_event.WORDS
    if kind in look_event.WORDS:
        return look_event.WORDS[kind]
    return KIND_WORDS[Kind(kind)] if kind in list(Kind) else UNKNOWN_KIND


def said_of(one: Happened, names: Mapping[str, str]) -> Said:
    """What a record says."""
    return Said(
        KIND_WORDS[one.kind],
        one.occurred_at,
        names.get(one.given_by or "", ""),
        "" if one.mg is None else format(one.mg.normalize(), "f"),
        REASON_WORDS[one.reason] if one.reason else "",
    )
