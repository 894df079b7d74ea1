"""A telephone order, written down by the nurse who heard it: valid for one dose of today, and countersigned afterwards.

Where the law forbids it or is silent there is none; the page says so, and what to do.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection

from clinical.oat.issue import Issue
from clinical.oat.issue_resource import Signed, detected_issue_of
from clinical.oat.law import allows_telephone_orders
from clinical.oat.order import OatOrder, TelephoneOrder
from clinical.oat.order_resource import request_of
from clinical.oat.orders.spoken import of_one_dose, released_by, spoken_for, spoken_order, stops_against
from clinical.oat.orders.strip import standing
from clinical.oat.product import products
from clinical.oat.release import Release
from clinical.oat.release import detected_issue_of as release_resource
from clinical.oat.round.round_list import Now, slots_of
from clinical.oat.slot import Slot
from clinical.oat.stop import Stop
from clinical.oat.telephone import countersigning, flaws_of
from clinical.people import Identity
from fhir_store.write import Write, raw_cursor
from services.clinic.actors import Clinician
from services.clinic.asking import Asking
from services.clinic.consent_form import Unfit
from services.clinic.consent_keeping import not_to_you
from services.clinic.openings import Choice
from services.clinic.orders.here import Here, causes_shown, deciding, here_of, write
from services.clinic.orders.issue_lines import IssueLine, issue_lines
from services.clinic.orders.order_typed import MOST_MG, NOT_MG
from services.clinic.orders.orders_page import ORDERS, orders_answer
from services.clinic.orders.prescribers import prescribers
from services.clinic.orders.signing import ChangedMeanwhile, as_recorded, is_signed, issues_for, reason_in
from services.clinic.orders.words import CHANGED_MEANWHILE
from services.clinic.reading import log_shown
from services.clinic.round.staff import Colleague, colleagues
from services.clinic.round.typed import amount_in, uuid_in
from services.clinic.sentences import said
from services.clinic.when import when
from services.clinic.writing import new
from services.shared.errors import BadRequest
from services.shared.languages import N_
from services.shared.pages import Pages

WRITTEN_DOWN = N_(
    "The telephone order is written down. It is valid for this one dose; the prescriber signs it."
)
NO_PRESCRIBER = N_("Choose the prescriber who said it.")
NO_LISTENER = N_("Choose from the list who else heard it, or nobody.")
NO_MEDICINE = N_("Choose the medicine.")
NO_MG = N_("Write how many mg were ordered: more than 0.")
NOT_NOW = N_("Say when it was said: today, and not later than now.")
THERE_IS_ONE = N_("There is a telephone order for this dose already. The prescriber has to end it first.")
BY_TWO = N_(
    "By the protocol two prescribers sign this. It cannot be ordered by telephone: ask for a lower dose, or for somebody "
    "to come and sign."
)
NO_WORDS = N_("Read what was found to the prescriber, and write down why the dose is ordered all the same.")


class TypedSpoken(BaseModel):
    """The fields of the form, as they were sent."""

    model_config = ConfigDict(frozen=True)

    person: str = ""
    prescriber: str = ""
    product: str = ""
    mg: str = ""
    said_at: str = ""
    part: str = "1"
    read_back: str = ""
    listener: str = ""
    reason: str = ""
    told: str = ""
    """The codes of the stops that the page has said to read out."""
    token: str = ""
    seen: str = ""


@dataclass(frozen=True)
class SpokenPage:
    """The form, and once it is filled in what to read to the prescriber."""

    patient: str
    identity: Identity
    typed: TypedSpoken
    allowed: bool
    not_set: bool
    """Whether nobody has set what the law says."""
    prescribers: tuple[Colleague, ...]
    listeners: tuple[Colleague, ...]
    products: tuple[Choice, ...]
    parts: tuple[int, ...]
    order: OatOrder | None
    product_name: str
    issues: tuple[IssueLine, ...]
    in_spite_of: tuple[str, ...]
    """The stops that the prescriber releases by ordering the dose."""
    needs_reason: bool
    sign_by_hours: int | None
    """Within how many hours the prescriber signs; None: at once."""
    wrong: str


def telephone_router(pages: Pages) -> APIRouter:
    """The addresses."""
    router = APIRouter(prefix=f"{ORDERS}/telephone", include_in_schema=False)

    @router.post("")
    def form(request: Request, asking: Clinician, typed: Annotated[TypedSpoken, Form()]) -> Response:
        return _page(pages, asking, typed, "", 200, reviews=False)

    @router.post("/review")
    def review(request: Request, asking: Clinician, typed: Annotated[TypedSpoken, Form()]) -> Response:
        try:
            return _page(pages, asking, typed, "", 200, reviews=True)
        except Unfit as unfit:
            return _page(pages, asking, typed, unfit.words, 422, reviews=False)

    @router.post("/record")
    def record(request: Request, asking: Clinician, typed: Annotated[TypedSpoken, Form()]) -> Response:
        try:
            asking.database.run(lambda connection: _record(asking, connection, typed))
        except ChangedMeanwhile:
            return _page(pages, asking, typed, CHANGED_MEANWHILE, 409, reviews=True)
        except Unfit as unfit:
            return _page(pages, asking, typed, unfit.words, 422, reviews=unfit.words == NO_WORDS)
        return orders_answer(pages, asking, typed.person, WRITTEN_DOWN)

    return router


def hearing(asking: Asking, connection: Connection, id_: str) -> Here:
    """Somebody's orders, for who writes down what is said on the telephone. Raises NobodyHere, Forbidden."""
    found = here_of(asking, connection, id_)
    if not found.may_hear:
        raise not_to_you(asking, id_)
    return found


def _page(
    pages: Pages, asking: Asking, typed: TypedSpoken, wrong: str, status: int, *, reviews: bool
) -> Response:
    """Raises Unfit where what was typed is no order and it is ``reviews`` that was asked for."""
    with asking.snapshot() as (connection, cursor):
        here = hearing(asking, connection, typed.person)
        order = _order(here, connection, typed) if reviews else None
        issues = _weighed(here, order) if order else ()
        if any(one.needs_second for one in issues):
            raise Unfit(BY_TWO)
        against = _against(here, order) if order else ()
        lines = issue_lines(here, issues, causes_shown(here, cursor))
        page = _shown(here, connection, typed, order, lines, against, wrong)
    log_shown(asking, here.patient, "$orders", 1)
    return pages.render(asking.request, "clinic/order_telephone.html", page, status=status)


def _shown(
    here: Here,
    connection: Connection,
    typed: TypedSpoken,
    order: OatOrder | None,
    issues: tuple[IssueLine, ...],
    against: tuple[Stop, ...],
    wrong: str,
) -> SpokenPage:
    asking, ruling = here.asking, allows_telephone_orders(here.law)
    me = asking.who.account.id
    staff = colleagues(raw_cursor(connection), here.facility, asking.who.session.device, asking.at)
    return SpokenPage(
        here.patient.id,
        here.patient.identity,
        _prefilled(here, typed).model_copy(update={"told": " ".join(one.code for one in against)}),
        ruling.yes,
        bool(ruling.not_set),
        tuple(one for one in prescribers(asking, raw_cursor(connection), here.facility) if one.account != me),
        tuple(one for one in staff if one.account != me),
        tuple(Choice(code, one.name) for code, one in products().items() if not one.is_depot),
        tuple(sorted({1, *(one.part for one in slots_of(here.known.situation, asking.day, here.law))})),
        order,
        order.product.name if order else "",
        issues,
        tuple(said(one.says, asking.zone) for one in against),
        bool(against) or any(one.needs_reason for one in issues),
        _within_hours(here),
        wrong,
    )


def _within_hours(here: Here) -> int | None:
    now = here.asking.at
    by = countersigning(TelephoneOrder(now, here.asking.day, 1, True), now, here.law).by
    return None if by is None else int((by - now) / timedelta(hours=1))


def _prefilled(here: Here, typed: TypedSpoken) -> TypedSpoken:
    standing_now = [one for one in standing(here.known.record) if not one.product.is_depot]
    product = typed.product or (standing_now[-1].product.code if standing_now else "")
    return typed.model_copy(
        update={
            "product": product,
            "token": typed.token or str(uuid4()),
            "seen": here.known.seen,
        }
    )


# --- what was said


def _order(here: Here, connection: Connection, typed: TypedSpoken) -> OatOrder:
    """Raises Unfit, BadRequest."""
    asking, product = here.asking, products().get(typed.product)
    if product is None or product.is_depot:
        raise Unfit(NO_MEDICINE)
    prescriber = _prescriber(here, connection, typed)
    heard = _said(here, connection, typed)
    order = spoken_order(heard, product, _mg(typed.mg), here.patient.id, here.facility, prescriber)
    slot = Slot(order, asking.day, heard.part, order.mg_on(asking.day))
    for flaw in flaws_of(heard, prescriber, slot, here.law):
        raise Unfit(flaw.text)
    if spoken_for(here.known.record, heard.day, heard.part) is not None:
        raise Unfit(THERE_IS_ONE)
    return order


def _prescriber(here: Here, connection: Connection, typed: TypedSpoken) -> str:
    asking = here.asking
    known = {str(one.account) for one in prescribers(asking, raw_cursor(connection), here.facility)}
    if typed.prescriber not in known - {str(asking.who.account.id)}:
        raise Unfit(NO_PRESCRIBER)
    return typed.prescriber


def _said(here: Here, connection: Connection, typed: TypedSpoken) -> TelephoneOrder:
    asking = here.asking
    at = when(typed.said_at, asking.at, asking.zone)
    if at > asking.at or at.astimezone(asking.zone).date() != asking.day:
        raise Unfit(NOT_NOW)
    me = str(asking.who.account.id)
    staff = colleagues(raw_cursor(connection), here.facility, asking.who.session.device, asking.at)
    if typed.listener not in {"", *(str(one.account) for one in staff)} - {typed.prescriber or me}:
        raise Unfit(NO_LISTENER)
    if not (typed.part.isascii() and typed.part.isdigit() and int(typed.part) > 0):
        raise BadRequest
    return TelephoneOrder(
        at, asking.day, int(typed.part), typed.read_back == "yes", me, typed.listener or None
    )


def _mg(written: str) -> Decimal:
    mg = amount_in(written)
    if mg is None or mg > MOST_MG:
        raise Unfit(NOT_MG)
    if mg <= 0:
        raise Unfit(NO_MG)
    return mg


def _weighed(here: Here, order: OatOrder) -> tuple[Issue, ...]:
    return of_one_dose(issues_for(here, order))


def _against(here: Here, order: OatOrder) -> tuple[Stop, ...]:
    asking = here.asking
    return stops_against(order, here.known.situation, Now(asking.at, asking.zone, here.law))


def _record(asking: Asking, connection: Connection, typed: TypedSpoken) -> None:
    """Raises ChangedMeanwhile, Unfit, BadRequest, Forbidden."""
    here = deciding(asking, connection, typed.person)
    if not here.may_hear:
        raise not_to_you(asking, typed.person)
    token = str(uuid_in(typed.token))
    if is_signed(here, connection, token):
        return
    if here.known.seen != typed.seen:
        raise ChangedMeanwhile
    order = replace(_order(here, connection, typed), id=token)
    issues = _weighed(here, order)
    if any(one.needs_second for one in issues):
        raise Unfit(BY_TWO)
    releases = released_by(order, _against(here, order), typed.told.split())
    reason = reason_in(typed.reason)
    if (releases or any(one.needs_reason for one in issues)) and not reason:
        raise Unfit(NO_WORDS)
    write(here, connection, list(_writes(here, order, issues, releases, reason)))


def _writes(
    here: Here, order: OatOrder, issues: tuple[Issue, ...], releases: tuple[Release, ...], reason: str
) -> Iterator[Write]:
    yield Write(new(request_of(as_recorded(here, order))).body, id=order.id, if_none_match=True)
    for issue in issues:
        signed = Signed(here.asking.at, order.prescriber or "", reason if issue.needs_reason else "")
        yield new(detected_issue_of(issue, here.patient.id, order.id, signed))
    for release in releases:
        yield new(release_resource(release))
