"""The form by which an answer is recorded."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from sqlalchemy import Connection

from clinical.consent import (
    ANY_CENTRE,
    Answer,
    ConsentError,
    Decider,
    Decision,
    Purpose,
    check,
    who_decides,
)
from clinical.people import Identity
from fhir_store.write import raw_cursor
from services.access.pages.forms import Field
from services.clinic.actors import Clinician
from services.clinic.asking import Asking
from services.clinic.consent_form import Typed, Unfit, filled, flaw_words, purpose_in
from services.clinic.consent_keeping import keep_answer, not_to_you, somebody
from services.clinic.consent_page import CONSENT, consents_answer
from services.clinic.consent_words import (
    ANSWERS,
    ASKED,
    DECIDERS,
    FORMS,
    HELPERS,
    LABELS,
    NOBODY_GETS_IT,
    PURPOSES,
    QUESTIONS,
    not_set_words,
)
from services.clinic.consents import age_of, centres, decision_on, law, may_ask
from services.clinic.openings import Choice, choices
from services.clinic.reading import log_shown
from services.shared.pages import Pages


@dataclass(frozen=True)
class WhoDecides:
    """By the law: whose decision it is, whether the minor agrees too, and what nobody has set. Words to be translated."""

    deciders: tuple[str, ...]
    with_assent: bool
    not_set: tuple[str, ...]


@dataclass(frozen=True)
class AskPage:
    """The form for one answer."""

    patient: str
    identity: Identity
    purpose: Choice
    question: tuple[str, ...]
    capable: WhoDecides
    incapable: WhoDecides
    age: int | None
    is_hand_over: bool
    answers: tuple[Choice, ...]
    forms: tuple[Choice, ...]
    helpers: tuple[Choice, ...]
    centres: tuple[tuple[str, str], ...]
    any_centre: str
    labels: tuple[Choice, ...]
    typed: Typed
    wrong: str = ""
    """What has to be put right, in words that wait for their translation."""


def consent_ask_router(pages: Pages) -> APIRouter:
    """The addresses."""
    router = APIRouter(prefix=CONSENT, include_in_schema=False)

    @router.post("/ask")
    def ask(request: Request, asking: Clinician, person: Field = "", purpose: Field = "") -> Response:
        return _ask(pages, asking, Typed(person=person, purpose=purpose), "")

    @router.post("/record")
    def record(request: Request, asking: Clinician, typed: Annotated[Typed, Form()]) -> Response:
        try:
            asking.database.run(lambda connection: _record(asking, connection, typed))
        except Unfit as unfit:
            return _ask(pages, asking, typed, unfit.words)
        except ConsentError as flaw:
            return _ask(pages, asking, typed, flaw_words(flaw))
        return consents_answer(pages, asking, typed.person)

    return router


def _ask(pages: Pages, asking: Asking, typed: Typed, wrong: str) -> Response:
    purpose = purpose_in(typed.purpose)
    with asking.snapshot() as (connection, cursor):
        patient = somebody(asking, connection, typed.person)
        if not may_ask(asking, cursor, patient, purpose):
            raise not_to_you(asking, typed.person)
        age, offered = age_of(asking, cursor, patient), centres(asking, cursor, patient)
    is_hand_over = purpose is Purpose.HAND_OVER
    page = AskPage(
        typed.person,
        patient.identity,
        Choice(purpose, PURPOSES[purpose]),
        QUESTIONS[purpose],
        _who(who_decides(purpose, age, True, law(asking))),
        _who(who_decides(purpose, age, False, law(asking))),
        age,
        is_hand_over,
        tuple(
            Choice(one, NOBODY_GETS_IT if is_hand_over and one is Answer.REFUSED else ANSWERS[one])
            for one in ASKED
        ),
        choices(FORMS),
        choices(HELPERS),
        tuple(offered),
        ANY_CENTRE,
        tuple(Choice(code, words) for code, (words, _) in LABELS.items()),
        typed,
        wrong,
    )
    log_shown(asking, patient, "$consent", 0)
    return pages.render(asking.request, "clinic/consent_ask.html", page, status=422 if wrong else 200)


def _record(asking: Asking, connection: Connection, typed: Typed) -> None:
    """Write an answer down as whom the law asks has given it. Raises Unfit, ConsentError."""
    cursor = raw_cursor(connection)
    patient = somebody(asking, connection, typed.person)
    offered = [reference for reference, _ in centres(asking, cursor, patient)]
    answer = filled(typed, f"Patient/{patient.id}", asking.at, asking.zone, offered)
    check(answer.consent, decision_on(asking, cursor, patient, answer.consent))
    keep_answer(asking, connection, patient, answer, answer.consent.recipients)


def _who(decision: Decision) -> WhoDecides:
    return WhoDecides(
        tuple(DECIDERS[one] for one in Decider if one in decision.by),
        decision.with_assent,
        not_set_words(decision.not_set),
    )
