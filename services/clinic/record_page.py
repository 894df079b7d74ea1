"""The record: a plain list, newest first, of what the reader may see of somebody. What they may not is not there."""

from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection

from clinical.people import Identity
from clinical.record_line import RecordLine, record_line
from fhir_store.chronicle import Place, chronicle_of
from fhir_store.gate import served
from services.access.audit import kinds
from services.access.audit.kinds import Subjects
from services.access.decision import asks_purpose, person_sees
from services.access.decision.one_by_one import treating
from services.access.pages.forms import Field
from services.access.people.purposes import GivenPurpose, give_purpose
from services.access.roles.types import CHART
from services.clinic.actors import Reader
from services.clinic.asking import Asking
from services.clinic.find_page import PEOPLE
from services.clinic.openings import REASON_CHOICES, Choice, OpeningLine, opening_line
from services.clinic.reading import NobodyHere, log_shown, parsed, patient_for, people, refuse
from services.clinic.ways_on import WaysOn, ways_on
from services.clinic.words import PURPOSES, STATUSES, TYPES
from services.shared.errors import BadRequest
from services.shared.pages import Pages

SHOWN = 50
TYPES_SHOWN = tuple(sorted(one for one in CHART - {"Patient"} if served(one)))
PURPOSE_CHOICES = tuple(Choice(code.value, words) for code, words in PURPOSES.items())
LONGEST_KEY = 18
"""Digits of a key that still fits."""


@dataclass(frozen=True)
class RecordEntry:
    """A line of the list. ``type`` and ``status`` wait for their translation."""

    type: str
    known: bool
    """Whether it has words; else it is called as FHIR calls it."""
    written: str
    """When it was, as FHIR writes it; empty if there is no date."""
    text: str
    status: str


@dataclass(frozen=True)
class RecordPage:
    """A page of somebody's record."""

    patient: str
    identity: Identity
    entries: tuple[RecordEntry, ...]
    total: int
    earlier: str
    """Where the next page begins; empty on the last one."""
    first: bool
    purposes: tuple[Choice, ...]
    """What HIV data may be asked for; empty where nothing is to be asked."""
    in_care: bool
    opening: OpeningLine | None
    reasons: tuple[Choice, ...]
    ways: WaysOn


def record_router(pages: Pages) -> APIRouter:
    """The addresses."""
    router = APIRouter(prefix=PEOPLE, include_in_schema=False)

    @router.post("/record")
    def record(request: Request, asking: Reader, person: Field = "", before: Field = "") -> Response:
        return record_answer(pages, asking, person, before)

    @router.post("/purpose")
    def purpose(request: Request, asking: Reader, person: Field = "", purpose: Field = "") -> Response:
        _give(asking, person, _purpose(purpose))
        return record_answer(pages, asking, person)

    return router


def record_answer(pages: Pages, asking: Asking, id_: str, before: str = "") -> Response:
    """A page of the record of somebody in care, or opened whole in an emergency. Raises NobodyHere, BadRequest."""
    after = _place(before)
    with asking.snapshot() as (connection, cursor):
        try:
            patient = patient_for(asking, connection, cursor, id_, whole=True)
        except NobodyHere:
            refuse(asking, id_, "not-in-care")
            raise
        treated_at = treating(cursor, patient.actor, id_, asking.day)
        ways = ways_on(asking, patient, treated_at)
        seen = person_sees(patient.actor, asking.day, TYPES_SHOWN)
        page = chronicle_of(cursor, asking.keyring, patient.records, TYPES_SHOWN, seen, SHOWN, after)
    opened = patient.opened
    shown = RecordPage(
        id_,
        patient.identity,
        tuple(entry_of(record_line(parsed(one))) for one in page.resources),
        page.total,
        f"{page.after.began}|{page.after.key}" if page.after else "",
        after is None,
        PURPOSE_CHOICES if asks_purpose(patient.actor, id_) else (),
        patient.in_care,
        opened and opening_line(opened, asking.at, asking.who.account.id, patient.identity, {}),
        REASON_CHOICES,
        ways,
    )
    log_shown(asking, patient, "$record", len(page.resources))
    return pages.render(asking.request, "clinic/record.html", shown)


def entry_of(line: RecordLine) -> RecordEntry:
    """A line of a record, in words."""
    return RecordEntry(
        TYPES.get(line.type, line.type),
        line.type in TYPES,
        line.when,
        line.text,
        STATUSES.get(line.status, ""),
    )


def _give(asking: Asking, id_: str, purpose: GivenPurpose) -> None:
    """Keep the purpose for this session and patient, and log it. Raises NobodyHere."""
    with asking.snapshot() as (connection, cursor):
        try:
            patient = patient_for(asking, connection, cursor, id_, whole=True)
        except NobodyHere:
            refuse(asking, id_, "not-in-care")
            raise

    def giving(connection: Connection) -> None:
        for record in patient.records:
            if give_purpose(connection, asking.who.session.id, record, purpose, asking.at):
                at, about = asking.circumstances(purpose.value), Subjects(people([record]))
                asking.log_with(connection, kinds.write(at, "create", "purpose", about))

    asking.database.run(giving)


def _purpose(code: str) -> GivenPurpose:
    try:
        return GivenPurpose(code)
    except ValueError:
        raise BadRequest from None


def _place(written: str) -> Place | None:
    """Where a page ended, as the form carries it. Raises BadRequest."""
    if not written:
        return None
    began, _, key = written.partition("|")
    if not (key.isascii() and key.isdigit() and len(key) <= LONGEST_KEY and _is_moment(began)):
        raise BadRequest
    return Place(began, int(key))


def _is_moment(began: str) -> bool:
    if began == "-infinity":
        return True
    try:
        return datetime.fromisoformat(began).tzinfo is not None
    except ValueError:
        return False
