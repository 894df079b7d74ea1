"""What a person agreed to: one page with what counts now for each question, and the form by which an answer is recorded."""

from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection

from clinical.consent import (
    Answer,
    Consent,
    ConsentError,
    Decider,
    Given,
    Purpose,
    check,
    decisions_in_force,
    who_decides,
)
from clinical.consent import Form as GivenForm
from clinical.people import Identity
from fhir_store.write import raw_cursor
from services.access.audit import kinds
from services.access.audit.kinds import Subjects
from services.access.pages.forms import Field
from services.clinic.actors import Clinician
from services.clinic.asking import Asking
from services.clinic.confirmations import Version, confirm
from services.clinic.consent_form import Filled, flaw_words, purpose_in
from services.clinic.consent_keeping import keep_answer, log_decision, not_to_you, somebody
from services.clinic.consent_lines import PurposeLine, purpose_line
from services.clinic.consent_sheet import sheet
from services.clinic.consent_words import PURPOSES
from services.clinic.consents import (
    age_of,
    answers_of,
    centres,
    decision_on,
    languages_of,
    law,
    may_ask,
)
from services.clinic.consents_shown import lines_shown
from services.clinic.find_page import PEOPLE
from services.clinic.openings import Choice
from services.clinic.reading import log_shown, people
from services.shared.errors import BadRequest, Conflict
from services.shared.languages import N_
from services.shared.pages import Pages

CONSENT = f"{PEOPLE}/consent"

CHANGED = N_("This answer was changed meanwhile. Look at it again, then confirm it.")
NOTHING_TO_TAKE_BACK = N_("Nothing is agreed to here that could be taken back.")
BLANKS = tuple(Choice(code, words) for code, words in PURPOSES.items())


@dataclass(frozen=True)
class ConsentPage:
    """What counts now for each question."""

    patient: str
    identity: Identity
    lines: tuple[PurposeLine, ...]
    blanks: tuple[Choice, ...]
    """The questions, of which there are empty sheets."""
    may_write: bool
    """Whether the reader treats the person, and does not only look in an emergency."""


@dataclass(frozen=True)
class WithdrawPage:
    """The one question before something is taken back."""

    patient: str
    identity: Identity
    purpose: Choice


def consent_router(pages: Pages) -> APIRouter:
    """The addresses."""
    router = APIRouter(prefix=CONSENT, include_in_schema=False)

    @router.post("")
    def consent(request: Request, asking: Clinician, person: Field = "") -> Response:
        return consents_answer(pages, asking, person)

    @router.post("/withdraw")
    def withdraw(request: Request, asking: Clinician, person: Field = "", purpose: Field = "") -> Response:
        return _sure(pages, asking, person, purpose_in(purpose))

    @router.post("/withdrawn")
    def withdrawn(request: Request, asking: Clinician, person: Field = "", purpose: Field = "") -> Response:
        asking.database.run(lambda connection: _withdraw(asking, connection, person, purpose_in(purpose)))
        return consents_answer(pages, asking, person)

    @router.post("/confirm")
    def confirm_it(
        request: Request, asking: Clinician, person: Field = "", consent: Field = "", version: Field = ""
    ) -> Response:
        wanted = Version(consent, _number(version))
        asking.database.run(lambda connection: _confirm(asking, connection, person, wanted))
        return consents_answer(pages, asking, person)

    @router.post("/sheet")
    def printed(request: Request, asking: Clinician, person: Field = "", purpose: Field = "") -> Response:
        return _sheet(pages, asking, person, purpose_in(purpose))

    @router.get("/blank/{purpose}")
    def blank(request: Request, asking: Clinician, purpose: str) -> Response:
        return _pdf(sheet(purpose_in(purpose)), f"consent-{purpose_in(purpose)}.pdf")

    return router


def consents_answer(pages: Pages, asking: Asking, id_: str) -> Response:
    """What counts now of everything that somebody was asked. Raises NobodyHere."""
    with asking.snapshot() as (connection, cursor):
        patient = somebody(asking, connection, id_)
        lines = lines_shown(asking, connection, cursor, patient)
    log_shown(asking, patient, "$consent", sum(len(one.history) for one in lines))
    page = ConsentPage(id_, patient.identity, lines, BLANKS, patient.in_care)
    return pages.render(asking.request, "clinic/consent.html", page)


def _withdraw(asking: Asking, connection: Connection, id_: str, purpose: Purpose) -> None:
    """Take back what is agreed to: from this instant on, whatever stands in a queue."""
    patient = somebody(asking, connection, id_)
    answers = answers_of(asking, connection, raw_cursor(connection), patient)
    counts = decisions_in_force([one.consent for one in answers], asking.at).get(purpose)
    if counts is None or counts.answer is not Answer.GRANTED:
        raise BadRequest(NOTHING_TO_TAKE_BACK)
    reference = f"Patient/{patient.id}"
    back = Consent(
        reference,
        purpose,
        Answer.WITHDRAWN,
        asking.at,
        decided_by=((Decider.PATIENT, reference),),
        given=Given(GivenForm.SPOKEN),
    )
    keep_answer(asking, connection, patient, Filled(back, {}), counts.recipients)


def _confirm(asking: Asking, connection: Connection, id_: str, wanted: Version) -> None:
    """Stand for what another system wrote, if whom the law asks has decided by what it says. Raises ConsentError."""
    cursor = raw_cursor(connection)
    patient = somebody(asking, connection, id_)
    answers = [
        one
        for one in answers_of(asking, connection, cursor, patient)
        if one.version.consent == wanted.consent
    ]
    if not answers or any(one.version != wanted for one in answers):
        raise Conflict(CHANGED)
    for one in answers:
        if not may_ask(asking, cursor, patient, one.consent.purpose):
            raise not_to_you(asking, id_)
        try:
            check(one.consent, decision_on(asking, cursor, patient, one.consent))
        except ConsentError as flaw:
            raise BadRequest(flaw_words(flaw)) from None
    confirm(connection, wanted, asking.who.account.id, asking.at)
    at = asking.circumstances(patient.purpose)
    consents = [f"Consent/{wanted.consent}"]
    asking.log_with(
        connection, kinds.write(at, "create", "confirmation", Subjects(people([id_]), consents=consents))
    )
    for one in answers:
        granted = one.consent.answer is Answer.GRANTED
        log_decision(asking, connection, patient, consents, one.consent.recipients, granted)


def _sure(pages: Pages, asking: Asking, id_: str, purpose: Purpose) -> Response:
    with asking.snapshot() as (connection, cursor):
        patient = somebody(asking, connection, id_)
        if not may_ask(asking, cursor, patient, purpose):
            raise not_to_you(asking, id_)
    log_shown(asking, patient, "$consent", 0)
    page = WithdrawPage(id_, patient.identity, Choice(purpose, PURPOSES[purpose]))
    return pages.render(asking.request, "clinic/consent_withdraw.html", page)


def _sheet(pages: Pages, asking: Asking, id_: str, purpose: Purpose) -> Response:
    """The answer that counts, else the question with the person's name, in their language if there is a catalogue."""
    with asking.snapshot() as (connection, cursor):
        patient = somebody(asking, connection, id_)
        if not may_ask(asking, cursor, patient, purpose):
            raise not_to_you(asking, id_)
        answers = answers_of(asking, connection, cursor, patient)
        names = dict(centres(asking, cursor, patient))
        decision = who_decides(purpose, age_of(asking, cursor, patient), True, law(asking))
        speaks = languages_of(asking, cursor, patient)
    line = purpose_line(purpose, answers, asking.at, lambda consent: decision, names)
    log_shown(asking, patient, "$consent", 1)
    made = sheet(
        purpose,
        patient.identity,
        line.now if line.granted else None,
        pages.languages.choose((), speaks),
        asking.zone,
    )
    return _pdf(made, f"consent-{purpose}.pdf")


def _pdf(content: bytes, name: str) -> Response:
    return Response(
        content, media_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'}
    )


def _number(version: str) -> int:
    if not (version.isascii() and version.isdigit() and len(version) < 10):
        raise BadRequest
    return int(version)
