"""Holds as a table that follows the Flags."""

from collections.abc import Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Column, Date, Table, Text

from clinical.custody.stay import metadata
from clinical.oat.hold import hold_of
from clinical.oat.shapes import Json
from fhir_store.projections import Projection

oat_hold = Table(
    "oat_hold",
    metadata,
    Column("source_type", Text, primary_key=True),
    Column("source_id", Text, primary_key=True),
    Column("patient_id", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("starts", Date, nullable=False),
    Column("ends", Date),
    Column("set_by", Text),
)


def hold_projection(zone: ZoneInfo) -> Projection:
    """The projection that keeps the table; its days are civil days in the facility's zone."""

    def rows(flag: Json) -> Iterator[Mapping[str, Any]]:
        if hold := hold_of(flag, zone):
            yield {
                "patient_id": hold.patient,
                "reason": hold.reason,
                "starts": hold.start,
                "ends": hold.end,
                "set_by": hold.set_by,
            }

    return Projection(oat_hold, frozenset({"Flag"}), rows)
