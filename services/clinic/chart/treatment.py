"""What the page reads of somebody's treatment: each record only if the reader may find it, by all records of the person.

The tables that follow the record are asked together with the reader's condition on the record itself, so that nothing is
opened but orders, and what somebody claims to have had elsewhere. The times of doses over years are read without one body.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import psycopg

from clinical.oat.claim import Claim, claim_of
from clinical.oat.errors import NotReadable
from clinical.oat.hold import Hold, HoldReason
from clinical.oat.order import OatOrder
from clinical.oat.order_resource import order_of
from clinical.oat.product import products
from clinical.oat.record import TreatmentRecord
from clinical.oat.round.events import COLUMNS, happened_in
from clinical.oat.take_home import TakeHome
from fhir_store.read import read_many
from services.access.decision import person_sees
from services.clinic.asking import Asking
from services.clinic.reading import Patient

SEEN = """
FROM clinical.{table} t JOIN fhir_store.current_resource c ON (c.type, c.id) = (t.source_type, t.source_id)
WHERE t.patient_id = ANY(%s) AND NOT c.deleted AND {seen}
"""
TYPES = {
    "oat_order": ("MedicationRequest",),
    "oat_event": ("MedicationAdministration", "Observation"),
    "oat_hold": ("Flag",),
    "oat_take_home": ("MedicationDispense",),
    "oat_claim": ("Observation",),
}
"""Of which types of records each table follows."""


def treatment_of(asking: Asking, cursor: psycopg.Cursor[Any], patient: Patient) -> TreatmentRecord:
    """Everything of the treatment that the reader may find."""
    orders = _orders(asking, cursor, patient)
    ordered = {order.id: order.product for order in orders}
    return TreatmentRecord(
        orders=tuple(orders),
        happened=tuple(
            happened_in(row, ordered) for row in _rows(asking, cursor, patient, "oat_event", COLUMNS)
        ),
        take_home=tuple(_take_home(asking, cursor, patient)),
        holds=tuple(_holds(asking, cursor, patient)),
        claims=tuple(_claims(asking, cursor, patient)),
    )


def _rows(
    asking: Asking, cursor: psycopg.Cursor[Any], patient: Patient, table: str, columns: Iterable[str]
) -> list[tuple[Any, ...]]:
    seen = person_sees(patient.actor, asking.day, TYPES[table])
    selected = ", ".join(f"t.{column}" for column in columns)
    statement = f"SELECT {selected} {SEEN.format(table=table, seen=seen.text)}"
    return cursor.execute(statement, (list(patient.records), *seen.args)).fetchall()


def _orders(asking: Asking, cursor: psycopg.Cursor[Any], patient: Patient) -> list[OatOrder]:
    rows = _rows(asking, cursor, patient, "oat_order", ["source_id"])
    stored = read_many(cursor, asking.keyring, [("MedicationRequest", id_) for (id_,) in rows])
    found = (_order(one.value, asking) for one in stored.values())
    return sorted((one for one in found if one), key=lambda order: (order.start, order.id))


def _order(request: Mapping[str, Any], asking: Asking) -> OatOrder | None:
    try:
        return order_of(request, asking.zone)
    except NotReadable:
        return None


def _take_home(asking: Asking, cursor: psycopg.Cursor[Any], patient: Patient) -> Iterable[TakeHome]:
    columns = ["source_id", "product", "handed_over_on", "days"]
    for id_, product, on, days in _rows(asking, cursor, patient, "oat_take_home", columns):
        yield TakeHome(id_, patient.id, products()[product], on, days)


def _holds(asking: Asking, cursor: psycopg.Cursor[Any], patient: Patient) -> Iterable[Hold]:
    columns = ["source_id", "reason", "starts", "ends", "set_by"]
    for id_, reason, starts, ends, set_by in _rows(asking, cursor, patient, "oat_hold", columns):
        yield Hold(id_, patient.id, HoldReason(reason), starts, ends, set_by)


def _claims(asking: Asking, cursor: psycopg.Cursor[Any], patient: Patient) -> Iterable[Claim]:
    rows = _rows(asking, cursor, patient, "oat_claim", ["source_id"])
    stored = read_many(cursor, asking.keyring, [("Observation", id_) for (id_,) in rows])
    found = (claim_of(one.value, asking.zone) for one in stored.values())
    return sorted((one for one in found if one), key=lambda claim: (claim.said_at, claim.id))
