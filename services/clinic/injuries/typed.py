"""The form on injuries and one injury, as they are filled in."""

from dataclasses import replace

from pydantic import BaseModel, ConfigDict

from clinical.injuries.form import Consistency, InjuryForm, Statement
from clinical.injuries.injury import Colour, Injury, Kind
from clinical.injuries.region import BY_CODE
from services.clinic.consent_form import Unfit
from services.shared.errors import BadRequest
from services.shared.languages import N_

NO_REGION = N_("Choose where it is on the chart, or describe it in words.")
NO_KIND = N_("Choose what kind of injury it is.")
NO_MEASURE = N_("A measure cannot be read. Write whole millimetres, such as 35, or leave it empty.")

LONGEST = 4000
MOST_MM = 2000
MOST_INJURIES = 60


class TypedForm(BaseModel):
    """The three parts, and what to do with them."""

    model_config = ConfigDict(frozen=True)

    person: str = ""
    form: str = ""
    seen: str = ""
    statement: str = ""
    words: str = ""
    nothing_found: str = ""
    consistency: str = ""
    opinion: str = ""
    reason: str = ""
    act: str = "keep"
    """keep, add, sign, or edit or remove with the number of an injury."""


class TypedInjury(BaseModel):
    """One injury. ``nth``: which of them it is; empty: it is added."""

    model_config = ConfigDict(frozen=True)

    person: str = ""
    form: str = ""
    seen: str = ""
    nth: str = ""
    region: str = ""
    kind: str = ""
    length: str = ""
    width: str = ""
    colour: list[str] = []
    note: str = ""


def with_parts(form: InjuryForm, typed: TypedForm) -> InjuryForm:
    """A draft with the parts as they were filled in. Raises BadRequest."""
    if max(map(len, (typed.words, typed.opinion, typed.reason))) > LONGEST:
        raise BadRequest
    try:
        statement = Statement(typed.statement) if typed.statement else None
        consistency = Consistency(typed.consistency) if typed.consistency else None
    except ValueError:
        raise BadRequest from None
    return replace(
        form,
        statement=statement,
        words=typed.words.strip() if statement is Statement.MADE else "",
        nothing_found=typed.nothing_found == "yes" and not form.injuries,
        consistency=consistency,
        opinion=typed.opinion.strip(),
        reason=typed.reason.strip() if form.corrects else "",
    )


def injury_in(typed: TypedInjury, photo: str) -> Injury:
    """The injury. Raises Unfit, BadRequest."""
    note = typed.note.strip()
    if len(note) > LONGEST or (typed.region and typed.region not in BY_CODE):
        raise BadRequest
    if not typed.region and not note:
        raise Unfit(NO_REGION)
    if not typed.kind:
        raise Unfit(NO_KIND)
    try:
        kind, colours = Kind(typed.kind), tuple(Colour(one) for one in typed.colour)
    except ValueError:
        raise BadRequest from None
    return Injury(typed.region, kind, _mm(typed.length), _mm(typed.width), colours, note, photo)


def _mm(typed: str) -> int | None:
    written = typed.strip()
    if not written:
        return None
    if not (written.isascii() and written.isdigit()) or not 0 < int(written) <= MOST_MM:
        raise Unfit(NO_MEASURE)
    return int(written)


def number_of(typed: str, form: InjuryForm) -> int | None:
    """Which of the injuries of a form; None: a new one. Raises BadRequest."""
    if not typed:
        return None
    if not (typed.isascii() and typed.isdigit()) or not 1 <= int(typed) <= len(form.injuries):
        raise BadRequest
    return int(typed)


def with_injury(form: InjuryForm, nth: int | None, injury: Injury) -> InjuryForm:
    """A draft with one injury more, or another in the place of one. Raises BadRequest."""
    listed = list(form.injuries)
    if nth is None:
        listed.append(injury)
    else:
        listed[nth - 1] = injury
    if len(listed) > MOST_INJURIES:
        raise BadRequest
    return replace(form, injuries=tuple(listed), nothing_found=False)


def without_injury(form: InjuryForm, nth: int) -> InjuryForm:
    """A draft with one injury less."""
    return replace(form, injuries=(*form.injuries[: nth - 1], *form.injuries[nth:]))
