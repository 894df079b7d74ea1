"""What is made of the rows of people, and not again while their rows are as they were."""

from collections.abc import Iterable, Mapping
from datetime import UTC
from typing import Any
from zoneinfo import ZoneInfo

from clinical.oat.claim import Claim, claim_of
from clinical.oat.errors import NotReadable
from clinical.oat.happened import Happened
from clinical.oat.hold import Hold, HoldReason
from clinical.oat.order import OatOrder
from clinical.oat.order_resource import order_of
from clinical.oat.product import products
from clinical.oat.record import TreatmentRecord
from clinical.oat.release import Release, Releaser, WhyHere
from clinical.oat.round.cautions import Caution, Found
from clinical.oat.round.events import happened_in
from clinical.oat.round.reader import OrderKey, Reader, RowsOf
from clinical.oat.round.situation import Situation, Unreadable
from clinical.oat.take_home import TakeHome
from fhir_store.read import Stored, read_many

UNREADABLE = 3
"""Where the row of an order, without the patient, says which of its elements cannot be read."""


def situations_of(reader: Reader, rows: Mapping[str, RowsOf]) -> dict[str, Situation]:
    """What is known of each person, by what the tables say of them.

    Of whom every row is as it was last time, the situation is as it was.
    """
    remembered = reader.known.situations
    known = remembered.of(rows)
    same = {id_: known[id_][1] for id_, own in rows.items() if id_ in known and known[id_][0] == own}
    others = {id_: own for id_, own in rows.items() if id_ not in same}
    orders, claims = _opened(reader, others.values())
    made = {id_: _situation(id_, own, orders, claims) for id_, own in others.items()}
    # What a claim says is not in the rows.
    remembered.add({id_: (others[id_], one) for id_, one in made.items() if not others[id_].claims})
    return {id_: same.get(id_) or made[id_] for id_ in rows}


def _opened(
    reader: Reader, people: Iterable[RowsOf]
) -> tuple[Mapping[OrderKey, OatOrder], Mapping[str, Claim]]:
    """The orders that can be read, and the claims, of some people. Orders that are remembered are not opened again."""
    rows = list(people)
    orders = [_key(order) for own in rows for order in own.orders if not order[UNREADABLE]]
    claims = [id_ for own in rows for (id_,) in own.claims]
    known = reader.known.orders.of(orders)
    asked = [("MedicationRequest", key[0]) for key in orders if key not in known]
    asked += [("Observation", id_) for id_ in claims]
    bodies = read_many(reader.cursor, reader.keyring, asked)
    opened = {
        key: order
        for key in orders
        if key not in known and (order := _order(bodies.get(("MedicationRequest", key[0])), reader.zone))
    }
    reader.known.orders.add(opened)
    said = {id_: _claim(bodies.get(("Observation", id_)), reader.zone) for id_ in claims}
    return {**known, **opened}, {id_: claim for id_, claim in said.items() if claim}


def _key(row: tuple[Any, ...]) -> OrderKey:
    id_, version, fingerprint, _ = row
    return id_, version, bytes(fingerprint)


def _unreadable(row: tuple[Any, ...]) -> Unreadable:
    """By the element that the table says cannot be read, if it says one."""
    return Unreadable(row[0], row[UNREADABLE] or "MedicationRequest")


def _situation(
    patient: str, rows: RowsOf, orders: Mapping[OrderKey, OatOrder], claims: Mapping[str, Claim]
) -> Situation:
    readable = [orders[key] for key in map(_key, rows.orders) if key in orders]
    record = TreatmentRecord(
        orders=tuple(readable),
        happened=tuple(_happened(rows.events, readable)),
        take_home=tuple(_take_home(patient, row) for row in rows.take_home),
        holds=tuple(_hold(patient, row) for row in rows.holds),
        claims=tuple(claims[id_] for (id_,) in rows.claims if id_ in claims),
    )
    return Situation(
        patient,
        record,
        rows.where,
        tuple(Found(Caution(kind), at, type_, id_) for kind, at, type_, id_ in rows.cautions),
        tuple(_release(patient, row) for row in rows.releases),
        tuple(_unreadable(row) for row in rows.orders if _key(row) not in orders),
    )


def _happened(rows: Iterable[tuple[Any, ...]], orders: Iterable[OatOrder]) -> Iterable[Happened]:
    ordered = {order.id: order.product for order in orders}
    return (happened_in(row, ordered) for row in rows)


def _order(stored: Stored | None, zone: ZoneInfo) -> OatOrder | None:
    try:
        return None if stored is None else order_of(stored.value, zone)
    except NotReadable:
        return None


def _claim(stored: Stored | None, zone: ZoneInfo) -> Claim | None:
    return None if stored is None else claim_of(stored.value, zone)


def _hold(patient: str, row: tuple[Any, ...]) -> Hold:
    id_, reason, starts, ends, set_by = row
    return Hold(id_, patient, HoldReason(reason), starts, ends, set_by)


def _take_home(patient: str, row: tuple[Any, ...]) -> TakeHome:
    id_, product, on, days = row
    return TakeHome(id_, patient, products()[product], on, days)


def _release(patient: str, row: tuple[Any, ...]) -> Release:
    id_, stop, by, at, day, part, who, why = row
    return Release(
        stop, Releaser(by), at.astimezone(UTC), day, part, who, WhyHere(why) if why else None, patient, id_
    )
