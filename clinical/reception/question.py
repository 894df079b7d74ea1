"""What a question is."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from clinical.reception.answer import Answer
from clinical.words import N_

Json = Mapping[str, Any]
Answers = Mapping[str, Answer]


class Part(StrEnum):
    """When it has to be asked."""

    SAFETY = "safety"
    """In the first five minutes: what could kill before the morning."""
    REST = "rest"


PARTS = {Part.SAFETY: N_("Safety first: five minutes"), Part.REST: N_("The rest")}


class Kind(StrEnum):
    """How it is answered."""

    ONE = "one"
    """One of the choices, by one tap."""
    MANY = "many"
    """Any of the choices."""
    WHEN = "when"
    """A day, and the time if it is known."""
    AMOUNT = "amount"
    """So many mg."""
    PLACE = "place"
    """An Organization, or a place in words."""


@dataclass(frozen=True)
class Choice:
    """An answer to choose. ``alone``: it excludes the others, such as "none of these". ``act``: what to do now."""

    code: str
    words: str
    alone: bool = False
    act: str = ""


@dataclass(frozen=True)
class Known:
    """What is known when the resources that follow from answers are written.

    Attributes:
        patient: the id of the Patient.
        facility: the id of the Organization at which it is asked.
        at: now.
        by: the id of the Practitioner who writes.
        zone: the facility's.
        answers: all of them, the newest of each question.
        before: what earlier answers of this reception have written, by its key.
    """

    patient: str
    facility: str
    at: datetime
    by: str
    zone: ZoneInfo
    answers: Answers
    before: Mapping[str, Json] = field(default_factory=dict)


Recorded = Iterator[tuple[str, Json | None]]
"""Resources by their keys; None: what was written under the key was an error, or is over."""


def nothing(known: Known) -> Recorded:
    """For an answer that stands in the form alone."""
    return iter(())


def always(answers: Answers) -> bool:
    """For a question that is always asked."""
    return True


@dataclass(frozen=True)
class Kept:
    """Where an answer is kept that must not stand in the form, since not everybody who fills it in may know it.

    Attributes:
        type: of the resource.
        labels: what it tells; who may not write that is not asked the question.
        resource: that an answer is.
        answer: that a resource is; None if it is none.
    """

    type: str
    labels: frozenset[str]
    resource: Callable[[Known, Answer], Json]
    answer: Callable[[Json], Answer | None]


@dataclass(frozen=True)
class Question:
    """One question, on a page of its own.

    Attributes:
        code: names it in the form.
        place: where it stands among the others.
        part: when it has to be asked.
        ask: the question.
        kind: how it is answered.
        choices: to choose from.
        hint: what to pay attention to.
        group: what it belongs to together with others; empty: it stands by itself.
        system: the code system of the choices, without what all of ours begin with.
        other: what a line of text beside the choices is for; empty: there is none.
        asked_of_men: whether somebody is asked whose sex is recorded as male.
        follows: whether it is asked, after the answers so far.
        keys: of all resources that ``records`` may write.
        records: the resources that follow from the answers.
        kept: where the answer is kept; None: in the form.
    """

    code: str
    place: int
    part: Part
    ask: str
    kind: Kind = Kind.ONE
    choices: tuple[Choice, ...] = ()
    hint: str = ""
    group: str = ""
    system: str = "reception"
    other: str = ""
    asked_of_men: bool = True
    follows: Callable[[Answers], bool] = always
    keys: tuple[str, ...] = ()
    records: Callable[[Known], Recorded] = nothing
    kept: Kept | None = None

    def choice(self, code: str) -> Choice | None:
        """The choice with a code."""
        return next((one for one in self.choices if one.code == code), None)


def says(question: str, *codes: str) -> Callable[[Answers], bool]:
    """Whether one of the choices of a question was taken."""

    def follows(answers: Answers) -> bool:
        answer = answers.get(question)
        return answer is not None and any(answer.says(code) for code in codes)

    return follows
