"""An answer as it is filled in."""

from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation

from pydantic import BaseModel, ConfigDict

from clinical.oat.shapes import written
from clinical.reception.answer import Answer, Silence
from clinical.reception.question import Kind, Question
from services.clinic.asking import Asking
from services.clinic.consent_form import Unfit
from services.shared.errors import BadRequest
from services.shared.languages import N_

NOTHING_CHOSEN = N_("Choose at least one, or say why there is no answer.")
NONE_AND_MORE = N_("None of these was chosen together with others. Choose the one or the others.")
NO_DAY = N_("The day cannot be read. Choose it, and the time if it is known.")
AHEAD = N_("This is ahead of now. Check day and time.")
NO_AMOUNT = N_("How much cannot be read. Write a number of mg, such as 60 or 7.5.")
TOO_MUCH = N_("This is more than anybody is given. Check the number: it is in mg.")
NO_PLACE = N_("Choose the place, or write what it is called.")

LONGEST = 200
MOST_MG = Decimal(2000)
"""Beyond any dose of any of the medicines, depots included: a number that was mistyped."""


class TypedAnswer(BaseModel):
    """The fields of the form, as they were sent."""

    model_config = ConfigDict(frozen=True)

    person: str = ""
    question: str = ""
    seen: str = ""
    """When the answer that stood on the page was written; empty if there was none."""
    choice: list[str] = []
    text: str = ""
    day: str = ""
    time: str = ""
    mg: str = ""
    place: str = ""
    silence: str = ""


def answer_in(typed: TypedAnswer, question: Question, asking: Asking, by: str) -> Answer:
    """The answer. Raises Unfit with words, BadRequest."""
    if typed.silence:
        if typed.silence not in list(Silence):
            raise BadRequest
        return Answer(question.code, asking.at, by, silence=Silence(typed.silence))
    if len(typed.text) > LONGEST:
        raise BadRequest
    text = " ".join(typed.text.split())
    match question.kind:
        case Kind.ONE | Kind.MANY:
            return Answer(question.code, asking.at, by, _choices(typed, question, text), text)
        case Kind.WHEN:
            return Answer(question.code, asking.at, by, when=day_and_time(typed.day, typed.time, asking))
        case Kind.AMOUNT:
            return Answer(question.code, asking.at, by, amount=milligrams(typed.mg))
        case Kind.PLACE:
            return Answer(question.code, asking.at, by, text=text, place=_place(typed.place, text))


def _choices(typed: TypedAnswer, question: Question, text: str) -> tuple[str, ...]:
    taken = [one for one in question.choices if one.code in typed.choice]
    if len(taken) != len(set(typed.choice)) or (question.kind is Kind.ONE and len(taken) > 1):
        raise BadRequest
    if text and not question.other:
        raise BadRequest
    if not taken and not text:
        raise Unfit(NOTHING_CHOSEN)
    if any(one.alone for one in taken) and (len(taken) > 1 or text):
        raise Unfit(NONE_AND_MORE)
    return tuple(one.code for one in taken)


def day_and_time(typed_day: str, typed_time: str, asking: Asking) -> str:
    """A day, or an instant where the time is known, as FHIR writes it; not ahead of now. Raises Unfit."""
    try:
        day = date.fromisoformat(typed_day)
        at = time.fromisoformat(typed_time) if typed_time else None
    except ValueError:
        raise Unfit(NO_DAY) from None
    if at is None:
        if day > asking.day:
            raise Unfit(AHEAD)
        return day.isoformat()
    instant = datetime.combine(day, at.replace(tzinfo=None), asking.zone)
    if instant > asking.at:
        raise Unfit(AHEAD)
    return written(instant)


def milligrams(typed: str) -> Decimal:
    """A number of mg, with a point or a comma. Raises Unfit."""
    try:
        mg = Decimal(typed.strip().replace(",", "."))
    except InvalidOperation:
        raise Unfit(NO_AMOUNT) from None
    if not mg.is_finite() or mg <= 0:
        raise Unfit(NO_AMOUNT)
    if mg > MOST_MG:
        raise Unfit(TOO_MUCH)
    return mg


def _place(typed: str, text: str) -> str:
    type_, _, id_ = typed.partition("/")
    if typed and (type_ != "Organization" or not id_):
        raise BadRequest
    if not id_ and not text:
        raise Unfit(NO_PLACE)
    return id_
