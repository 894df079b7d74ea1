"""An answer is kept: in the form, with all that follows from it, in one transaction with its audit events."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import psycopg
from sqlalchemy import Connection

from clinical.custody.consequences import Duty
from clinical.people.same_person import records_of
from clinical.reception.answer import Answer
from clinical.reception.asked import asked, question_called
from clinical.reception.form import form_of, recorded_id
from clinical.reception.progress import progress
from clinical.reception.question import Known, Question
from clinical.reception.taking_back import is_taken_back, taken_back
from fhir_store.locks import lock_of, take
from fhir_store.read import Stored, read, read_many
from fhir_store.write import Write, raw_cursor
from services.clinic.asking import Asking
from services.clinic.consent_keeping import not_to_you, somebody
from services.clinic.disclosures import practitioner
from services.clinic.permitted import require
from services.clinic.reading import Json, Patient, parsed
from services.clinic.reception.access import Access
from services.clinic.reception.reception import Reception, reception_of
from services.clinic.reception.typed import TypedAnswer, answer_in
from services.clinic.writing import changed, new_with_id, save_at
from services.shared.errors import BadRequest

OPEN_DUTIES = """
SELECT source_id FROM clinical.duty
WHERE patient_id = ANY(%s) AND facility_id = %s AND duty = %s AND NOT done ORDER BY source_id
"""


@dataclass
class AnsweredMeanwhile(Exception):
    """Somebody else answered the question while it stood on this page. Nothing was written."""

    answer: Answer


def keep(asking: Asking, connection: Connection, typed: TypedAnswer) -> Answer:
    """Keep an answer. What was sent twice is written once. Raises AnsweredMeanwhile, Unfit, Forbidden, BadRequest."""
    cursor = raw_cursor(connection)
    patient = somebody(asking, connection, typed.person)
    require(asking, cursor, patient, "QuestionnaireResponse")
    question = question_called(typed.question)
    if question is None:
        raise BadRequest
    # Two tablets on one person go one after the other, and none loses what the other has just written.
    take(cursor, [lock_of("reception", patient.id)])
    reception = reception_of(asking, cursor, patient)
    if reception.access.get(question.code) is not Access.OPEN:
        raise not_to_you(asking, patient.id)
    by = practitioner(asking, connection).partition("/")[2]
    answer, before = answer_in(typed, question, asking, by), reception.answers.get(question.code)
    is_seen = typed.seen == stamp(before)
    if before is not None and before.is_same(answer) and (before.by == by or not is_seen):
        return before
    if not is_seen and before is not None:
        raise AnsweredMeanwhile(before)
    writes = [*_writes(asking, cursor, patient, reception, question, answer)]
    save_at(asking, connection, patient.id, reception.arrival.facility, writes)
    return answer


def stamp(answer: Answer | None) -> str:
    """What tells on a page which answer stood on it."""
    return answer.at.isoformat() if answer else ""


def _writes(
    asking: Asking,
    cursor: psycopg.Cursor[Any],
    patient: Patient,
    reception: Reception,
    question: Question,
    answer: Answer,
) -> Iterator[Write]:
    before = _before(asking, cursor, reception, question)
    known = Known(
        patient=patient.id,
        facility=reception.arrival.facility,
        at=answer.at,
        by=answer.by or "",
        zone=asking.zone,
        answers={**reception.in_form, question.code: answer},
        before={key: parsed(one) for key, one in before.items()},
    )
    if question.kept is not None:
        yield _now(reception, question.keys[0], question.kept.resource(known, answer), before)
        return
    yield from _form(asking, cursor, patient, reception, known, answer)
    for key, resource in question.records(known):
        if resource is not None:
            yield _now(reception, key, resource, before)
        elif key in before and not is_taken_back(known.before[key]):
            yield changed(before[key], taken_back(known.before[key]))


def _before(
    asking: Asking, cursor: psycopg.Cursor[Any], reception: Reception, question: Question
) -> dict[str, Stored]:
    """What earlier answers of this reception have written for the question."""
    keys = {recorded_id(reception.form_id, key): key for key in question.keys}
    found = read_many(cursor, asking.keyring, [(type_, id_) for type_ in RECORDED for id_ in keys])
    by_key = {keys[id_]: one for (_, id_), one in found.items()}
    return {key: by_key[key] for key in question.keys if key in by_key}


RECORDED = ("Observation", "MedicationStatement", "AllergyIntolerance", "Flag")
"""The types of what follows from answers."""


def _now(reception: Reception, key: str, resource: Json, before: Mapping[str, Stored]) -> Write:
    """A resource that is new, or the next version of it."""
    if key not in before:
        return new_with_id({**resource, "id": recorded_id(reception.form_id, key)})
    return _next(before[key], resource)


def _next(stored: Stored, resource: Json) -> Write:
    was = parsed(stored)
    return changed(stored, {**resource, "id": stored.id, "meta": was.get("meta", {})})


def _form(
    asking: Asking,
    cursor: psycopg.Cursor[Any],
    patient: Patient,
    reception: Reception,
    known: Known,
    answer: Answer,
) -> Iterator[Write]:
    """The form with the answer; when nothing is missing in it, what was to be done is done."""
    sex = str(parsed(read(cursor, asking.keyring, "Patient", patient.id)).get("gender", ""))
    listed = [one for one in asked(known.answers, sex) if one.kept is None]
    is_complete = progress(listed, known.answers, reception.due, asking.at).is_complete
    was = parsed(reception.form) if reception.form else None
    form = form_of(was, known.answers, patient.id, reception.arrival.encounter, answer, is_complete)
    yield _next(reception.form, form) if reception.form else new_with_id(form)
    if is_complete:
        yield from done(asking, cursor, patient, reception.arrival.facility, Duty.RECEPTION_SCREEN)


def done(
    asking: Asking, cursor: psycopg.Cursor[Any], patient: Patient, facility: str, duty: Duty
) -> Iterator[Write]:
    """The Tasks of a duty as done."""
    records = sorted(records_of(cursor, patient.id))
    for (id_,) in cursor.execute(OPEN_DUTIES, (records, facility, duty)).fetchall():
        task = read(cursor, asking.keyring, "Task", id_)
        yield changed(task, {**parsed(task), "status": "completed"})
