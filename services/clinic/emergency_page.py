"""From the card to the whole record, the reason by one tap, the end before its time, and the list for the patient."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import Connection

from clinical.people import Identity
from services.access.audit import kinds
from services.access.audit.kinds import Subjects
from services.access.decision import Purpose
from services.access.decision.break_glass import Reason
from services.access.emergency import (
    EmergencyError,
    NothingOpen,
    close,
    give_reason,
    of_patient,
    open_whole,
)
from services.access.pages.forms import Field
from services.clinic.actors import Clinician
from services.clinic.asking import Asking
from services.clinic.card_page import NO_REASON_YET, break_glass, card_answer
from services.clinic.find_page import PEOPLE
from services.clinic.openings import OpeningLine, opening_line
from services.clinic.reading import NobodyHere, log_shown, names_of, patient_for, people, refuse
from services.clinic.record_page import record_answer
from services.shared.errors import BadRequest
from services.shared.pages import Pages


@dataclass(frozen=True)
class WhoLookedPage:
    """Everybody who opened somebody's card or record in an emergency."""

    identity: Identity
    openings: tuple[OpeningLine, ...]


def emergency_router(pages: Pages) -> APIRouter:
    """The addresses."""
    router = APIRouter(prefix=PEOPLE, include_in_schema=False)

    @router.post("/open")
    def open_record(request: Request, asking: Clinician, person: Field = "") -> Response:
        _whole(asking, person)
        return record_answer(pages, asking, person)

    @router.post("/reason")
    def reason(
        request: Request,
        asking: Clinician,
        opening: Field = "",
        reason: Field = "",
        person: Field = "",
        page: Field = "",
    ) -> Response:
        _reason(asking, id_of(opening), _code(reason))
        shown = {"card": card_answer, "record": record_answer}.get(page)
        return shown(pages, asking, person) if shown and person else RedirectResponse(PEOPLE, 303)

    @router.post("/close")
    def close_now(request: Request, asking: Clinician, opening: Field = "") -> Response:
        _close(asking, id_of(opening))
        return RedirectResponse(PEOPLE, 303)

    @router.post("/emergency-access")
    def who_looked(request: Request, asking: Clinician, person: Field = "") -> Response:
        return _who_looked(pages, asking, person)

    return router


def id_of(typed: str) -> UUID:
    """The id of an opening. Raises NothingOpen."""
    try:
        return UUID(typed)
    except ValueError:
        raise NothingOpen from None


def _whole(asking: Asking, id_: str) -> None:
    """Raises NotToYou, NothingOpen."""

    def opening(connection: Connection) -> None:
        made, first = open_whole(connection, asking.who.person, id_, asking.at)
        if first:
            reason = made.reason.value if made.reason else NO_REASON_YET
            asking.log_with(connection, break_glass(asking, made.patient, reason))

    _done(asking, id_, opening)


def _reason(asking: Asking, id_: UUID, reason: Reason) -> None:
    """Raises NothingOpen."""

    def giving(connection: Connection) -> None:
        made = give_reason(connection, asking.who.account.id, id_, reason, asking.at)
        asking.log_with(connection, break_glass(asking, made.patient, reason.value))

    _done(asking, "", giving)


def _close(asking: Asking, id_: UUID) -> None:
    """Raises NothingOpen."""

    def closing(connection: Connection) -> None:
        made = close(connection, asking.who.account.id, id_, asking.at)
        at, about = asking.circumstances(Purpose.EMERGENCY.value), Subjects(people([made.patient]))
        asking.log_with(connection, kinds.write(at, "update", "emergency access", about))

    _done(asking, "", closing)


def _done(asking: Asking, id_: str, work: Callable[[Connection], None]) -> None:
    """Do it in one transaction with what the log has of it; a refusal is logged too."""
    try:
        asking.database.run(work)
    except EmergencyError:
        refuse(asking, id_, "emergency")
        raise


def _code(typed: str) -> Reason:
    try:
        return Reason(typed)
    except ValueError:
        raise BadRequest from None


def _who_looked(pages: Pages, asking: Asking, id_: str) -> Response:
    """For somebody in care: to be printed and handed over, so nobody gets it by an emergency. Raises NobodyHere."""
    with asking.snapshot() as (connection, cursor):
        try:
            patient = patient_for(asking, connection, cursor, id_, whole=False)
            if not patient.in_care:
                raise NobodyHere
        except NobodyHere:
            refuse(asking, id_, "not-in-care")
            raise
        openings = of_patient(connection, id_)
        names = names_of(asking, cursor, patient.actor, (one.facility for one in openings))
    lines = tuple(
        opening_line(one, asking.at, asking.who.account.id, patient.identity, names) for one in openings
    )
    log_shown(asking, patient, "$emergency-access", len(lines))
    return pages.render(asking.request, "clinic/who_looked.html", WhoLookedPage(patient.identity, lines))
