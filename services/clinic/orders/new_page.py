"""A new order: a form, then all that the checks found with the doses day by day, then the signature."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Form, Request, Response
from sqlalchemy import Connection

from clinical.oat.checks.end_date import AT_MOST
from clinical.oat.conversion import depots_for
from clinical.oat.order import OatOrder
from clinical.oat.orders.order_set import order_sets
from clinical.oat.orders.proposing import weighed_as
from clinical.oat.orders.strip import standing
from clinical.oat.product import Agonist, products
from clinical.oat.proposal import OpioidKind
from clinical.people import Identity
from fhir_store.write import raw_cursor
from services.clinic.actors import Clinician
from services.clinic.asking import Asking
from services.clinic.consent_form import Unfit
from services.clinic.consent_keeping import not_to_you
from services.clinic.openings import Choice
from services.clinic.orders.here import Here, causes_shown, deciding, prescribing, write
from services.clinic.orders.issue_lines import IssueLine, issue_lines
from services.clinic.orders.order_lines import OrderLine, StepLine, order_lines, step_lines
from services.clinic.orders.order_typed import (
    TypedOrder,
    judged_in,
    order_in,
    token_in,
    usual_end,
)
from services.clinic.orders.orders_page import ORDERS, orders_answer
from services.clinic.orders.plan_lines import Plan, plan_of
from services.clinic.orders.prescribers import prescribers
from services.clinic.orders.second import second_signature
from services.clinic.orders.signing import (
    ChangedMeanwhile,
    ToSign,
    WeighAgain,
    is_signed,
    issues_for,
    reason_in,
    writes_of,
)
from services.clinic.orders.words import CHANGED_MEANWHILE, SIGNED, WEEKDAYS, WEIGH_AGAIN
from services.clinic.reading import log_shown
from services.clinic.round.staff import Colleague
from services.shared.languages import N_
from services.shared.pages import Pages

OPIOIDS = {
    OpioidKind.SHORT_ACTING: N_("A short-acting opioid, such as heroin"),
    OpioidKind.LONG_ACTING: N_("A long-acting opioid"),
    OpioidKind.METHADONE: N_("Methadone from elsewhere"),
}


@dataclass(frozen=True)
class OrderForm:
    """The form of a new order."""

    patient: str
    identity: Identity
    typed: TypedOrder
    sets: tuple[Choice, ...]
    products: tuple[Choice, ...]
    weekdays: tuple[Choice, ...]
    opioids: tuple[Choice, ...]
    current: tuple[OrderLine, ...]
    conversion: tuple[str, ...]
    """Of the buprenorphine under the tongue that is valid now, the depots that correspond, for orientation only."""
    wrong: str


@dataclass(frozen=True)
class ReviewPage:
    """What is about to be signed."""

    patient: str
    identity: Identity
    typed: TypedOrder
    set_name: str
    product: str
    order: OatOrder
    steps: tuple[StepLine, ...]
    plan: Plan
    issues: tuple[IssueLine, ...]
    prior: OrderLine | None
    needs_reason: bool
    needs_second: bool
    seconds: tuple[Colleague, ...]
    on_tablet: bool
    wrong: str


def new_order_router(pages: Pages) -> APIRouter:
    """The addresses."""
    router = APIRouter(prefix=ORDERS, include_in_schema=False)

    @router.post("/new")
    def form(request: Request, asking: Clinician, typed: Annotated[TypedOrder, Form()]) -> Response:
        return _form(pages, asking, typed, "")

    @router.post("/review")
    def review(request: Request, asking: Clinician, typed: Annotated[TypedOrder, Form()]) -> Response:
        return review_answer(pages, asking, typed)

    @router.post("/sign")
    def sign(request: Request, asking: Clinician, typed: Annotated[TypedOrder, Form()]) -> Response:
        return _signed(pages, asking, typed)

    return router


# --- the form


def _form(pages: Pages, asking: Asking, typed: TypedOrder, wrong: str) -> Response:
    with asking.snapshot() as (connection, _):
        here = prescribing(asking, connection, typed.person)
    page = OrderForm(
        here.patient.id,
        here.patient.identity,
        typed if typed.start else _prefilled(here, typed),
        tuple(Choice(code, one.name) for code, one in order_sets().items()),
        tuple(Choice(code, one.name) for code, one in products().items()),
        tuple(Choice(code, words) for code, words in WEEKDAYS.items()),
        tuple(Choice(code, words) for code, words in OPIOIDS.items()),
        order_lines(here, standing(here.known.record), {}, {}),
        _conversion(here),
        wrong,
    )
    log_shown(asking, here.patient, "$orders", len(page.current))
    return pages.render(asking.request, "clinic/order_form.html", page, status=422 if wrong else 200)


def _prefilled(here: Here, typed: TypedOrder) -> TypedOrder:
    """From tomorrow on; of a change what was ordered before."""
    start = here.asking.day + timedelta(days=1)
    prior = here.known.order(typed.prior)
    end = prior.end if prior and prior.end and prior.end >= start else None
    end = end or usual_end(start, here.law.days(AT_MOST))
    values = {"start": start.isoformat(), "end": end.isoformat() if end else ""}
    if prior is not None:
        step = prior.parts_on(start) or prior.steps[-1].parts
        values |= {
            "product": prior.product.code,
            "mg": f"{step[0].mg:f}",
            "at": f"{step[0].at:%H:%M}" if step[0].at else "",
            "set": typed.set or _like(prior),
            "second_mg": f"{step[1].mg:f}" if len(step) > 1 else "",
            "second_at": f"{step[1].at:%H:%M}" if len(step) > 1 and step[1].at else "",
        }
        return typed.model_copy(update={**values, "take_home": sorted(prior.take_home)})
    return typed.model_copy(update=values)


def _like(prior: OatOrder) -> str:
    if prior.product.is_depot:
        return "depot"
    return "split" if len(prior.steps[-1].parts) > 1 else "fixed"


def _conversion(here: Here) -> tuple[str, ...]:
    """For orientation only: no order is made of it."""
    day = here.asking.day
    found = []
    for order in standing(here.known.record):
        if order.product.agonist is Agonist.BUPRENORPHINE and not order.product.is_depot:
            shown = depots_for(order.mg_on(day), here.law)
            found += [f"{products()[one.product].name}: {one.mg:f} mg" for one in shown.doses]
    return tuple(dict.fromkeys(found))


# --- the review


def review_answer(
    pages: Pages, asking: Asking, typed: TypedOrder, wrong: str = "", status: int = 422
) -> Response:
    """What is about to be signed; the form again if it makes no order."""
    try:
        with asking.snapshot() as (connection, cursor):
            here = prescribing(asking, connection, typed.person)
            page = _review(here, connection, typed, causes_shown(here, cursor), wrong)
    except Unfit as unfit:
        return _form(pages, asking, typed, unfit.words)
    log_shown(asking, here.patient, "$orders", 1)
    return pages.render(asking.request, "clinic/order_review.html", page, status=status if wrong else 200)


def _review(
    here: Here, connection: Connection, typed: TypedOrder, causes: Collection[str], wrong: str
) -> ReviewPage:
    order = order_in(typed, here)
    issues = issues_for(here, order, judged_in(typed, here.asking.at, here.asking.zone))
    shown = typed.model_copy(
        update={
            "token": typed.token or str(uuid4()),
            "seen": here.known.seen,
            "weighed": weighed_as(issues),
            "pin": "",
        }
    )
    prior = here.known.order(order.prior or "")
    asking = here.asking
    return ReviewPage(
        here.patient.id,
        here.patient.identity,
        shown,
        order_sets()[typed.set].name,
        order.product.name,
        order,
        step_lines(order),
        plan_of(here, connection, order),
        issue_lines(here, issues, causes),
        order_lines(here, [prior], {}, {})[0] if prior else None,
        any(one.needs_reason for one in issues),
        any(one.needs_second for one in issues),
        tuple(
            one
            for one in prescribers(asking, raw_cursor(connection), here.facility)
            if one.account != asking.who.account.id
        ),
        asking.who.session.device is not None,
        wrong,
    )


# --- the signature


def _signed(pages: Pages, asking: Asking, typed: TypedOrder) -> Response:
    try:
        second = _second(asking, typed)
        asking.database.run(lambda connection: _sign(asking, connection, typed, second))
    except ChangedMeanwhile:
        return review_answer(pages, asking, typed, CHANGED_MEANWHILE, 409)
    except WeighAgain:
        return review_answer(pages, asking, typed, WEIGH_AGAIN, 409)
    except Unfit as unfit:
        return review_answer(pages, asking, typed, unfit.words)
    return orders_answer(pages, asking, typed.person, SIGNED)


def _second(asking: Asking, typed: TypedOrder) -> str | None:
    """Whoever signs beside, proved; None where nothing asks for it. Raises ChangedMeanwhile, Unfit."""
    with asking.snapshot() as (connection, _):
        here = prescribing(asking, connection, typed.person)
        if is_signed(here, connection, token_in(typed)):
            return None
        if here.known.seen != typed.seen:
            raise ChangedMeanwhile
        order = order_in(typed, here)
    issues = issues_for(here, order, judged_in(typed, asking.at, asking.zone))
    if not any(one.needs_second for one in issues):
        return None
    return second_signature(here, typed.second, typed.pin)


def _sign(asking: Asking, connection: Connection, typed: TypedOrder, second: str | None) -> None:
    """Raises ChangedMeanwhile, WeighAgain, Unfit, BadRequest, Forbidden."""
    here = deciding(asking, connection, typed.person)
    if not here.may_order:
        raise not_to_you(asking, typed.person)
    if is_signed(here, connection, token_in(typed)):
        return
    if here.known.seen != typed.seen:
        raise ChangedMeanwhile
    judged = judged_in(typed, asking.at, asking.zone)
    order = replace(order_in(typed, here), id=token_in(typed))
    issues = issues_for(here, order, judged)
    if weighed_as(issues) != typed.weighed:
        raise WeighAgain
    to_sign = ToSign(order, judged, reason_in(typed.reason), second)
    write(here, connection, list(writes_of(here, to_sign, issues)))
