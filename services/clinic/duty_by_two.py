"""What is counted or put back by two: health staff beside sign by their own PIN on this tablet or their password.

Who is alone signs alone, and somebody else confirms it from their own sign-in.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from pydantic import BaseModel, ConfigDict

from clinical.custody.by_two import BY_TWO, alone_by, signed_alone, signed_by_two
from fhir_store.read import read_many
from services.clinic.asking import Asking
from services.clinic.consent_form import Unfit
from services.clinic.round.actors import OnRound
from services.clinic.round.keeping import NotProved, prove_beside
from services.clinic.round.staff import Colleague, account_names, colleagues
from services.clinic.round.typed import uuid_in
from services.clinic.stays import DutyLine
from services.shared.errors import Unprocessable
from services.shared.languages import N_

Json = Mapping[str, Any]

NOBODY = N_(
    "This is done by two: choose who stands beside, and let them type their own PIN or password; or say that you are alone."
)
NOT_ONESELF = N_("You did this alone: somebody else confirms it.")


class TypedDuty(BaseModel):
    """The fields of the form of something to be done, as they were sent."""

    model_config = ConfigDict(frozen=True)

    person: str = ""
    duty: str = ""
    second: str = ""
    pin: str = ""
    alone: str = ""


@dataclass(frozen=True)
class ByTwo:
    """What is known of a duty that two sign."""

    alone: str
    """The name of who did it alone; empty if nobody did."""
    own: bool
    """Whether that is the reader."""


def by_two(asking: Asking, cursor: psycopg.Cursor[Any], lines: Iterable[DutyLine]) -> Mapping[str, ByTwo]:
    """Of the duties that two sign: whether one did it alone, by their ids."""
    asked = [("Task", one.id) for one in lines if one.duty in BY_TWO]
    alone = {id_: alone_by(one.value) for (_, id_), one in read_many(cursor, asking.keyring, asked).items()}
    names = account_names(cursor, [one for one in alone.values() if one])
    own = str(asking.who.account.id)
    return {id_: ByTwo(names.get(one, one), one == own) for id_, one in alone.items()}


def beside(asking: Asking, cursor: psycopg.Cursor[Any], facility: str) -> tuple[Colleague, ...]:
    """The health staff of a facility that could stand beside the reader."""
    known = colleagues(cursor, facility, asking.who.session.device, asking.at)
    return tuple(one for one in known if one.account != asking.who.account.id)


def proved(asking: Asking, facility: str, typed: TypedDuty) -> str:
    """The account that stands beside, proved; empty if nobody was chosen. Raises Unfit."""
    if not typed.second:
        return ""
    try:
        account: UUID = uuid_in(typed.second)
        prove_beside(OnRound(asking, facility, False, False), account, typed.pin)
    except (NotProved, Unprocessable) as refused:
        raise Unfit(refused.problem.message) from None
    return str(account)


def signed(asking: Asking, task: Json, second: str, typed: TypedDuty) -> Json:
    """The Task as it is after the reader signed it, with who was proved beside. Raises Unfit."""
    own, before = str(asking.who.account.id), alone_by(task)
    if second:
        return signed_by_two(task, own, second)
    if before and before != own:
        return signed_by_two(task, before, own)
    if before:
        raise Unfit(NOT_ONESELF)
    if typed.alone != "yes":
        raise Unfit(NOBODY)
    return signed_alone(task, own)
