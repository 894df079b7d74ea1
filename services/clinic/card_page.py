"""The emergency card: one request, at once, in big letters. Outside the reader's care it is what opens first."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection

from clinical.people import Identity
from clinical.safety_set import Card, Known, card_of
from services.access.audit import kinds
from services.access.audit.kinds import REASON_NOT_GIVEN, Subjects
from services.access.decision import Purpose
from services.access.emergency import NotToYou, open_card
from services.access.emergency.opening import opening_role
from services.access.pages.forms import Field
from services.clinic.actors import Clinician
from services.clinic.asking import Asking
from services.clinic.find_page import PEOPLE
from services.clinic.openings import REASON_CHOICES, Choice, OpeningLine, opening_line
from services.clinic.reading import (
    NobodyHere,
    Patient,
    log_shown,
    names_of,
    patient_for,
    people,
    refuse,
    safety_set,
)
from services.clinic.reception.watch import watch_of
from services.clinic.ticket import patient_of
from services.clinic.words import CRITICALITIES, IN_PLACE_OF
from services.shared.pages import Pages


@dataclass(frozen=True)
class CardPage:
    """The card of somebody, and where it leads."""

    patient: str
    identity: Identity
    card: Card
    in_care: bool
    opening: OpeningLine | None
    reasons: tuple[Choice, ...]
    at: datetime
    watched: str | None
    """Since when nobody leaves the person alone, as FHIR writes it. Why is not said: guards stand at the bed too."""
    ours: frozenset[str] = frozenset(IN_PLACE_OF)
    """Texts that stand in place of what may not be shown, and wait for their translation."""


def card_router(pages: Pages) -> APIRouter:
    """The addresses."""
    router = APIRouter(prefix=PEOPLE, include_in_schema=False)

    @router.post("/card")
    def card(request: Request, asking: Clinician, person: Field = "") -> Response:
        return card_answer(pages, asking, person)

    @router.post("/emergency")
    def emergency(request: Request, asking: Clinician, ticket: Field = "") -> Response:
        patient = patient_of(asking, ticket)
        _open(asking, patient)
        return card_answer(pages, asking, patient)

    return router


def card_answer(pages: Pages, asking: Asking, id_: str) -> Response:
    """The card of somebody in care, or opened in an emergency. Raises NobodyHere."""
    with asking.snapshot() as (connection, cursor):
        try:
            patient = patient_for(asking, connection, cursor, id_, whole=False)
        except NobodyHere:
            refuse(asking, id_, "not-in-care")
            raise
        shown = safety_set(asking, cursor, patient)
        watched = watch_of(asking, cursor, patient)
        names = names_of(asking, cursor, patient.actor, (one.kept_by for one in shown if one.kept_by))
    known = (Known(one.resource, names.get(one.kept_by or "") or None) for one in shown)
    page = _page(asking, patient, known, watched)
    log_shown(asking, patient, "$emergency-card", len(shown) + 1 + (watched is not None))
    return pages.render(asking.request, "clinic/card.html", page)


def _page(asking: Asking, patient: Patient, known: Iterable[Known], watched: str | None) -> CardPage:
    opened = patient.opened
    line = (
        None
        if opened is None
        else opening_line(opened, asking.at, asking.who.account.id, patient.identity, {})
    )
    card = card_of(known, asking.at, asking.zone)
    allergies = tuple(replace(one, more=CRITICALITIES.get(one.more, "")) for one in card.allergies)
    card = replace(card, allergies=allergies)
    return CardPage(
        patient.id, patient.identity, card, patient.in_care, line, REASON_CHOICES, asking.at, watched
    )


def _open(asking: Asking, id_: str) -> None:
    """Open the card, unless the person is in care. The log has it in the same transaction. Raises NotToYou."""
    if opening_role(asking.who.person) is None:
        refuse(asking, id_, "emergency")
        raise NotToYou
    if is_readable(asking, id_):
        return

    def opening(connection: Connection) -> None:
        made, first = open_card(connection, asking.who.person, id_, asking.who.session.expires_at, asking.at)
        if first:
            asking.log_with(connection, break_glass(asking, made.patient, REASON_NOT_GIVEN))

    asking.database.run(opening)


def is_readable(asking: Asking, id_: str) -> bool:
    """Whether the card may be read without opening anything."""
    with asking.snapshot() as (connection, cursor):
        try:
            return patient_for(asking, connection, cursor, id_, whole=False).in_care
        except NobodyHere:
            return False


def break_glass(asking: Asking, patient: str, reason: str) -> kinds.AuditEvent:
    """That a record was opened, or why."""
    at = asking.circumstances(Purpose.EMERGENCY.value)
    return kinds.break_glass(at, reason, Subjects(people([patient])))
