"""What happened as a table that follows the MedicationAdministrations, and the Observations of what was vomited."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
from sqlalchemy import Boolean, Column, Date, Integer, Numeric, Table, Text
from sqlalchemy.dialects.postgresql import TIMESTAMP

from clinical.custody.stay import metadata
from clinical.oat.happened import Entry, Finding, Happened, Kind, Reason
from clinical.oat.happened_resource import happened_of
from clinical.oat.product import Product, products
from clinical.oat.shapes import Json
from fhir_store.projections import Projection

oat_event = Table(
    "oat_event",
    metadata,
    Column("source_type", Text, primary_key=True),
    Column("source_id", Text, primary_key=True),
    Column("patient_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("taken", Boolean, nullable=False),
    Column("occurred_at", TIMESTAMP(timezone=True), nullable=False),
    Column("surely_by", TIMESTAMP(timezone=True)),
    Column("day", Date),
    Column("product", Text),
    Column("atc", Text),
    Column("reason", Text),
    Column("finding", Text),
    Column("mg", Numeric),
    Column("ml", Numeric),
    Column("order_id", Text),
    Column("order_version", Text),
    Column("slot_day", Date),
    Column("part", Integer),
    Column("about", Text),
    Column("covers_days", Integer),
    Column("facility_id", Text),
    Column("given_by", Text),
    Column("recorded_by", Text),
    Column("witness", Text),
    Column("single_handed", Boolean, nullable=False),
    Column("observed", Boolean),
    Column("entry", Text, nullable=False),
    Column("event", Text),
)

OF_SLOTS = """
SELECT patient_id, order_id, part, kind FROM clinical.oat_event
WHERE patient_id = ANY(%s) AND slot_day = %s AND order_id IS NOT NULL ORDER BY taken, occurred_at, source_id
"""

NO_ORDERS: Mapping[str, Product] = {}


def event_projection(zone: ZoneInfo) -> Projection:
    """The projection that keeps the table; its days are civil days in the facility's zone."""

    def rows(resource: Json) -> Iterator[Mapping[str, Any]]:
        if happened := happened_of(resource, zone):
            yield _row(happened)

    return Projection(oat_event, frozenset({"MedicationAdministration", "Observation"}), rows)


def _row(one: Happened) -> Mapping[str, Any]:
    return {
        "patient_id": one.patient,
        "kind": one.kind,
        "taken": one.was_taken,
        "occurred_at": one.occurred_at,
        "surely_by": one.surely_by,
        "day": one.day,
        "product": one.product.code if one.product else None,
        "atc": one.product.atc if one.product else None,
        "reason": one.reason,
        "finding": one.finding,
        "mg": one.mg,
        "ml": one.ml,
        "order_id": one.order,
        "order_version": one.order_version,
        "slot_day": one.slot_day,
        "part": one.part,
        "about": one.about,
        "covers_days": one.covers_days,
        "facility_id": one.facility,
        "given_by": one.given_by,
        "recorded_by": one.recorded_by,
        "witness": one.witness,
        "single_handed": one.single_handed,
        "observed": one.observed,
        "entry": one.entry,
        "event": one.event,
    }


COLUMNS = (
    "source_id", "patient_id", "kind", "occurred_at", "surely_by", "day", "product", "reason", "finding", "mg", "ml",
    "order_id", "order_version", "slot_day", "part", "about", "covers_days", "facility_id", "given_by", "recorded_by",
    "witness", "single_handed", "observed", "entry", "event",
)  # fmt: skip
"""What ``happened_in`` reads of a row, in this order."""


def happened_in(row: tuple[Any, ...], ordered: Mapping[str, Product] = NO_ORDERS) -> Happened:
    """What a row of the table says, given as ``COLUMNS``; instants are as the connection gives them, in UTC.

    ``ordered``: the product of each order by its id, which tells a depot where a foreign record names an ATC code alone.
    """
    (id_, patient, kind, at, surely_by, day, code, reason, finding, mg, ml, order, version, slot_day, part, about, covers,
        facility, given_by, recorded_by, witness, single_handed, observed, entry, event) = row  # fmt: skip
    named, of_order = products().get(code), ordered.get(order or "")
    return Happened(
        id=id_,
        patient=patient,
        kind=Kind(kind),
        occurred_at=at,
        surely_by=surely_by,
        day=day,
        product=of_order if named and of_order and of_order.atc == named.atc else named,
        reason=Reason(reason) if reason else None,
        finding=Finding(finding) if finding else None,
        mg=mg,
        ml=ml,
        order=order,
        order_version=version,
        slot_day=slot_day,
        part=part,
        about=about,
        covers_days=covers,
        facility=facility,
        given_by=given_by,
        recorded_by=recorded_by,
        witness=witness,
        single_handed=single_handed,
        observed=observed,
        entry=Entry(entry),
        event=event,
    )


def recorded_of(
    cursor: psycopg.Cursor[Any], patients: list[str], day: date
) -> dict[tuple[str, str | None, int | None], Kind]:
    """What is recorded of the planned doses of a day: by person, order and number; what was taken before what was not."""
    rows = cursor.execute(OF_SLOTS, (patients, day)).fetchall()
    return {(patient, order, part): Kind(kind) for patient, order, part, kind in rows}
