"""Absences from stays, planned and real: a table that follows the Encounters that are part of a custody stay."""

from collections.abc import Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Column, Table, Text
from sqlalchemy.dialects.postgresql import TIMESTAMP

from clinical.custody.stay import ENCOUNTER_CLASS, metadata, target
from fhir_store.projections import Projection
from fhir_store.search_values import period_bounds

CLASSES = "absence-"
DOSE_PLAN = "urn:throughcare:extension:dose-plan"
"""When the dose of the day is given around an absence: ``before-departure`` or ``late-round``."""

COUNTS = frozenset({"planned", "in-progress", "finished"})

absence = Table(
    "absence",
    metadata,
    Column("source_type", Text, primary_key=True),
    Column("source_id", Text, primary_key=True),
    Column("patient_id", Text, nullable=False),
    Column("stay_id", Text),
    Column("facility_id", Text),
    Column("kind", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("started_at", TIMESTAMP(timezone=True)),
    Column("ended_at", TIMESTAMP(timezone=True)),
    Column("dose_plan", Text),
)


def absence_projection(zone: ZoneInfo) -> Projection:
    """The projection that keeps the table."""

    def rows(encounter: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        if row := absence_row(encounter, zone):
            yield row

    return Projection(absence, frozenset({"Encounter"}), rows)


def absence_row(encounter: Mapping[str, Any], zone: ZoneInfo) -> Mapping[str, Any] | None:
    """The absence that an Encounter says; None if it is another one, or none that was, is or will be."""
    kind = encounter.get("class", {})
    code = str(kind.get("code", ""))
    patient = target(encounter, "subject", "Patient")
    if kind.get("system") != ENCOUNTER_CLASS or not code.startswith(CLASSES) or patient is None:
        return None
    if encounter.get("status") not in COUNTS:
        return None
    started_at, ended_at = period_bounds(encounter.get("period", {}), zone)
    return {
        "patient_id": patient,
        "stay_id": target(encounter, "partOf", "Encounter"),
        "facility_id": target(encounter, "serviceProvider", "Organization"),
        "kind": code.removeprefix(CLASSES),
        "status": encounter["status"],
        "started_at": started_at,
        "ended_at": ended_at,
        "dose_plan": dose_plan(encounter),
    }


def dose_plan(encounter: Mapping[str, Any]) -> str | None:
    """What is planned for the dose; None if nobody has said."""
    said = (one.get("valueCode") for one in encounter.get("extension", ()) if one.get("url") == DOSE_PLAN)
    return next(said, None)
