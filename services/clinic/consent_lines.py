"""What counts of a person's answers, and how each was given, as lines of a page. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from clinical.consent import (
    ANY_CENTRE,
    Answer,
    Consent,
    ConsentError,
    Decision,
    NotConfirmed,
    Purpose,
    check,
    decisions_in_force,
    flaw_of,
    is_granted,
)
from clinical.consent.in_force import begins_at
from clinical.consent.resource import LAST
from services.clinic.consent_form import flaw_words
from services.clinic.consent_words import ANSWERS, DECIDERS, FORMS, HELPERS, PURPOSES, label_words
from services.clinic.consents import Recorded
from services.shared.languages import N_

ANY_CENTRE_WORDS = N_("any treatment centre outside")

NEVER_ASKED = N_("Not asked yet")
COUNTS = N_("Agreed")
IS_OVER = N_("The agreement is over")
DOES_NOT_COUNT = N_("An agreement that does not count")
IN_FORCE: Mapping[Answer, str] = {
    Answer.REFUSED: N_("Refused"),
    Answer.WITHDRAWN: N_("Taken back"),
    Answer.LACKS_CAPACITY: N_("Cannot decide, and nobody has yet in their place"),
}

Decisions = Callable[[Consent], Decision]
"""Who had to decide on an answer."""


@dataclass(frozen=True)
class AnswerLine:
    """One answer. Words wait for their translation; names are as they were written."""

    consent: str
    version: int
    answer: str
    at: datetime | None
    """None: nobody knows when."""
    deciders: tuple[tuple[str, str], ...] = field(repr=False)
    """Whose decision it was, and the name if it is known."""
    form: str
    read_aloud: bool
    interpreter: str
    witness: str
    without_capacity: bool
    assented: bool | None
    recipients: tuple[tuple[str, bool], ...]
    """Names, and whether each is words of ours that wait for their translation."""
    labels: tuple[str, ...]
    begins: datetime | None
    """If that is later than when it was given."""
    ends: datetime | None
    wrong: bool
    flaw: str
    """Why it does not count and what to do; empty if it does, as far as it can say itself."""
    to_confirm: bool
    """Whether the only thing that is missing is that somebody here stands for it."""
    stands_for_it: str


@dataclass(frozen=True)
class PurposeLine:
    """What counts now of one question, and every answer to it, the newest first."""

    purpose: str
    title: str
    open: bool
    """Whether the reader may see and record answers to it; else nothing is told of any."""
    status: str = ""
    granted: bool = False
    now: AnswerLine | None = None
    history: tuple[AnswerLine, ...] = ()


def purpose_line(
    purpose: Purpose,
    answers: Sequence[Recorded],
    on: datetime,
    decisions: Decisions,
    centre_names: Mapping[str, str],
) -> PurposeLine:
    """The line of a question, of all answers that there are."""
    asked = [one for one in answers if one.consent.purpose is purpose]
    counts = decisions_in_force([one.consent for one in asked], on).get(purpose)
    granted = is_granted(counts, on)
    lines = tuple(_line(one, decisions, centre_names) for one in asked)
    return PurposeLine(
        purpose,
        PURPOSES[purpose],
        True,
        _status(counts, on),
        granted,
        _of(counts, asked, lines),
        lines,
    )


def _of(counts: Consent | None, asked: Sequence[Recorded], lines: Sequence[AnswerLine]) -> AnswerLine | None:
    """The line of the answer that counts; where several of one instant do, of one of them."""
    pairs = zip(asked, lines, strict=True)
    found = (line for one, line in pairs if counts and _is_it(one.consent, counts))
    return next(found, None)


def _is_it(one: Consent, counts: Consent) -> bool:
    return not one.wrong and (one.at, one.answer) == (counts.at, counts.answer)


def closed_line(purpose: Purpose) -> PurposeLine:
    """The line of a question of which the reader is told nothing, whether or not it was asked."""
    return PurposeLine(purpose, PURPOSES[purpose], open=False)


def _status(counts: Consent | None, on: datetime) -> str:
    if counts is None:
        return NEVER_ASKED
    if counts.answer is not Answer.GRANTED:
        return IN_FORCE[counts.answer]
    if flaw_of(counts) is not None:
        return DOES_NOT_COUNT
    return COUNTS if is_granted(counts, on) else IS_OVER


def _line(one: Recorded, decisions: Decisions, centre_names: Mapping[str, str]) -> AnswerLine:
    consent, given = one.consent, one.consent.given
    flaw = _flaw(consent, decisions)
    begins = begins_at(consent)
    return AnswerLine(
        consent=one.version.consent,
        version=one.version.number,
        answer=ANSWERS[consent.answer],
        at=None if consent.at == LAST else consent.at,
        deciders=tuple((DECIDERS[decider], one.names.get(by, "")) for decider, by in consent.decided_by),
        form=FORMS[given.form],
        read_aloud=given.read_aloud,
        interpreter=HELPERS[given.interpreter] if given.interpreter else "",
        witness=HELPERS[given.witness] if given.witness else "",
        without_capacity=not consent.capable,
        assented=consent.assented,
        recipients=tuple(
            (ANY_CENTRE_WORDS, True) if to == ANY_CENTRE else (centre_names.get(to, "?"), False)
            for to in sorted(consent.recipients)
        ),
        labels=label_words(consent.labels),
        begins=begins if begins and begins > consent.at and begins != LAST else None,
        ends=consent.end,
        wrong=consent.wrong,
        flaw=flaw_words(flaw) if flaw else "",
        to_confirm=isinstance(flaw, NotConfirmed) and not consent.wrong,
        stands_for_it=one.stands_for_it,
    )


def _flaw(consent: Consent, decisions: Decisions) -> ConsentError | None:
    """What the law finds against what nobody confirmed; what was confirmed was looked at then."""
    if consent.answer is not Answer.GRANTED:
        return None
    if not consent.confirmed:
        try:
            check(consent, decisions(consent))
        except ConsentError as flaw:
            return flaw
    return flaw_of(consent)
