"""Claimed doses as a table that follows the Observations: whose, and when it was said. What was said stays in the record."""

from collections.abc import Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Column, Table, Text
from sqlalchemy.dialects.postgresql import TIMESTAMP

from clinical.custody.stay import metadata
from clinical.oat.claim import claim_of
from clinical.oat.shapes import Json
from fhir_store.projections import Projection

oat_claim = Table(
    "oat_claim",
    metadata,
    Column("source_type", Text, primary_key=True),
    Column("source_id", Text, primary_key=True),
    Column("patient_id", Text, nullable=False),
    Column("said_at", TIMESTAMP(timezone=True), nullable=False),
)


def claim_projection(zone: ZoneInfo) -> Projection:
    """The projection that keeps the table."""

    def rows(observation: Json) -> Iterator[Mapping[str, Any]]:
        if claim := claim_of(observation, zone):
            yield {"patient_id": claim.patient, "said_at": claim.said_at}

    return Projection(oat_claim, frozenset({"Observation"}), rows)
