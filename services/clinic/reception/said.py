"""An answer as a page says it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from clinical.reception.answer import SILENCES, Answer
from clinical.reception.question import Question
from services.clinic.sentences import amount


@dataclass(frozen=True)
class AnswerSaid:
    """What was answered. ``words`` wait for their translation; the rest is as it was written."""

    words: tuple[str, ...]
    text: str = field(repr=False)
    when: str
    mg: str
    place: str
    by: str = field(repr=False)
    at: datetime
    is_settled: bool
    acts: tuple[str, ...]
    """What to do because of it."""


def answer_said(
    question: Question, answer: Answer, places: Mapping[str, str], writers: Mapping[str, str]
) -> AnswerSaid:
    """The answer to a question."""
    taken = [one for one in question.choices if answer.says(one.code)]
    words = [SILENCES[answer.silence]] if answer.silence else [one.words for one in taken]
    return AnswerSaid(
        tuple(words),
        answer.text,
        answer.when,
        "" if answer.amount is None else amount(answer.amount),
        places.get(f"Organization/{answer.place}", answer.place),
        writers.get(answer.by or "", ""),
        answer.at,
        answer.is_settled,
        tuple(dict.fromkeys(one.act for one in taken if one.act)),
    )
