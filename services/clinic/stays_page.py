"""Where somebody is, who gives their doses, and every movement with what follows from it: shown before it is recorded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import psycopg
from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection

from clinical.custody.by_two import BY_TWO
from clinical.custody.consequences import Duty
from clinical.custody.dosing_site import hand_over_task
from clinical.custody.dosing_sites import dosing_sites
from clinical.custody.errors import CustodyError, PlaceMissing
from clinical.custody.movement import Asks, Movement, Told, is_dead
from clinical.people import Identity
from clinical.people.same_person import records_of
from fhir_store.errors import NotFound as NotStored
from fhir_store.errors import ResourceDeleted
from fhir_store.locks import lock_of, take
from fhir_store.read import Stored, read
from fhir_store.write import Saved, raw_cursor
from services.access.decision.one_by_one import treating
from services.access.pages.forms import Field
from services.access.roles.rule import Interaction
from services.clinic.actors import Clinician
from services.clinic.arrivals import is_prison
from services.clinic.asking import Asking
from services.clinic.closed_records import is_closed, may_in_closed
from services.clinic.consent_form import Unfit
from services.clinic.consent_keeping import not_to_you
from services.clinic.consents import places
from services.clinic.duty_by_two import ByTwo, TypedDuty, beside, by_two, proved, signed
from services.clinic.find_page import PEOPLE
from services.clinic.identity_page import somebody_known
from services.clinic.movement_words import (
    ABSENCES,
    DOSE_PLANS,
    DUTIES,
    ENTRIES,
    EXITS,
    FLAWS,
    MOVEMENTS,
    consequence_words,
)
from services.clinic.moving import move, movement_called, standing
from services.clinic.openings import Choice, choices
from services.clinic.permitted import may_make, require
from services.clinic.reading import Patient, log_shown, names_of, parsed
from services.clinic.rooms import room_called, rooms_of
from services.clinic.round.staff import Colleague
from services.clinic.stays import (
    DutyLine,
    StayLine,
    duty_lines,
    facilities_of,
    held_at,
    possible,
    stay_lines,
)
from services.clinic.undoing import undo, undo_ticket, undoable
from services.clinic.unverified import last_dose_unverified
from services.clinic.when import when
from services.clinic.writing import NotInCare, changed, new, save_at, save_permitted
from services.shared.errors import BadRequest
from services.shared.languages import N_
from services.shared.pages import Pages

FORM = "QuestionnaireResponse"
"""Who may write these asks what is asked at reception."""

RECORDED = N_("Recorded.")
TAKEN_BACK = N_("Taken back. Both stay to be seen in the record.")
TAKEN_OVER = N_("Doses are given here from now on.")
DONE = N_("Done.")
NOBODY_HERE = N_("No stay is open here. Record the arrival first, then take the doses over.")
REOPENED = N_("The record is open again.")


class TypedMovement(BaseModel):
    """The fields of the form of a movement, as they were sent."""

    model_config = ConfigDict(frozen=True)

    person: str = ""
    movement: str = ""
    at: str = ""
    until: str = ""
    entry: str = "liberty"
    wing: str = ""
    cell: str = ""
    destination: str = ""


@dataclass(frozen=True)
class StaysPage:
    """Where somebody is and was."""

    patient: str
    identity: Identity
    lines: tuple[StayLine, ...]
    movements: tuple[Choice, ...]
    plans: tuple[Choice, ...]
    exits: dict[str, str]
    absences: dict[str, str]
    duties: tuple[tuple[DutyLine, str], ...]
    by_two: Mapping[str, ByTwo]
    """Of those that two people sign, by their ids."""
    staff: tuple[Colleague, ...]
    """Who could stand beside for that."""
    site: str
    """The name of the dosing site; empty if nobody gives doses."""
    doses_here: bool
    may_take_over: bool
    closed: bool
    """Whether the record is closed for an investigation."""
    may_reopen: bool
    may_receive: bool
    """Whether the person is here, and the reader asks what is asked at reception."""
    is_received: bool
    """Whether that is still to be done."""
    unverified: bool
    """Whether the last dose is only claimed."""
    said: str = ""
    undo: str = ""
    """What the undo button carries; empty where nothing was just recorded."""
    wrong: str = ""


@dataclass(frozen=True)
class MovementPage:
    """The form of one movement, with what follows from it."""

    patient: str
    identity: Identity
    movement: Choice
    consequences: tuple[str, ...]
    duties: tuple[str, ...]
    typed: TypedMovement
    asks_entry: bool
    asks_room: bool
    asks_destination: bool
    is_planned: bool
    ends: bool
    """Whether nothing is recorded of the person after it."""
    entries: tuple[Choice, ...]
    rooms: tuple[tuple[str, str], ...]
    destinations: tuple[tuple[str, str], ...]
    wrong: str = ""


def stays_router(pages: Pages) -> APIRouter:
    """The addresses."""
    router = APIRouter(prefix=PEOPLE, include_in_schema=False)

    @router.post("/stays")
    def stays(request: Request, asking: Clinician, person: Field = "") -> Response:
        return stays_answer(pages, asking, person)

    @router.post("/move")
    def form(request: Request, asking: Clinician, typed: Annotated[TypedMovement, Form()]) -> Response:
        return _form(pages, asking, typed, "")

    @router.post("/moved")
    def moved(request: Request, asking: Clinician, typed: Annotated[TypedMovement, Form()]) -> Response:
        try:
            saved = asking.database.run(lambda connection: _move(asking, connection, typed))
        except Unfit as unfit:
            return _form(pages, asking, typed, unfit.words)
        except CustodyError as flaw:
            return _form(pages, asking, typed, FLAWS[type(flaw)])
        return stays_answer(pages, asking, typed.person, RECORDED, saved)

    @router.post("/undo")
    def take_back(request: Request, asking: Clinician, undo: Field = "") -> Response:
        person = asking.database.run(lambda connection: _undo(asking, connection, undo))
        return stays_answer(pages, asking, person, TAKEN_BACK)

    @router.post("/dosing-site")
    def take_over(request: Request, asking: Clinician, person: Field = "", verified: Field = "") -> Response:
        saved = asking.database.run(lambda connection: _take_over(asking, connection, person, verified))
        return stays_answer(pages, asking, person, TAKEN_OVER, saved)

    @router.post("/duty")
    def duty(request: Request, asking: Clinician, typed: Annotated[TypedDuty, Form()]) -> Response:
        return _duty(pages, asking, typed)

    @router.post("/reopen")
    def reopen(request: Request, asking: Clinician, person: Field = "") -> Response:
        saved = asking.database.run(lambda connection: _reopen(asking, connection, person))
        return stays_answer(pages, asking, person, REOPENED, saved)

    return router


def stays_answer(
    pages: Pages, asking: Asking, id_: str, said: str = "", saved: Sequence[Saved] = (), wrong: str = ""
) -> Response:
    """Where somebody is and was. Raises NobodyHere."""
    with asking.snapshot() as (connection, cursor):
        patient = somebody_known(asking, connection, cursor, id_)
        treated_at = treating(cursor, patient.actor, id_, asking.day)
        site = dosing_sites(cursor, [id_])[id_]
        every = {*facilities_of(asking, cursor, patient), *([site] if site else [])}
        names = names_of(asking, cursor, patient.actor, every)
        lines = stay_lines(asking, cursor, patient, names, rooms_of(cursor, sorted(every)))
        at = held_at(cursor, id_, treated_at) or next(iter(treated_at), None)
        may_move = may_make(patient.actor, id_, treated_at, "Encounter")
        moves = possible(standing(asking, cursor, id_, at).before) if at and may_move else []
        duties = duty_lines(cursor, sorted(records_of(cursor, id_)), treated_at, asking.at)
        two = by_two(asking, cursor, duties)
        staff = beside(asking, cursor, at) if two and at else ()
        doses_possible = at is not None and _may_dose_here(asking, cursor, id_, at)
        closed = is_closed(cursor, id_)
        unverified = at is not None and last_dose_unverified(asking, cursor, patient, at, treated_at)
        may_receive = not closed and at is not None and may_make(patient.actor, id_, treated_at, FORM)
        may_reopen = closed and may_in_closed(cursor, patient.actor, id_, Interaction.UPDATE)
    page = StaysPage(
        id_,
        patient.identity,
        tuple(lines),
        tuple(Choice(one.code, MOVEMENTS[one.code]) for one in moves),
        choices(DOSE_PLANS),
        dict(EXITS),
        dict(ABSENCES),
        tuple((one, DUTIES[one.duty]) for one in duties),
        two,
        staff,
        (names.get(site) or site) if site else "",
        site in treated_at,
        may_make(patient.actor, id_, treated_at, "Task") and site not in treated_at and doses_possible,
        closed,
        may_reopen,
        may_receive,
        any(one.duty is Duty.RECEPTION_SCREEN for one in duties),
        unverified,
        said,
        undo_ticket(asking, id_, saved) if saved and undoable(saved) else "",
        wrong,
    )
    log_shown(asking, patient, "$stays", len(lines))
    return pages.render(asking.request, "clinic/stays.html", page, status=422 if wrong else 200)


def _form(pages: Pages, asking: Asking, typed: TypedMovement, wrong: str) -> Response:
    with asking.snapshot() as (connection, cursor):
        patient = somebody_known(asking, connection, cursor, typed.person)
        require(asking, cursor, patient, "Encounter")
        movement, facility = _movement(typed), here(asking, cursor, patient)
        rooms = rooms_of(cursor, [facility]) if Asks.ROOM in movement.asks else {}
        others = places(asking, cursor, patient) if Asks.DESTINATION in movement.asks else ()
    page = MovementPage(
        typed.person,
        patient.identity,
        Choice(movement.code, MOVEMENTS[movement.code]),
        consequence_words(movement.consequences),
        tuple(dict.fromkeys(DUTIES[one] for one in movement.consequences.duties)),
        typed,
        Asks.ENTRY in movement.asks,
        Asks.ROOM in movement.asks,
        Asks.DESTINATION in movement.asks,
        movement.is_planned,
        movement.consequences.sealed,
        choices(ENTRIES),
        tuple(rooms.values()),
        tuple((reference, name) for reference, name in others if reference != f"Organization/{facility}"),
        wrong,
    )
    log_shown(asking, patient, "$stays", 0)
    return pages.render(asking.request, "clinic/move.html", page, status=422 if wrong else 200)


def _movement(typed: TypedMovement) -> Movement:
    found = movement_called(typed.movement)
    if found is None:
        raise BadRequest
    return found


def here(asking: Asking, cursor: psycopg.Cursor[Any], patient: Patient) -> str:
    """The facility of the reader at which a person is held, else that treats them. Raises NotInCare."""
    treated_at = treating(cursor, patient.actor, patient.id, asking.day)
    found = held_at(cursor, patient.id, treated_at) or next(iter(treated_at), None)
    if found is None:
        raise NotInCare
    return found


def _move(asking: Asking, connection: Connection, typed: TypedMovement) -> list[Saved]:
    """Raises CustodyError, Unfit, Forbidden."""
    cursor = raw_cursor(connection)
    patient = somebody_known(asking, connection, cursor, typed.person)
    require(asking, cursor, patient, "Encounter")
    movement, facility = _movement(typed), here(asking, cursor, patient)
    told = Told(
        when(typed.at, asking.at, asking.zone),
        asking.at,
        typed.entry if typed.entry in ENTRIES else "liberty",
        room_called(asking, connection, facility, typed.wing, typed.cell)
        if Asks.ROOM in movement.asks
        else "",
        _destination(typed, movement),
        until=when(typed.until, asking.at, asking.zone) if typed.until else None,
    )
    return move(asking, connection, typed.person, facility, movement, told)


def _destination(typed: TypedMovement, movement: Movement) -> str:
    if Asks.DESTINATION not in movement.asks:
        return ""
    type_, _, id_ = typed.destination.partition("/")
    if type_ != "Organization" or not id_:
        raise PlaceMissing
    return id_


def _undo(asking: Asking, connection: Connection, ticket: str) -> str:
    facility = next(
        iter(sorted(one for held in asking.actor(connection).held for one in held.facilities)), ""
    )
    return undo(asking, connection, ticket, facility)


def _may_dose_here(asking: Asking, cursor: psycopg.Cursor[Any], id_: str, facility: str) -> bool:
    """Whether somebody could get doses at a facility: alive, and where people are held, held there."""
    before = standing(asking, cursor, id_, facility).before
    return not is_dead(before.patient) and (
        before.stay is not None or not is_prison(asking, cursor, facility)
    )


def _yes_or_no(typed: str) -> bool:
    if typed not in ("yes", "no"):
        raise BadRequest
    return typed == "yes"


def _take_over(asking: Asking, connection: Connection, id_: str, verified: str) -> list[Saved]:
    """Make the reader's facility the dosing site. Raises NotInCare, Forbidden, BadRequest."""
    cursor = raw_cursor(connection)
    patient = somebody_known(asking, connection, cursor, id_)
    require(asking, cursor, patient, "Task")
    facility, is_verified = here(asking, cursor, patient), _yes_or_no(verified)
    if not _may_dose_here(asking, cursor, id_, facility):
        raise BadRequest(NOBODY_HERE)
    take(cursor, [lock_of("movement", id_)])
    before = dosing_sites(cursor, [id_])[id_]
    task = hand_over_task(id_, facility, asking.at, before=before, verified=is_verified)
    return save_at(asking, connection, id_, facility, [new(task)])


def _duty(pages: Pages, asking: Asking, typed: TypedDuty) -> Response:
    try:
        second = proved(asking, _facility_of(asking, typed.person), typed)
        saved = asking.database.run(lambda connection: _done(asking, connection, typed, second))
    except Unfit as unfit:
        return stays_answer(pages, asking, typed.person, wrong=unfit.words)
    return stays_answer(pages, asking, typed.person, DONE, saved)


def _facility_of(asking: Asking, id_: str) -> str:
    """Where the reader does what is to be done of a person. Raises NotInCare, NobodyHere."""
    with asking.snapshot() as (connection, cursor):
        return here(asking, cursor, somebody_known(asking, connection, cursor, id_))


def _done(asking: Asking, connection: Connection, typed: TypedDuty, second: str) -> list[Saved]:
    """``second``: the account that was proved beside. Raises BadRequest, Forbidden, Unfit."""
    id_ = typed.person
    cursor = raw_cursor(connection)
    patient = somebody_known(asking, connection, cursor, id_)
    require(asking, cursor, patient, "Task")
    facility = here(asking, cursor, patient)
    stored = _task(asking, cursor, typed.duty)
    task = parsed(stored)
    lines = duty_lines(cursor, sorted(records_of(cursor, id_)), [facility], asking.at)
    line = next((one for one in lines if one.id == stored.id), None)
    if line is None:
        raise BadRequest
    done = signed(asking, task, second, typed) if line.duty in BY_TWO else {**task, "status": "completed"}
    return save_at(asking, connection, id_, facility, [changed(stored, done)])


def _reopen(asking: Asking, connection: Connection, id_: str) -> list[Saved]:
    """Take the seal off a record. Raises Forbidden."""
    cursor = raw_cursor(connection)
    patient = somebody_known(asking, connection, cursor, id_)
    if not may_in_closed(cursor, patient.actor, id_, Interaction.UPDATE):
        raise not_to_you(asking, id_)
    records = sorted(records_of(cursor, id_))
    cursor.execute("SELECT source_id FROM clinical.record_seal WHERE patient_id = ANY(%s)", (records,))
    seals = [read(cursor, asking.keyring, "Flag", flag) for (flag,) in cursor.fetchall()]
    writes = [changed(one, {**parsed(one), "status": "inactive"}) for one in seals]
    return save_permitted(asking, connection, [id_], here(asking, cursor, patient), writes) if writes else []


def _task(asking: Asking, cursor: psycopg.Cursor[Any], id_: str) -> Stored:
    try:
        return read(cursor, asking.keyring, "Task", id_)
    except (NotStored, ResourceDeleted):
        raise BadRequest from None
