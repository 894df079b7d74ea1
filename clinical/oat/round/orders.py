"""Orders as a table that follows the MedicationRequests: whose, of what, and which days it covers.

How much is on which day stays in the record; ``reading`` opens the few orders of the people on a list.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
from sqlalchemy import Column, Date, Integer, Table, Text

from clinical.custody.stay import metadata
from clinical.oat.errors import NotReadable
from clinical.oat.order import OatOrder
from clinical.oat.order_resource import order_of
from clinical.oat.product import product_of
from clinical.oat.shapes import Json, id_in
from fhir_store.projections import Projection

oat_order = Table(
    "oat_order",
    metadata,
    Column("source_type", Text, primary_key=True),
    Column("source_id", Text, primary_key=True),
    Column("patient_id", Text, nullable=False),
    Column("facility_id", Text),
    Column("product", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("signature", Text),
    Column("starts", Date),
    Column("ends", Date),
    Column("version", Integer, nullable=False),
    Column("unreadable", Text),
)


PRODUCT = "SELECT product FROM clinical.oat_order WHERE source_type = 'MedicationRequest' AND source_id = %s"


def product_of_order(cursor: psycopg.Cursor[Any], order: str) -> str | None:
    """The code of what an order is of, whether or not it is over; None: there is no such order of ours."""
    row = cursor.execute(PRODUCT, (order,)).fetchone()
    return None if row is None else str(row[0])


def order_projection(zone: ZoneInfo) -> Projection:
    """The projection that keeps the table; its days are civil days in the facility's zone."""

    def rows(request: Json) -> Iterator[Mapping[str, Any]]:
        try:
            order = order_of(request, zone)
        except NotReadable as why:
            yield from _unreadable(request, str(why))
        else:
            if order is not None:
                yield _row(order)

    return Projection(oat_order, frozenset({"MedicationRequest"}), rows)


def _row(order: OatOrder) -> Mapping[str, Any]:
    return {
        "patient_id": order.patient,
        "facility_id": order.facility,
        "product": order.product.code,
        "status": order.status,
        "signature": order.signature,
        "starts": order.start,
        "ends": order.end,
        "version": order.version,
    }


def _unreadable(request: Json, element: str) -> Iterator[Mapping[str, Any]]:
    """An order that does not say what a rule has to know is on the list all the same: somebody has to look at it."""
    patient, product = id_in(request.get("subject", {}), "Patient"), product_of(request)
    if patient is not None and product is not None:
        yield {
            "patient_id": patient,
            "product": product.code,
            "status": request.get("status", "unknown"),
            "version": request["meta"]["versionId"],
            "unreadable": element,
        }
