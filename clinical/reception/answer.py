"""What was answered to one question, by whom it was written down, and when.

That a question was not asked, could not be answered, or was not to be answered is an answer of its own: an empty field
would look like a no.
"""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from clinical.words import N_


class Silence(StrEnum):
    """Why there is no other answer."""

    NOT_ASKED = "not-asked"
    CANNOT_ANSWER = "cannot-answer"
    REFUSES = "refuses"


SILENCES = {
    Silence.NOT_ASKED: N_("Not asked now"),
    Silence.CANNOT_ANSWER: N_("Cannot answer now"),
    Silence.REFUSES: N_("Does not want to answer"),
}


@dataclass(frozen=True)
class Answer:
    """One answer.

    Attributes:
        question: the code of the question.
        at: when it was written down.
        by: the id of the Practitioner who did; None: not said.
        codes: those of the choices that were taken.
        text: in words beside them.
        when: a day or an instant, as FHIR writes it; empty if none is asked for, or it is not known.
        amount: in mg; None: none is asked for.
        place: the id of an Organization; empty: none, or one that has no record here.
        silence: why there is no other answer; None: there is one.
    """

    question: str
    at: datetime
    by: str | None = None
    codes: tuple[str, ...] = ()
    text: str = field(default="", repr=False)
    when: str = ""
    amount: Decimal | None = None
    place: str = ""
    silence: Silence | None = None

    @property
    def is_settled(self) -> bool:
        """Whether nobody has to ask again: who does not want to answer is left in peace."""
        return self.silence in (None, Silence.REFUSES)

    def says(self, code: str) -> bool:
        """Whether a choice was taken."""
        return code in self.codes

    def is_same(self, other: "Answer | None") -> bool:
        """Whether another says the same, whoever wrote it down and when."""
        return other is not None and self._said() == other._said()

    def _said(self) -> tuple[object, ...]:
        return (self.codes, self.text, self.when, self.amount, self.place, self.silence)
