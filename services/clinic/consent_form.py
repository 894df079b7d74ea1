"""What somebody filled in when they recorded an answer, as a Consent. Pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict

from clinical.consent import (
    ANY_CENTRE,
    EVERYTHING,
    Answer,
    Consent,
    ConsentError,
    Decider,
    Form,
    Given,
    Helper,
    Purpose,
)
from clinical.consent.resource import contained_decider
from clinical.labels import Label
from services.clinic.consent_words import ASKED, FLAWS, LABELS
from services.shared.errors import BadRequest
from services.shared.languages import N_

YES, NO = "yes", "no"
LONGEST_NAME = 200

NO_NAME = N_("Write the name of the guardian, or of the court with the number of its decision.")
NO_SUCH_CENTRE = N_("Choose the centres from the list.")
NO_DAY = N_("A day is written as year-month-day, such as 2026-03-31.")
DAY_AHEAD = N_("The day on the paper cannot be after today.")
OVER_ALREADY = N_("The last day cannot be before today.")
NOT_ANSWERED = N_("Say what the answer is.")
NOT_SAID = N_("Say whether the person can decide on this.")

Word = TypeVar("Word", bound=StrEnum)


class Typed(BaseModel):
    """The fields of the form, as they were sent."""

    model_config = ConfigDict(frozen=True)

    person: str = ""
    purpose: str = ""
    answer: str = ""
    capable: str = ""
    patient: str = ""
    guardian: str = ""
    court: str = ""
    assented: str = ""
    form: str = ""
    read_aloud: str = ""
    interpreter: str = ""
    witness: str = ""
    recipient: list[str] = []
    label: list[str] = []
    start: str = ""
    last_day: str = ""
    on_paper: str = ""


@dataclass(frozen=True)
class Filled:
    """The answer, and the names of who decided and has no record here."""

    consent: Consent
    names: Mapping[Decider, str] = field(repr=False)


class Unfit(Exception):
    """Something in the form has to be put right. ``words``: what, waiting for its translation."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self.words = words


def flaw_words(error: ConsentError) -> str:
    """Why an answer does not count and what to do, waiting for its translation."""
    return FLAWS[type(error)]


def purpose_in(code: str) -> Purpose:
    """The question that a form names. Raises BadRequest."""
    return _word(Purpose, code)


def filled(typed: Typed, patient: str, at: datetime, zone: ZoneInfo, offered: Collection[str]) -> Filled:
    """The answer as it was filled in; whether it is as the law asks is another question.

    Args:
        typed: what was sent.
        patient: the literal reference of the person.
        at: now.
        zone: the facility's.
        offered: literal references of the centres among which could be chosen.

    Raises Unfit, BadRequest.
    """
    purpose, answer = purpose_in(typed.purpose), _answer(typed.answer)
    names = dict(_names(typed))
    granted = answer is Answer.GRANTED
    is_hand_over = purpose is Purpose.HAND_OVER and granted
    consent = Consent(
        patient,
        purpose,
        answer,
        _when(typed.on_paper, at, zone) if granted else at,
        decided_by=tuple(_decided_by(typed, patient, names)),
        capable=_yes_or_no(typed.capable),
        assented={YES: True, NO: False}.get(typed.assented),
        given=_given(typed),
        recipients=_recipients(typed.recipient, offered) if is_hand_over else frozenset(),
        labels=_labels(typed.label) if is_hand_over else frozenset(),
        start=_start(typed.start, zone) if granted else None,
        end=_end(typed.last_day, at, zone) if granted else None,
    )
    return Filled(consent, names)


def _answer(code: str) -> Answer:
    if not code:
        raise Unfit(NOT_ANSWERED)
    answer = _word(Answer, code)
    if answer not in ASKED:
        raise BadRequest
    return answer


def _yes_or_no(code: str) -> bool:
    if code not in (YES, NO):
        raise Unfit(NOT_SAID)
    return code == YES


def _decided_by(typed: Typed, patient: str, names: Mapping[Decider, str]) -> Iterable[tuple[Decider, str]]:
    if typed.patient == YES:
        yield Decider.PATIENT, patient
    for decider in names:
        yield decider, contained_decider(decider)


def _names(typed: Typed) -> Iterable[tuple[Decider, str]]:
    for decider, written in ((Decider.GUARDIAN, typed.guardian), (Decider.COURT, typed.court)):
        if name := " ".join(written.split()):
            if len(name) > LONGEST_NAME or not name.isprintable():
                raise Unfit(NO_NAME)
            yield decider, name


def _given(typed: Typed) -> Given:
    return Given(
        form=_word(Form, typed.form or Form.SIGNATURE),
        read_aloud=typed.read_aloud == YES,
        interpreter=_word(Helper, typed.interpreter) if typed.interpreter else None,
        witness=_word(Helper, typed.witness) if typed.witness else None,
    )


def _recipients(chosen: Iterable[str], offered: Collection[str]) -> frozenset[str]:
    found = frozenset(chosen)
    if not found <= {*offered, ANY_CENTRE}:
        raise Unfit(NO_SUCH_CENTRE)
    return found


def _labels(chosen: Iterable[str]) -> frozenset[Label]:
    found = frozenset[Label]()
    for code in chosen:
        if code not in LABELS:
            raise BadRequest
        found |= LABELS[code][1]
    return found & EVERYTHING


def _when(on_paper: str, now: datetime, zone: ZoneInfo) -> datetime:
    """Of a paper that is entered later only the day is known: what was said since, on that day too, comes after it."""
    if not on_paper:
        return now
    day = _day(on_paper)
    if day > now.astimezone(zone).date():
        raise Unfit(DAY_AHEAD)
    return _midnight(day, zone)


def _start(written: str, zone: ZoneInfo) -> datetime | None:
    return _midnight(_day(written), zone) if written else None


def _end(written: str, now: datetime, zone: ZoneInfo) -> datetime | None:
    """The last day is in it."""
    if not written:
        return None
    day = _day(written)
    if day < now.astimezone(zone).date():
        raise Unfit(OVER_ALREADY)
    return _midnight(day + timedelta(days=1), zone)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, zone)


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise Unfit(NO_DAY) from None


def _word(words: type[Word], code: str) -> Word:
    try:
        return words(code)
    except ValueError:
        raise BadRequest from None
