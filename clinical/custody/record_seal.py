"""Whose record is closed for an investigation: a table that follows Flags (``clinical.custody.sealed``)."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Column, Table, Text

from clinical.custody.sealed import is_seal
from clinical.custody.stay import metadata, target
from fhir_store.projections import Projection

record_seal = Table(
    "record_seal",
    metadata,
    Column("source_type", Text, primary_key=True),
    Column("source_id", Text, primary_key=True),
    Column("patient_id", Text, nullable=False),
)


def seal_projection() -> Projection:
    """The projection that keeps the table."""

    def rows(flag: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        patient = target(flag, "subject", "Patient")
        if patient and is_seal(flag):
            yield {"patient_id": patient}

    return Projection(record_seal, frozenset({"Flag"}), rows)
