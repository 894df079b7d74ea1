"""What somebody filled in of who a person is. Pure."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from pydantic import BaseModel, ConfigDict

from clinical.people import Details, Doubt, Number, NumberKind
from clinical.people.details import SEXES
from clinical.people.number_spelling import spelt
from clinical.people.numbers import of_kind
from fhir_store.folding import folded
from services.clinic.consent_form import Unfit
from services.clinic.sought import date_in, month_in
from services.shared.errors import BadRequest
from services.shared.languages import N_

LONGEST = 100

NO_NAME = N_("Write the given name and the family name, or say that it is unknown who this is.")
NO_WORD = N_("A name is written in letters, without digits, and has 100 at most.")
NO_NUMBER = N_("A number has 100 signs at most.")
NO_BIRTH = N_(
    "A date of birth is written as 2.3.1984, as 3.1984 or as 1984. Leave it empty if it is not known."
)
BORN_AHEAD = N_("The date of birth cannot be after today.")
NO_NATIONAL_ID = N_(
    "Leave the national ID empty while it is not known who this is: it would join this record to another person's."
)
NO_SEX = N_("Say the sex, or that it is not known.")

YEAR = re.compile(r"\d{4}\.?")

TYPED_NUMBERS = {"prison": NumberKind.PRISON, "national": NumberKind.NATIONAL, "uic": NumberKind.UIC}


class TypedDetails(BaseModel):
    """The fields of the form, as they were sent."""

    model_config = ConfigDict(frozen=True)

    doubt: str = Doubt.NONE
    given: str = ""
    family: str = ""
    father: str = ""
    born: str = ""
    sex: str = ""
    prison: str = ""
    national: str = ""
    uic: str = ""


def typed_of(details: Details) -> TypedDetails:
    """The form as it is filled for somebody who is known already."""
    return TypedDetails(
        doubt=details.doubt,
        given=details.given,
        family=details.family,
        father=details.father,
        born=details.born,
        sex=details.sex,
        **{name: of_kind(details.numbers, kind) for name, kind in TYPED_NUMBERS.items()},
    )


def details_in(typed: TypedDetails, today: date) -> Details:
    """Who the person is, as it was filled in. Raises Unfit, BadRequest."""
    doubt = _doubt(typed.doubt)
    details = Details(
        _name(typed.given),
        _name(typed.family),
        _name(typed.father),
        _born(typed.born, today),
        _sex(typed.sex),
        tuple(_numbers(typed)),
        doubt,
    )
    if doubt is Doubt.NONE and not (details.given and details.family):
        raise Unfit(NO_NAME)
    if doubt is not Doubt.NONE and of_kind(details.numbers, NumberKind.NATIONAL):
        raise Unfit(NO_NATIONAL_ID)
    return details


def with_number(details: Details, number: Number) -> Details:
    """The same with one more number."""
    return replace(details, numbers=(*details.numbers, number))


def _doubt(code: str) -> Doubt:
    try:
        return Doubt(code)
    except ValueError:
        raise BadRequest from None


def _sex(code: str) -> str:
    if not code:
        raise Unfit(NO_SEX)
    if code not in SEXES:
        raise BadRequest
    return code


def _name(written: str) -> str:
    name = " ".join(written.split())
    is_name = name.isprintable() and len(name) <= LONGEST and not any(sign.isdigit() for sign in name)
    if name and not (is_name and folded(name)):
        raise Unfit(NO_WORD)
    return name


def _numbers(typed: TypedDetails) -> Iterator[Number]:
    for name, kind in TYPED_NUMBERS.items():
        if number := " ".join(getattr(typed, name).split()):
            if not number.isprintable() or len(number) > LONGEST:
                raise Unfit(NO_NUMBER)
            yield Number(kind, spelt(number))


def _born(written: str, today: date) -> str:
    text = written.strip()
    if not text:
        return ""
    born = date_in(text) or month_in(text) or (text[:4] if YEAR.fullmatch(text) else "")
    if not born:
        raise Unfit(NO_BIRTH)
    if born > today.isoformat()[: len(born)]:
        raise Unfit(BORN_AHEAD)
    return born
