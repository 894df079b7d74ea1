"""Registering somebody: who they are, then who may be the same, and only then a new record, by a button of its own."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Form, Request, Response
from sqlalchemy import Connection

from clinical.custody.movement import Told
from clinical.people import Details, Doubt, Identity, Number, NumberKind, patient_of
from clinical.people.temporary_number import DRAWN_BELOW, temporary_number
from fhir_store.errors import NotFound, ResourceDeleted
from fhir_store.read import read
from fhir_store.write import raw_cursor
from services.clinic.actors import Clinician
from services.clinic.arrivals import arrive
from services.clinic.asking import Asking
from services.clinic.consent_form import Unfit
from services.clinic.consents import law
from services.clinic.details_form import TypedDetails, details_in, with_number
from services.clinic.faces import faces_of
from services.clinic.find_page import PEOPLE
from services.clinic.identity_page import identity_answer
from services.clinic.openings import Choice, choices
from services.clinic.people_words import DOUBTS, SEXES, WHYS
from services.clinic.permitted import require_registering
from services.clinic.reading import named_facilities
from services.clinic.registering import Compared, compare
from services.clinic.ticket import patient_of as ticket_patient
from services.clinic.ticket import ticket_for
from services.clinic.writing import NOT_TO_YOU, new_with_id, save_at
from services.shared.errors import Forbidden
from services.shared.languages import N_
from services.shared.pages import Pages

REGISTERED = N_("Registered. The arrival here is recorded.")


class TypedPerson(TypedDetails):
    """The form, and where and as whom the person is registered."""

    facility: str = ""
    ticket: str = ""
    """The id that the record gets, so that a form which is sent twice registers once."""


@dataclass(frozen=True)
class NewPersonPage:
    """The form."""

    typed: TypedPerson
    facilities: tuple[tuple[str, str], ...]
    doubts: tuple[Choice, ...]
    sexes: tuple[Choice, ...]
    wrong: str = ""


@dataclass(frozen=True)
class LikelyLine:
    """Somebody who may be the same. Words wait for their translation."""

    patient: str
    identity: Identity = field(repr=False)
    why: tuple[str, ...]


@dataclass(frozen=True)
class ComparedPage:
    """Who may be the same person, and the button by which it is said that nobody is."""

    typed: TypedPerson
    hidden: tuple[tuple[str, str], ...] = field(repr=False)
    name: str = field(repr=False)
    likely: tuple[LikelyLine, ...]
    faces: Mapping[str, str] = field(repr=False)
    before: tuple[tuple[str, tuple[str, ...]], ...]
    """Of people who are not in care: a ticket, and what agrees."""
    wait_s: int
    all_were: bool


def new_person_router(pages: Pages) -> APIRouter:
    """The addresses."""
    router = APIRouter(prefix=PEOPLE, include_in_schema=False)

    @router.get("/new")
    def form(request: Request, asking: Clinician) -> Response:
        return _form(pages, asking, TypedPerson(), "")

    @router.post("/new")
    def check(request: Request, asking: Clinician, typed: Annotated[TypedPerson, Form()]) -> Response:
        try:
            details = details_in(typed, asking.day)
        except Unfit as unfit:
            return _form(pages, asking, typed, unfit.words)
        return _compared(pages, asking, typed, details, compare(asking, details))

    @router.post("/register")
    def register(request: Request, asking: Clinician, typed: Annotated[TypedPerson, Form()]) -> Response:
        try:
            details = details_in(typed, asking.day)
        except Unfit as unfit:
            return _form(pages, asking, typed, unfit.words)
        id_ = ticket_patient(asking, typed.ticket)
        asking.database.run(lambda connection: _register(asking, connection, id_, typed, details))
        return identity_answer(pages, asking, id_, REGISTERED)

    return router


def _form(pages: Pages, asking: Asking, typed: TypedPerson, wrong: str) -> Response:
    with asking.snapshot() as (connection, cursor):
        actor = asking.actor(connection)
        facilities = named_facilities(asking, cursor, actor, require_registering(asking, actor))
    page = NewPersonPage(typed, facilities, choices(DOUBTS), choices(SEXES), wrong)
    return pages.render(asking.request, "clinic/new_person.html", page, status=422 if wrong else 200)


def _compared(
    pages: Pages, asking: Asking, typed: TypedPerson, details: Details, found: Compared
) -> Response:
    made = typed.model_copy(update={"ticket": ticket_for(asking, str(uuid4()))})
    page = ComparedPage(
        made,
        tuple((name, str(value)) for name, value in made.model_dump().items()),
        details.names[0],
        tuple(
            LikelyLine(one.patient, one.identity, tuple(WHYS[why] for why in one.why)) for one in found.likely
        ),
        faces_of(asking, [one.patient for one in found.likely]),
        tuple((ticket_for(asking, one.patient), tuple(WHYS[why] for why in one.why)) for one in found.before),
        found.wait_s,
        found.all_were,
    )
    return pages.render(asking.request, "clinic/compared.html", page)


def _register(asking: Asking, connection: Connection, id_: str, typed: TypedPerson, details: Details) -> None:
    """Write the Patient and the arrival, once. Raises Forbidden."""
    facility = _facility(asking, connection, typed.facility)
    if _is_there(asking, connection, id_):
        return
    if details.doubt is not Doubt.NONE:
        drawn = temporary_number(secrets.randbelow(DRAWN_BELOW))
        details = with_number(details, Number(NumberKind.TEMPORARY, drawn))
    patient = {**patient_of(details, facility, law(asking)), "id": id_}
    save_at(asking, connection, id_, facility, [new_with_id(patient)])
    arrive(asking, connection, id_, facility, Told(asking.at, asking.at))


def _facility(asking: Asking, connection: Connection, chosen: str) -> str:
    """Where it is registered: the only place where the reader may, or the one that was chosen. Raises Forbidden."""
    found = require_registering(asking, asking.actor(connection))
    if chosen in found:
        return chosen
    if len(found) == 1 and not chosen:
        return found[0]
    raise Forbidden(NOT_TO_YOU)


def _is_there(asking: Asking, connection: Connection, id_: str) -> bool:
    try:
        read(raw_cursor(connection), asking.keyring, "Patient", id_)
    except NotFound:
        return False
    except ResourceDeleted:
        return True
    return True
