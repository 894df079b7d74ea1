"""Telephone orders that wait for the signature of the prescriber who said them, the oldest first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import Connection

from clinical.oat.errors import NotReadable
from clinical.oat.order import OatOrder
from clinical.oat.order_resource import order_of
from clinical.oat.orders.changing import countersigned
from clinical.oat.telephone import countersigning
from clinical.people import Identity
from fhir_store.read import read_many
from services.access.audit import kinds
from services.access.audit.kinds import Subjects
from services.access.pages.forms import Field
from services.clinic.orders.here import deciding, write
from services.clinic.reading import parsed, people
from services.clinic.round.actors import OnRound, Prescriber, law_of
from services.clinic.round.persons import persons_shown
from services.clinic.round.staff import account_names
from services.clinic.sentences import amount
from services.clinic.writing import changed
from services.shared.errors import BadRequest, Forbidden
from services.shared.languages import N_
from services.shared.pages import Pages

COUNTERSIGN = "/orders/countersign"

SPOKEN = """
SELECT o.source_id FROM clinical.oat_order o
WHERE o.facility_id = %s AND o.signature = 'telephone' AND o.status NOT IN ('entered-in-error', 'cancelled')
ORDER BY o.starts, o.source_id
"""


class NotYours(Forbidden):
    """Another prescriber said it."""

    message = N_("Only the prescriber who said it signs a telephone order.")


@dataclass(frozen=True)
class SpokenLine:
    """One that waits."""

    order: str
    person: str
    identity: Identity
    product: str
    mg: str
    said_at: datetime
    prescriber: str
    heard_by: str
    listener: str
    by: datetime | None
    late: bool
    mine: bool


@dataclass(frozen=True)
class CountersignPage:
    """All that wait."""

    lines: tuple[SpokenLine, ...]
    not_set: bool


def countersign_router(pages: Pages) -> APIRouter:
    """The addresses."""
    router = APIRouter(prefix=COUNTERSIGN, include_in_schema=False)

    @router.get("")
    def waiting(request: Request, on: Prescriber) -> Response:
        return pages.render(request, "clinic/order_countersign.html", _page(on))

    @router.post("")
    def sign(on: Prescriber, person: Field = "", order: Field = "") -> Response:
        on.asking.database.run(lambda connection: _sign(on, connection, person, order))
        return RedirectResponse(COUNTERSIGN, 303)

    return router


def _page(on: OnRound) -> CountersignPage:
    asking = on.asking
    with asking.snapshot() as (connection, cursor):
        orders = _waiting(on, cursor)
        persons = persons_shown(asking, connection, cursor, {one.patient for one in orders})
        names = account_names(cursor, {who for one in orders for who in _who(one)})
    shown = [one for one in orders if one.patient in persons]
    about = Subjects(people({one.patient for one in shown}))
    at = asking.circumstances(asking.purpose.value)
    asking.log(kinds.read(at, "$countersign", "MedicationRequest", about, results=len(shown)))
    lines = tuple(_line(on, one, persons[one.patient].identity, names) for one in shown)
    law = law_of(asking)
    return CountersignPage(lines, bool(law.not_set("oat.countersign-within")))


def _waiting(on: OnRound, cursor: psycopg.Cursor[Any]) -> list[OatOrder]:
    """Those of the facility that nobody has signed."""
    asking = on.asking
    ids = [id_ for (id_,) in cursor.execute(SPOKEN, (on.facility,)).fetchall()]
    stored = read_many(cursor, asking.keyring, [("MedicationRequest", id_) for id_ in ids])
    found: list[OatOrder] = []
    for one in stored.values():
        try:
            order = order_of(parsed(one), asking.zone)
        except NotReadable:
            continue
        if order and order.telephone and order.telephone.countersigned_at is None:
            found.append(order)
    return sorted(found, key=lambda one: (one.start, one.id))


def _who(order: OatOrder) -> list[str]:
    said = order.telephone
    named = [order.prescriber, said.heard_by if said else None, said.listener if said else None]
    return [one for one in named if one]


def _line(on: OnRound, order: OatOrder, identity: Identity, names: Any) -> SpokenLine:
    said = order.telephone
    assert said is not None  # it is a list of those
    signing = countersigning(said, on.asking.at, law_of(on.asking))
    return SpokenLine(
        order.id,
        order.patient,
        identity,
        order.product.name,
        amount(order.mg_on(order.start)),
        said.said_at,
        names.get(order.prescriber or "", ""),
        names.get(said.heard_by or "", ""),
        names.get(said.listener or "", ""),
        signing.by,
        signing.is_late,
        order.prescriber == str(on.asking.who.account.id),
    )


def _sign(on: OnRound, connection: Connection, person: str, id_: str) -> None:
    """Raises NotYours, BadRequest, Forbidden."""
    here = deciding(on.asking, connection, person)
    order = here.known.order(id_)
    if order is None or order.telephone is None:
        raise BadRequest
    if not here.may_order or order.prescriber != str(on.asking.who.account.id):
        raise NotYours
    if order.telephone.countersigned_at is None:
        stored = here.known.orders[id_]
        write(here, connection, [changed(stored, countersigned(parsed(stored), on.asking.at))])
