"""Ending, suspending, resuming, taking back an order; setting and releasing a hold: what follows is shown before anything is recorded."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection

from clinical.people import Identity
from services.clinic.actors import Clinician
from services.clinic.asking import Asking
from services.clinic.consent_form import Unfit
from services.clinic.consent_keeping import not_to_you
from services.clinic.openings import Choice
from services.clinic.orders.acts import (
    DONE,
    TITLES,
    Act,
    Subject,
    follows_from,
    hinders,
    is_done,
    may_do,
    reasons_of,
    subject_in,
    writes_of,
)
from services.clinic.orders.here import Here, deciding, here_of, write
from services.clinic.orders.order_lines import OrderLine, order_lines
from services.clinic.orders.orders_page import ORDERS, orders_answer
from services.clinic.orders.signing import ChangedMeanwhile
from services.clinic.orders.words import CHANGED_MEANWHILE
from services.clinic.reading import log_shown
from services.shared.errors import BadRequest
from services.shared.pages import Pages


class TypedAct(BaseModel):
    """The fields of the form, as they were sent."""

    model_config = ConfigDict(frozen=True)

    person: str = ""
    act: str = ""
    what: str = ""
    reason: str = ""
    seen: str = ""
    token: str = ""


@dataclass(frozen=True)
class ActPage:
    """What follows, and the reasons to choose from. Titles and reasons wait for their translation."""

    patient: str
    identity: Identity
    typed: TypedAct
    title: str
    follows: tuple[str, ...]
    reasons: tuple[Choice, ...]
    order: OrderLine | None
    ends: bool
    hindered: bool
    """Whether it cannot be done: ``wrong`` says why."""
    wrong: str


def act_router(pages: Pages) -> APIRouter:
    """The addresses."""
    router = APIRouter(prefix=ORDERS, include_in_schema=False)

    @router.post("/act")
    def form(request: Request, asking: Clinician, typed: Annotated[TypedAct, Form()]) -> Response:
        return _form(pages, asking, typed, "", 200)

    @router.post("/do")
    def do(request: Request, asking: Clinician, typed: Annotated[TypedAct, Form()]) -> Response:
        try:
            asking.database.run(lambda connection: _do(asking, connection, typed))
        except Unfit as unfit:
            return _form(pages, asking, typed, unfit.words, 422)
        except ChangedMeanwhile:
            return _form(pages, asking, typed, CHANGED_MEANWHILE, 409)
        return orders_answer(pages, asking, typed.person, DONE[Act(typed.act)])

    return router


def _form(pages: Pages, asking: Asking, typed: TypedAct, wrong: str, status: int) -> Response:
    with asking.snapshot() as (connection, cursor):
        here = _at_work(here_of(asking, connection, typed.person))
        subject = subject_in(here, typed.act, typed.what)
        require(here, subject)
        hindered = hinders(here, subject)
        page = ActPage(
            here.patient.id,
            here.patient.identity,
            typed.model_copy(update={"seen": here.known.seen, "token": typed.token or str(uuid4())}),
            TITLES[subject.act],
            tuple(follows_from(here, cursor, subject)),
            reasons_of(subject.act),
            order_lines(here, [subject.order], {}, {})[0] if subject.order else None,
            subject.act is Act.STOP,
            bool(hindered),
            wrong or hindered,
        )
    log_shown(asking, here.patient, "$orders", 1)
    return pages.render(asking.request, "clinic/order_act.html", page, status=status)


def _at_work(here: Here) -> Here:
    """Whoever does at least something of this. Raises Forbidden; that is logged."""
    if not (here.may_hold or here.may_order):
        raise not_to_you(here.asking, here.patient.id)
    return here


def require(here: Here, subject: Subject) -> None:
    """Return if the reader may do it. Raises Forbidden; that is logged."""
    if not may_do(here, subject):
        raise not_to_you(here.asking, here.patient.id)


def _do(asking: Asking, connection: Connection, typed: TypedAct) -> None:
    """Raises ChangedMeanwhile, Unfit, BadRequest, Forbidden."""
    here = _at_work(deciding(asking, connection, typed.person))
    subject = subject_in(here, typed.act, typed.what)
    require(here, subject)
    token = _token(typed)
    if is_done(here, subject, token):
        return
    if here.known.seen != typed.seen:
        raise ChangedMeanwhile
    write(here, connection, writes_of(here, subject, typed.reason, token))


def _token(typed: TypedAct) -> str:
    try:
        return str(UUID(typed.token))
    except ValueError:
        raise BadRequest from None
