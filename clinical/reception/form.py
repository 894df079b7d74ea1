"""The form as a QuestionnaireResponse: one for each reception, every answer an item with who wrote it down and when.

It tells that somebody was received into custody, so it is very restricted: it leaves the house by no agreement. What
others read of it stands in resources of its own, which follow from the answers (``questions/``).
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from clinical.labels.label import CONFIDENTIALITY, Label
from clinical.oat.shapes import (
    OURS,
    Json,
    decimal_in,
    extension,
    id_in,
    moment,
    quantity,
    reference,
    value_of,
    without_none,
    written,
)
from clinical.reception.answer import Answer, Silence
from clinical.reception.asked import question_called
from clinical.reception.question import Answers

QUESTIONNAIRE = "urn:throughcare:questionnaire:reception"
VERY_RESTRICTED = {"system": CONFIDENTIALITY, "code": Label.V.value}

RECEPTION = UUID("6a8f0c4e-2b0e-4b55-9d4f-3a1c7f6d1e20")
"""Under which ids are drawn from what they belong to, so that a form that is sent twice is written once."""

DONE = frozenset({"completed", "amended"})


def form_id(encounter: str) -> str:
    """The id of the form of the reception that a stay or visit began with."""
    return str(uuid5(RECEPTION, f"Encounter/{encounter}"))


def recorded_id(form: str, key: str) -> str:
    """The id of a resource that follows from the answers of a form."""
    return str(uuid5(UUID(form), key))


def answers_in(form: Json, zone: ZoneInfo) -> dict[str, Answer]:
    """The answers of a form, by the code of the question."""
    found = (_answer(item, zone) for item in form.get("item", ()))
    return {one.question: one for one in found if one is not None}


def form_of(
    before: Json | None,
    answers: Answers,
    patient: str,
    encounter: str,
    answer: Answer,
    is_complete: bool,
) -> dict[str, Any]:
    """The next version of a form, with an answer that was just given among the others. A complete one is amended."""
    was = before["status"] if before else "in-progress"
    done = ("amended" if was in DONE else "completed") if is_complete else "in-progress"
    return without_none(
        {
            "resourceType": "QuestionnaireResponse",
            "id": form_id(encounter),
            "meta": {"security": [VERY_RESTRICTED]},
            "questionnaire": QUESTIONNAIRE,
            "status": done,
            "subject": reference("Patient", patient),
            "encounter": reference("Encounter", encounter),
            "authored": written(answer.at),
            "author": reference("Practitioner", answer.by) if answer.by else None,
            "item": [_item(one) for one in _in_order(answers.values())],
        }
    )


def _in_order(answers: Iterable[Answer]) -> list[Answer]:
    def place(answer: Answer) -> tuple[int, str]:
        question = question_called(answer.question)
        return (question.place if question else 0, answer.question)

    return sorted(answers, key=place)


def answered(answer: Answer) -> list[dict[str, Any]]:
    """The extensions that say who wrote an answer down and when, and why there is none."""
    return [
        extension("answered-at", valueDateTime=written(answer.at)),
        *(
            [extension("answered-by", valueReference=reference("Practitioner", answer.by))]
            if answer.by
            else []
        ),
        *([extension("no-answer", valueCode=str(answer.silence))] if answer.silence else []),
    ]


def said_by(said: Json, zone: ZoneInfo) -> tuple[datetime, str | None, Silence | None] | None:
    """The same, read again; None if it does not say when."""
    at = value_of(said, "answered-at", "valueDateTime")
    if at is None:
        return None
    silence = value_of(said, "no-answer", "valueCode")
    by = id_in(value_of(said, "answered-by", "valueReference") or {}, "Practitioner")
    return moment(at, zone), by, Silence(silence) if silence in list(Silence) else None


def _item(answer: Answer) -> dict[str, Any]:
    question = question_called(answer.question)
    values = [] if answer.silence else list(_values(answer))
    return without_none(
        {
            "extension": answered(answer),
            "linkId": answer.question,
            "text": question.ask if question else None,
            "answer": values,
        }
    )


def _values(answer: Answer) -> Iterator[dict[str, Any]]:
    question = question_called(answer.question)
    system = OURS + (question.system if question else "reception")
    for code in answer.codes:
        yield {"valueCoding": {"system": system, "code": code}}
    if answer.when:
        yield {"valueDateTime": answer.when}
    if answer.amount is not None:
        yield {"valueQuantity": quantity(answer.amount, "mg")}
    if answer.place:
        yield {"valueReference": reference("Organization", answer.place)}
    if answer.text:
        yield {"valueString": answer.text}


def _answer(item: Json, zone: ZoneInfo) -> Answer | None:
    said = said_by(item, zone)
    if said is None:
        return None
    at, by, silence = said
    values = item.get("answer", ())

    def first(member: str) -> Any:
        return next((one[member] for one in values if member in one), None)

    return Answer(
        question=item["linkId"],
        at=at,
        by=by,
        codes=tuple(one["valueCoding"]["code"] for one in values if "valueCoding" in one),
        text=str(first("valueString") or ""),
        when=str(first("valueDateTime") or ""),
        amount=decimal_in(first("valueQuantity") or {}),
        place=id_in(first("valueReference") or {}, "Organization") or "",
        silence=silence,
    )
