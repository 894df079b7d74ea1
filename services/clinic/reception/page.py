"""Reception: the list of what is asked and what is missing, one question a page, and each answer kept at once."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from sqlalchemy import Connection

from clinical.consent import Purpose
from clinical.oat.cows import BAND_WORDS
from clinical.people import Identity
from clinical.reception.answer import SILENCES
from clinical.reception.progress import before as question_before
from clinical.reception.progress import next_after
from clinical.reception.question import PARTS, Kind, Part, Question
from clinical.reception.questions.withdrawal import score
from fhir_store.write import raw_cursor
from services.access.decision import asks_purpose
from services.access.pages.forms import Field
from services.access.roles.rule import Interaction
from services.clinic.actors import Clinician
from services.clinic.asking import Asking
from services.clinic.consent_form import Unfit
from services.clinic.consent_keeping import not_to_you, somebody
from services.clinic.consent_lines import PurposeLine
from services.clinic.consents import places
from services.clinic.consents_shown import lines_shown
from services.clinic.openings import Choice, choices
from services.clinic.permitted import may_make, require
from services.clinic.reading import Patient, log_shown
from services.clinic.reception.access import Access
from services.clinic.reception.claim import claimed_by
from services.clinic.reception.keeping import AnsweredMeanwhile, keep, stamp
from services.clinic.reception.paths import RECEPTION
from services.clinic.reception.reception import Reception, reception_of
from services.clinic.reception.said import AnswerSaid, answer_said
from services.clinic.reception.typed import TypedAnswer
from services.clinic.reception.watch import end_watch, watch_of
from services.clinic.reception.who import names_of_writers
from services.clinic.writing import facilities
from services.shared.errors import BadRequest
from services.shared.languages import N_
from services.shared.pages import Pages

MEANWHILE = N_(
    "Somebody else answered this meanwhile: it stands below. Nothing of yours was recorded. If it is wrong, answer again."
)
WATCH_ENDED = N_("The watch is over. It stays to be seen in the record.")
PRESCRIBER = "MedicationRequest"
"""Who may write these decides on treatment, and ends a watch."""


@dataclass(frozen=True)
class QuestionLine:
    """A question on the list. ``ask`` and ``group`` wait for their translation."""

    code: str
    ask: str
    group: str
    answer: AnswerSaid | None
    earlier: AnswerSaid | None
    """What was said at an earlier arrival, where nothing is answered now."""
    missing: bool
    overdue: bool
    access: Access


@dataclass(frozen=True)
class PartLines:
    """The questions of one part, and when they are due. ``title`` waits for its translation."""

    part: Part
    title: str
    lines: tuple[QuestionLine, ...]
    due_at: datetime
    is_set: bool
    is_proposed: bool
    missing: int
    overdue: bool


@dataclass(frozen=True)
class ReceptionPage:
    """What is asked of somebody, and what is missing."""

    patient: str
    identity: Identity
    arrived_at: datetime
    parts: tuple[PartLines, ...]
    next: str
    """The question to go on with; empty: none is missing."""
    acts: tuple[tuple[str, str], ...]
    """What to do now, each with the question because of which; both wait for their translation."""
    cows: str
    """The points, if every finding is there."""
    cows_words: str
    cows_missing: int
    """How many findings of a score that was begun are missing."""
    claimed: bool
    unverified: bool
    watched_since: str
    may_end_watch: bool
    purpose_first: bool
    """Whether the reader has to say first what they need HIV data for."""
    forms: bool
    on_release: PurposeLine
    """Who gets the record on the day of a release, which may come without warning."""
    said: str = ""


@dataclass(frozen=True)
class QuestionPage:
    """One question."""

    patient: str
    identity: Identity
    question: Question
    part: str
    nth: int
    of: int
    answer: AnswerSaid | None
    chosen: tuple[str, ...]
    typed: TypedAnswer
    seen: str
    silences: tuple[Choice, ...]
    places: tuple[tuple[str, str], ...]
    back: str
    """The question before; empty: it is the first."""
    today: str
    acts: tuple[str, ...]
    """What to do because of the answer that was just kept."""
    wrong: str = ""


def reception_router(pages: Pages) -> APIRouter:
    """The addresses."""
    router = APIRouter(prefix=RECEPTION, include_in_schema=False)

    @router.post("")
    def reception(request: Request, asking: Clinician, person: Field = "") -> Response:
        return _overview(pages, asking, person)

    @router.post("/question")
    def question(request: Request, asking: Clinician, person: Field = "", question: Field = "") -> Response:
        return _question(pages, asking, TypedAnswer(person=person, question=question))

    @router.post("/answer")
    def answer(request: Request, asking: Clinician, typed: Annotated[TypedAnswer, Form()]) -> Response:
        try:
            asking.database.run(lambda connection: keep(asking, connection, typed))
        except Unfit as unfit:
            return _question(pages, asking, typed, wrong=unfit.words)
        except AnsweredMeanwhile:
            again = TypedAnswer(person=typed.person, question=typed.question)
            return _question(pages, asking, again, wrong=MEANWHILE)
        return _onward(pages, asking, typed)

    @router.post("/watch-over")
    def watch_over(request: Request, asking: Clinician, person: Field = "") -> Response:
        asking.database.run(lambda connection: _end_watch(asking, connection, person))
        return _overview(pages, asking, person, WATCH_ENDED)

    return router


def _opened(asking: Asking, connection: Connection, id_: str) -> tuple[Patient, Reception]:
    """The reception of somebody of whom the reader asks anything. Raises NobodyHere, Forbidden, NotArrived."""
    patient, cursor = somebody(asking, connection, id_), raw_cursor(connection)
    require(asking, cursor, patient, "QuestionnaireResponse")
    return patient, reception_of(asking, cursor, patient)


def _overview(pages: Pages, asking: Asking, id_: str, said: str = "") -> Response:
    with asking.snapshot() as (connection, cursor):
        patient, reception = _opened(asking, connection, id_)
        organizations = dict(places(asking, cursor, patient))
        writers = names_of_writers(
            cursor, (one.by for one in (*reception.answers.values(), *reception.earlier.values()))
        )
        treated_at = facilities(asking, cursor, patient)
        in_form = _sees_form(reception)
        claimed = claimed_by(asking, cursor, patient, reception.arrival.facility) if in_form else None
        watch = watch_of(asking, cursor, patient) if in_form else None
        is_prescriber = may_make(patient.actor, id_, treated_at, PRESCRIBER)
        (on_release,) = lines_shown(asking, connection, cursor, patient, [Purpose.HAND_OVER])
    answers = {
        one.code: answer_said(one, reception.answers[one.code], organizations, writers)
        for one in reception.open
        if one.code in reception.answers
    }
    earlier = {
        one.code: answer_said(one, reception.earlier[one.code], organizations, writers)
        for one in reception.open
        if one.code in reception.earlier and one.code not in answers
    }
    cows = score(reception.answers)
    missing = reception.progress.missing()
    page = ReceptionPage(
        id_,
        patient.identity,
        reception.arrival.at,
        tuple(_part(reception, part, answers, earlier) for part in Part),
        missing[0].question.code if missing else "",
        tuple(
            (act, one.ask) for one in reception.open if one.code in answers for act in answers[one.code].acts
        ),
        str(cows.total) if cows and cows.total is not None else "",
        BAND_WORDS[cows.band] if cows and cows.band else "",
        len(cows.missing) if cows else 0,
        claimed is not None,
        claimed is not None and claimed.is_unverified,
        watch or "",
        is_prescriber,
        asks_purpose(patient.actor, id_) and Access.PURPOSE in reception.access.values(),
        in_form,
        on_release,
        said,
    )
    log_shown(asking, patient, "$reception", len(answers))
    return pages.render(asking.request, "clinic/reception.html", page)


def _sees_form(reception: Reception) -> bool:
    return any(reception.access[one.code] is Access.OPEN for one in reception.asked if one.kept is None)


def _part(
    reception: Reception, part: Part, answers: dict[str, AnswerSaid], earlier: dict[str, AnswerSaid]
) -> PartLines:
    due, progress = reception.due[part], reception.progress
    lines = {one.question.code: one for one in progress.of(part)}
    shown = tuple(
        QuestionLine(
            one.code,
            one.ask,
            one.group,
            answers.get(one.code),
            earlier.get(one.code),
            one.code in lines and lines[one.code].is_missing,
            one.code in lines and lines[one.code].is_overdue,
            reception.access[one.code],
        )
        for one in reception.asked
        if one.part is part
    )
    missing = progress.missing(part)
    return PartLines(
        part,
        PARTS[part],
        shown,
        due.at,
        due.is_set,
        due.is_proposed,
        len(missing),
        any(one.is_overdue for one in missing),
    )


def _question(
    pages: Pages, asking: Asking, typed: TypedAnswer, wrong: str = "", acts: tuple[str, ...] = ()
) -> Response:
    with asking.snapshot() as (connection, cursor):
        patient, reception = _opened(asking, connection, typed.person)
        open_ = reception.open
        question = next((one for one in open_ if one.code == typed.question), None)
        if question is None:
            raise _why_not(asking, reception, typed)
        answer = reception.answers.get(question.code)
        organizations = places(asking, cursor, patient)
        writers = names_of_writers(cursor, [answer.by] if answer else [])
    of_part = [one for one in open_ if one.part is question.part]
    back = question_before(open_, question.code)
    page = QuestionPage(
        typed.person,
        patient.identity,
        question,
        PARTS[question.part],
        of_part.index(question) + 1,
        len(of_part),
        answer_said(question, answer, dict(organizations), writers) if answer else None,
        tuple(typed.choice) or (answer.codes if answer else ()),
        typed,
        stamp(answer),
        choices(SILENCES),
        tuple(organizations) if question.kind is Kind.PLACE else (),
        back.code if back else "",
        asking.day.isoformat(),
        acts,
        wrong,
    )
    log_shown(asking, patient, "$reception", 1 if answer else 0)
    return pages.render(asking.request, "clinic/reception_question.html", page, status=422 if wrong else 200)


def _why_not(asking: Asking, reception: Reception, typed: TypedAnswer) -> Exception:
    """It is not this reader's to ask, or not asked of this person."""
    closed = reception.access.get(typed.question) not in (None, Access.OPEN)
    return not_to_you(asking, typed.person) if closed else BadRequest()


def _onward(pages: Pages, asking: Asking, typed: TypedAnswer) -> Response:
    """The next question of the part that has no answer yet; the list, if there is none."""
    with asking.snapshot() as (connection, _):
        _, reception = _opened(asking, connection, typed.person)
    open_ = reception.open
    here = next((one for one in open_ if one.code == typed.question), None)
    of_part = [one for one in open_ if here is not None and one.part is here.part]
    following = next_after(of_part, reception.answers, typed.question)
    if following is None:
        return _overview(pages, asking, typed.person)
    answer = reception.answers.get(typed.question)
    taken = [one for one in here.choices if answer and answer.says(one.code)] if here else []
    acts = tuple(dict.fromkeys(one.act for one in taken if one.act))
    return _question(pages, asking, TypedAnswer(person=typed.person, question=following.code), acts=acts)


def _end_watch(asking: Asking, connection: Connection, id_: str) -> None:
    """A prescriber ends a suicide watch. Raises Forbidden."""
    patient, cursor = somebody(asking, connection, id_), raw_cursor(connection)
    require(asking, cursor, patient, PRESCRIBER)
    require(asking, cursor, patient, "Flag", Interaction.UPDATE)
    end_watch(asking, connection, patient)
