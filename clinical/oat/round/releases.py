"""Releases of stops as a table that follows the DetectedIssues."""

from collections.abc import Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Column, Date, Integer, Table, Text
from sqlalchemy.dialects.postgresql import TIMESTAMP

from clinical.custody.stay import metadata
from clinical.oat.release import release_of
from clinical.oat.shapes import Json
from fhir_store.projections import Projection

oat_release = Table(
    "oat_release",
    metadata,
    Column("source_type", Text, primary_key=True),
    Column("source_id", Text, primary_key=True),
    Column("patient_id", Text, nullable=False),
    Column("stop", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", TIMESTAMP(timezone=True), nullable=False),
    Column("day", Date, nullable=False),
    Column("part", Integer, nullable=False),
    Column("who", Text),
    Column("why", Text),
)


def release_projection(zone: ZoneInfo) -> Projection:
    """The projection that keeps the table; its days are civil days in the facility's zone."""

    def rows(issue: Json) -> Iterator[Mapping[str, Any]]:
        if one := release_of(issue, zone):
            yield {
                "patient_id": one.patient,
                "stop": one.stop,
                "by": one.by,
                "at": one.at,
                "day": one.day,
                "part": one.part,
                "who": one.who,
                "why": one.why,
            }

    return Projection(oat_release, frozenset({"DetectedIssue"}), rows)
