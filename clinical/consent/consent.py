"""What somebody answered to one question, and how the answer was given.

How, and with whose help, decides whether it counts: who cannot read is read to, who cannot write makes a mark before a
witness, and nobody who shares or guards the cell interprets.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from clinical.consent.errors import (
    AssentMissing,
    ConsentError,
    InterpreterNotAllowed,
    NotConfirmed,
    NotTheDecider,
    RecipientMissing,
    WitnessMissing,
)
from clinical.consent.law import Decider, Decision
from clinical.consent.purpose import Purpose
from clinical.labels import Label

ANY_CENTRE = "any-centre"
"""In place of a recipient: whatever centre in the community goes on with the treatment."""


class Answer(StrEnum):
    """What was answered. "Nobody", asked for a hand-over, is a refusal."""

    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LACKS_CAPACITY = "lacks-capacity"
    """The person could not decide, and nobody has yet in their place."""


class Form(StrEnum):
    """How an answer was given."""

    SIGNATURE = "signature"
    MARK = "mark"
    """In place of a signature: a fingerprint, a cross."""
    SPOKEN = "spoken"


class Helper(StrEnum):
    """Who interpreted or witnessed."""

    PROFESSIONAL_INTERPRETER = "professional-interpreter"
    HEALTH_WORKER = "health-worker"
    LAWYER = "lawyer"
    RELATIVE = "relative"
    PRISONER = "prisoner"
    OFFICER = "officer"


MAY_INTERPRET = frozenset({Helper.PROFESSIONAL_INTERPRETER})
MAY_WITNESS = frozenset(
    {Helper.PROFESSIONAL_INTERPRETER, Helper.HEALTH_WORKER, Helper.LAWYER, Helper.RELATIVE}
)


@dataclass(frozen=True)
class Given:
    """How the answer was given.

    Attributes:
        form: what stands under it.
        read_aloud: whether it was read to the person.
        interpreter: who interpreted; None: nobody had to.
        witness: who saw the mark made.
    """

    form: Form = Form.SIGNATURE
    read_aloud: bool = False
    interpreter: Helper | None = None
    witness: Helper | None = None


@dataclass(frozen=True)
class Consent:
    """One answer.

    Attributes:
        patient: the literal reference (``Patient/a``).
        purpose: the question.
        answer: what was answered.
        at: when.
        surely_by: by when surely, where only a day is known: the first moment behind it.
        decided_by: the literal reference of each who decided, with whose decision it is.
        capable: whether the person had capacity to decide.
        assented: whether the minor agrees; None: was not asked.
        given: how.
        recipients: of a hand-over, literal references of Organizations, or ``ANY_CENTRE``.
        labels: of a hand-over, what may go; ``Label.R`` is what nobody labelled.
        start: from when it counts; None: at once.
        end: the first moment at which it does not count any more; None: until withdrawn.
        wrong: whether it was entered in error.
        confirmed: whether somebody here stands for it that whom the law asks has decided; only a grant needs it.
    """

    patient: str
    purpose: Purpose
    answer: Answer
    at: datetime
    decided_by: tuple[tuple[Decider, str], ...] = ()
    capable: bool = True
    assented: bool | None = None
    given: Given = Given()
    recipients: frozenset[str] = frozenset()
    labels: frozenset[Label] = frozenset()
    start: datetime | None = None
    end: datetime | None = None
    surely_by: datetime | None = None
    wrong: bool = False
    confirmed: bool = True

    @property
    def names_any(self) -> bool:
        """Whether any centre may get it."""
        return ANY_CENTRE in self.recipients

    @property
    def deciders(self) -> frozenset[Decider]:
        """Whose decisions it is."""
        return frozenset(decider for decider, _ in self.decided_by)


def flaw_of(consent: Consent) -> ConsentError | None:
    """Why a granted Consent does not count, whoever wrote it down. None: it does, as far as it can say itself."""
    given = consent.given
    if given.interpreter is not None and given.interpreter not in MAY_INTERPRET:
        return InterpreterNotAllowed()
    if given.form is Form.MARK and given.witness not in MAY_WITNESS:
        return WitnessMissing()
    # Who lacks capacity may agree too, but somebody else has to.
    if not consent.deciders - (frozenset() if consent.capable else {Decider.PATIENT}):
        return NotTheDecider()
    if consent.assented is False:
        return AssentMissing()
    if _names_wrongly(consent):
        return RecipientMissing()
    if not consent.confirmed:
        return NotConfirmed()
    return None


def check(consent: Consent, decision: Decision) -> None:
    """Return if an answer may be written down as what whom the law asks has decided.

    A refusal or withdrawal is anybody's who was asked, and is never turned away. Raises ConsentError.
    """
    if consent.answer is not Answer.GRANTED:
        return
    # To write it down, or to confirm it, is what ``check`` is asked for.
    if flaw := flaw_of(replace(consent, confirmed=True)):
        raise flaw
    if not _has_decided(consent.deciders, decision.by):
        raise NotTheDecider
    if decision.with_assent and consent.assented is not True:
        raise AssentMissing


def _has_decided(deciders: Collection[Decider], asked: frozenset[Decider]) -> bool:
    return asked <= frozenset(deciders)


def _names_wrongly(consent: Consent) -> bool:
    """A hand-over says to whom and what; only a hand-over does."""
    if consent.purpose is Purpose.HAND_OVER:
        return not (consent.recipients and consent.labels)
    return bool(consent.recipients or consent.labels)
