"""Take-home doses as a table that follows the MedicationDispenses."""

from collections.abc import Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Column, Date, Integer, Table, Text

from clinical.custody.stay import metadata
from clinical.oat.shapes import Json
from clinical.oat.take_home import take_home_of
from fhir_store.projections import Projection

oat_take_home = Table(
    "oat_take_home",
    metadata,
    Column("source_type", Text, primary_key=True),
    Column("source_id", Text, primary_key=True),
    Column("patient_id", Text, nullable=False),
    Column("product", Text, nullable=False),
    Column("handed_over_on", Date, nullable=False),
    Column("days", Integer, nullable=False),
)


def take_home_projection(zone: ZoneInfo) -> Projection:
    """The projection that keeps the table; its days are civil days in the facility's zone."""

    def rows(dispense: Json) -> Iterator[Mapping[str, Any]]:
        if one := take_home_of(dispense, zone):
            yield {
                "patient_id": one.patient,
                "product": one.product.code,
                "handed_over_on": one.handed_over_on,
                "days": one.days,
            }

    return Projection(oat_take_home, frozenset({"MedicationDispense"}), rows)
