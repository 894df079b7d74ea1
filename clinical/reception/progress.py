"""What was asked, what is missing, and by when it is due. What is missing is never taken for a no."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from clinical.reception.answer import Answer, Silence
from clinical.reception.deadlines import Deadline
from clinical.reception.question import Answers, Part, Question


@dataclass(frozen=True)
class Line:
    """One question and where it stands."""

    question: Question
    answer: Answer | None
    due_at: datetime
    is_overdue: bool

    @property
    def is_missing(self) -> bool:
        """Whether it still has to be asked."""
        return self.answer is None or not self.answer.is_settled

    @property
    def silence(self) -> Silence | None:
        """Why there is no other answer."""
        return self.answer.silence if self.answer else None


@dataclass(frozen=True)
class Progress:
    """Every question that is asked of somebody, in order."""

    lines: tuple[Line, ...]

    def of(self, part: Part) -> tuple[Line, ...]:
        """Those of one part."""
        return tuple(one for one in self.lines if one.question.part is part)

    def missing(self, *parts: Part) -> tuple[Line, ...]:
        """Those that still have to be asked; of all parts, if none is named."""
        return tuple(
            one for one in self.lines if one.is_missing and one.question.part in (parts or list(Part))
        )

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing."""
        return not self.missing()


def progress(
    asked: Iterable[Question], answers: Answers, due: Mapping[Part, Deadline], at: datetime
) -> Progress:
    """Where somebody's reception stands at an instant. What is due at this instant is not overdue yet."""
    return Progress(tuple(_line(one, answers.get(one.code), due[one.part].at, at) for one in asked))


def _line(question: Question, answer: Answer | None, due_at: datetime, at: datetime) -> Line:
    missing = answer is None or not answer.is_settled
    return Line(question, answer, due_at, missing and at > due_at)


def next_after(asked: Iterable[Question], answers: Answers, code: str) -> Question | None:
    """The next question that has no answer yet, after this one; None: none is left behind it."""
    listed = list(asked)
    here = next((nth for nth, one in enumerate(listed) if one.code == code), -1)
    return next((one for one in listed[here + 1 :] if one.code not in answers), None)


def before(asked: Iterable[Question], code: str) -> Question | None:
    """The question before this one; None: it is the first."""
    listed = list(asked)
    here = next((nth for nth, one in enumerate(listed) if one.code == code), 0)
    return listed[here - 1] if here > 0 else None
