"""What is printed of somebody's treatment: the card that is theirs, and the letter for whoever goes on with it.

A letter to somebody outside is logged as disclosed before it is handed to the printer, with the agreement that lets it go.
What nobody agreed to goes to the person, sealed.
"""

from dataclasses import dataclass
from typing import Any

import psycopg
from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection

from clinical.consent import Purpose, decisions_in_force
from clinical.custody.dosing_sites import dosing_sites
from clinical.disclosure.letter import letter_may_hold
from clinical.labels import Label
from clinical.oat.record import TreatmentRecord
from clinical.people import Identity
from services.access.audit import kinds
from services.access.audit.kinds import Subjects
from services.access.decision import asks_purpose
from services.access.pages.forms import Field
from services.clinic.actors import Clinician
from services.clinic.arrivals import is_prison
from services.clinic.asking import Asking
from services.clinic.chart.dose_card import CardFor, dose_card
from services.clinic.chart.letter import Letter, every_consent, letter_of, letter_sheet
from services.clinic.chart.page import CHART
from services.clinic.chart.treatment import treatment_of
from services.clinic.consent_keeping import somebody
from services.clinic.consents import languages_of, law, places
from services.clinic.own_file import PURPOSE
from services.clinic.permitted import require
from services.clinic.reading import Patient, log_shown, names_of, people
from services.shared.errors import BadRequest
from services.shared.pages import Pages

PERSON = "person"
"""In place of a recipient: the person, who gets it sealed."""
GIVES_DOSES = "MedicationAdministration"
"""Whoever may record doses of somebody prints them."""
BY_CONSENT, BY_TRANSFER = "consent", "transfer-between-prisons"
"""On what a disclosure rests."""


@dataclass(frozen=True)
class LetterPage:
    """To whom the letter goes, and what will stand in it."""

    patient: str
    identity: Identity
    places: tuple[tuple[str, str], ...]
    to: str
    """The literal reference of the recipient, or ``PERSON``; empty: not chosen yet."""
    to_name: str
    may_go: bool
    with_hiv: bool
    """Whether the person agreed that this recipient may know of HIV: not whether there is anything."""
    asks_purpose: bool


@dataclass(frozen=True)
class Going:
    """A letter, to whom, and on what that rests."""

    patient: Patient
    letter: Letter
    consents: tuple[str, ...]
    basis: str


def paper_router(pages: Pages) -> APIRouter:
    """The addresses."""
    router = APIRouter(prefix=CHART, include_in_schema=False)

    @router.post("/dose-card")
    def card(request: Request, asking: Clinician, person: Field = "") -> Response:
        return _card(pages, asking, person)

    @router.post("/letter")
    def letter(request: Request, asking: Clinician, person: Field = "", to: Field = "") -> Response:
        return _ask(pages, asking, person, to)

    @router.post("/letter/pdf")
    def printed(request: Request, asking: Clinician, person: Field = "", to: Field = "") -> Response:
        return _print(asking, person, to)

    return router


def _card(pages: Pages, asking: Asking, id_: str) -> Response:
    with asking.snapshot() as (connection, cursor):
        patient = _printed_by(asking, connection, cursor, id_)
        record = treatment_of(asking, cursor, patient)
        speaks = languages_of(asking, cursor, patient)
        site = dosing_sites(cursor, [id_])[id_]
        where = names_of(asking, cursor, patient.actor, [site]).get(site, "") if site else ""
    made = CardFor(
        patient.identity, record, where, asking.day, law(asking), asking.zone, asking.at, _is_demo(asking)
    )
    sheet = dose_card(made, pages.languages.choose(speaks))
    _log_for_person(asking, id_, "dose-card", len(record.orders))
    return _pdf(sheet, "card.pdf")


def _ask(pages: Pages, asking: Asking, id_: str, to: str) -> Response:
    with asking.snapshot() as (connection, cursor):
        patient = _printed_by(asking, connection, cursor, id_)
        known = tuple(places(asking, cursor, patient))
        chosen = to if to == PERSON or to in dict(known) else ""
        may_hold = _may_hold(asking, connection, cursor, patient, chosen) if chosen else frozenset[Label]()
    page = LetterPage(
        id_,
        patient.identity,
        known,
        chosen,
        dict(known).get(chosen, ""),
        may_hold is None or bool(may_hold),
        may_hold is None or Label.HIV in may_hold,
        asks_purpose(patient.actor, id_),
    )
    log_shown(asking, patient, "$hand-over-letter", 0)
    return pages.render(asking.request, "clinic/letter.html", page)


def _print(asking: Asking, id_: str, to: str) -> Response:
    with asking.snapshot() as (connection, cursor):
        going = _going(asking, connection, cursor, id_, to)
    sheet = letter_sheet(asking, going.letter, sealed=to == PERSON, demo=_is_demo(asking))
    if to == PERSON:
        _log_for_person(asking, id_, "hand-over-letter", len(going.letter.record.happened))
    else:
        _log_disclosed(asking, going, to)
    return _pdf(sheet, "letter.pdf")


def _going(asking: Asking, connection: Connection, cursor: psycopg.Cursor[Any], id_: str, to: str) -> Going:
    """Raises NobodyHere, Forbidden; BadRequest: nothing may go to whom it names."""
    patient = _printed_by(asking, connection, cursor, id_)
    if to != PERSON and to not in dict(places(asking, cursor, patient)):
        raise BadRequest
    may_hold = _may_hold(asking, connection, cursor, patient, to)
    if may_hold is not None and not may_hold:
        raise BadRequest
    letter = letter_of(asking, cursor, patient, treatment_of(asking, cursor, patient), may_hold)
    consents = tuple(_counting(asking, connection, cursor, patient)) if to != PERSON else ()
    basis = BY_TRANSFER if to != PERSON and _is_prison(asking, cursor, to) else BY_CONSENT
    return Going(patient, letter, consents, basis)


def _printed_by(asking: Asking, connection: Connection, cursor: psycopg.Cursor[Any], id_: str) -> Patient:
    """Somebody whose treatment the reader may print. Raises NobodyHere, Forbidden."""
    patient = somebody(asking, connection, id_)
    require(asking, cursor, patient, GIVES_DOSES)
    return patient


def _may_hold(
    asking: Asking, connection: Connection, cursor: psycopg.Cursor[Any], patient: Patient, to: str
) -> frozenset[Label] | None:
    """The labels of what may stand in it; None: it is the person's own."""
    if to == PERSON:
        return None
    consents = [one for _, one in every_consent(asking, connection, cursor, patient)]
    return letter_may_hold(consents, to, asking.at, is_prison=_is_prison(asking, cursor, to))


def _is_prison(asking: Asking, cursor: psycopg.Cursor[Any], to: str) -> bool:
    return is_prison(asking, cursor, to.partition("/")[2])


def _counting(
    asking: Asking, connection: Connection, cursor: psycopg.Cursor[Any], patient: Patient
) -> list[str]:
    """References to the Consents whose answer to the hand-over counts now."""
    known = every_consent(asking, connection, cursor, patient)
    answer = decisions_in_force((one for _, one in known), asking.at).get(Purpose.HAND_OVER)
    return sorted({reference for reference, one in known if answer is not None and one.at == answer.at})


def _log_disclosed(asking: Asking, going: Going, to: str) -> None:
    """That it was handed to somebody outside, before it is."""
    record: TreatmentRecord = going.letter.record
    resources = [
        *(f"MedicationAdministration/{one.id}" for one in record.happened),
        *(f"MedicationRequest/{one.id}" for one in record.orders),
        *(f"Observation/{one.id}" for one in record.claims),
        *going.letter.references,
    ]
    types = sorted({one.partition("/")[0] for one in resources})
    about = Subjects(people([going.patient.id]), resources, going.consents)
    at = asking.circumstances(going.patient.purpose)
    asking.log(kinds.disclosure(at, to, going.basis, types, about))


def _log_for_person(asking: Asking, id_: str, page: str, results: int) -> None:
    """That the person gets it, before they do."""
    types, about = ["MedicationAdministration", "MedicationRequest"], Subjects(people([id_]))
    asking.log(kinds.export(asking.circumstances(PURPOSE), types, results=results, about=about, page=page))


def _is_demo(asking: Asking) -> bool:
    return bool(asking.request.app.state.demo)


def _pdf(made: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(made, media_type="application/pdf", headers=headers)
