"""Recording that somebody came: also of a person who is not in care yet and was found by a number."""

from dataclasses import dataclass, field

from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection

from clinical.custody.errors import CustodyError
from clinical.custody.movement import Told
from clinical.people import Identity
from fhir_store.write import Saved
from services.access.pages.forms import Field
from services.clinic.actors import Clinician
from services.clinic.arrivals import arrive, is_prison
from services.clinic.asking import Asking
from services.clinic.consent_form import Unfit
from services.clinic.find_page import PEOPLE
from services.clinic.movement_words import ENTRIES, FLAWS
from services.clinic.openings import Choice, choices
from services.clinic.permitted import require_registering
from services.clinic.reading import NobodyHere, named_facilities, patient_for
from services.clinic.stays_page import stays_answer
from services.clinic.ticket import patient_of, ticket_for
from services.clinic.when import when
from services.shared.errors import BadRequest
from services.shared.languages import N_
from services.shared.pages import Pages

ARRIVED = N_("The arrival is recorded.")


@dataclass(frozen=True)
class ArrivalPage:
    """The form. Of somebody who is not in care yet nothing is shown before it is sent."""

    ticket: str
    identity: Identity | None = field(repr=False)
    facilities: tuple[tuple[str, str], ...]
    held: bool
    """Whether one of the facilities is a prison, so that it is asked where from."""
    entries: tuple[Choice, ...]
    at: str
    entry: str
    wrong: str = ""


def arrival_router(pages: Pages) -> APIRouter:
    """The addresses."""
    router = APIRouter(prefix=PEOPLE, include_in_schema=False)

    @router.post("/arrival")
    def arrival(request: Request, asking: Clinician, ticket: Field = "", person: Field = "") -> Response:
        return _form(pages, asking, ticket or ticket_for(asking, _in_care(asking, person)), "", "", "")

    @router.post("/arrived")
    def arrived(
        request: Request,
        asking: Clinician,
        ticket: Field = "",
        facility: Field = "",
        entry: Field = "liberty",
        at: Field = "",
    ) -> Response:
        with asking.snapshot() as (connection, _):
            require_registering(asking, asking.actor(connection))
        person = patient_of(asking, ticket)
        try:
            told = Told(when(at, asking.at, asking.zone), asking.at, _entry(entry))
            saved = asking.database.run(
                lambda connection: _arrive(asking, connection, person, facility, told)
            )
        except Unfit as unfit:
            return _form(pages, asking, ticket, at, entry, unfit.words)
        except CustodyError as flaw:
            return _form(pages, asking, ticket, at, entry, FLAWS[type(flaw)])
        return stays_answer(pages, asking, person, ARRIVED, saved)

    return router


def _in_care(asking: Asking, person: str) -> str:
    """Somebody of whom the reader may know; whom they found by a number comes with a ticket. Raises NobodyHere."""
    with asking.snapshot() as (connection, cursor):
        return patient_for(asking, connection, cursor, person, whole=False).id


def _form(pages: Pages, asking: Asking, ticket: str, at: str, entry: str, wrong: str) -> Response:
    person = patient_of(asking, ticket)
    with asking.snapshot() as (connection, cursor):
        actor = asking.actor(connection)
        allowed = require_registering(asking, actor)
        facilities = named_facilities(asking, cursor, actor, allowed)
        held = any(is_prison(asking, cursor, one) for one in allowed)
        try:
            identity = patient_for(asking, connection, cursor, person, whole=False).identity
        except NobodyHere:
            identity = None
    page = ArrivalPage(ticket, identity, facilities, held, choices(ENTRIES), at, entry or "liberty", wrong)
    return pages.render(asking.request, "clinic/arrival.html", page, status=422 if wrong else 200)


def _arrive(asking: Asking, connection: Connection, person: str, facility: str, told: Told) -> list[Saved]:
    found = require_registering(asking, asking.actor(connection))
    chosen = facility if facility in found else found[0] if len(found) == 1 and not facility else ""
    if not chosen:
        raise BadRequest
    return arrive(asking, connection, person, chosen, told)


def _entry(code: str) -> str:
    if code not in ENTRIES:
        raise BadRequest
    return code
