"""What of the round somebody has to look at: events that contradict one another or were kept apart, and what is to be done."""

from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from clinical.oat.round.emergency import unsigned
from services.access.pages.forms import Field
from services.clinic.orders.prescribers import prescribers
from services.clinic.round.actors import Giver, OnRound
from services.clinic.round.re_dose import Decision
from services.clinic.round.staff import Colleague
from services.clinic.round.to_do import ToDo, tick, to_do
from services.clinic.round.typed import uuid_in
from services.clinic.round.work_off import Settled, ToLookAt, settle, to_look_at
from services.shared.errors import BadRequest
from services.shared.pages import Pages

CONFLICTS = "/round/conflicts"


@dataclass(frozen=True)
class WorkOffPage:
    """All of it."""

    waiting: tuple[ToLookAt, ...]
    tasks: tuple[ToDo, ...]
    emergencies: int
    """That nobody has signed."""
    now: datetime
    seconds: tuple[Colleague, ...]
    """Who may sign beside a prescriber."""
    on_tablet: bool


def work_off_router(pages: Pages) -> APIRouter:
    """The addresses."""
    router = APIRouter(prefix=CONFLICTS, include_in_schema=False)

    @router.get("")
    def conflicts(request: Request, on: Giver) -> Response:
        return pages.render(request, "clinic/round_look.html", _page(on))

    @router.post("/settle")
    def settled(on: Giver, event: Field = "", how: Field = "") -> Response:
        if how not in list(Settled):
            raise BadRequest
        settle(on, uuid_in(event), Settled(how))
        return RedirectResponse(CONFLICTS, 303)

    @router.post("/tick")
    def ticked(
        on: Giver,
        task: Field = "",
        step: Field = "",
        mg: Field = "",
        reason: Field = "",
        second: Field = "",
        pin: Field = "",
    ) -> Response:
        tick(on, task, step, Decision(mg, reason, second, pin))
        return RedirectResponse(CONFLICTS, 303)

    return router


def _page(on: OnRound) -> WorkOffPage:
    with on.asking.snapshot() as (_, cursor):
        emergencies = len(unsigned(cursor, on.asking.keyring, on.facility))
        signing = prescribers(on.asking, cursor, on.facility) if on.may_order else []
    who = on.asking.who
    return WorkOffPage(
        tuple(to_look_at(on)),
        tuple(to_do(on)),
        emergencies,
        on.asking.at,
        tuple(one for one in signing if one.account != who.account.id),
        who.session.device is not None,
    )
