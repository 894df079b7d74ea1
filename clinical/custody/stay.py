"""Stays in prison: a table that follows the custody Encounters.

A stay is an Encounter whose class is ``custody`` in our own code system; an absence (court, hospital) is
an Encounter that is part of it and is no stay of its own.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Column, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import TIMESTAMP

from fhir_store.projections import Projection
from fhir_store.search_values import period_bounds

ENCOUNTER_CLASS = "urn:throughcare:code-system:encounter-class"
CUSTODY = "custody"

metadata = MetaData(schema="clinical")

stay = Table(
    "stay",
    metadata,
    Column("source_type", Text, primary_key=True),
    Column("source_id", Text, primary_key=True),
    Column("patient_id", Text, nullable=False),
    Column("facility_id", Text),
    Column("status", Text, nullable=False),
    Column("started_at", TIMESTAMP(timezone=True)),
    Column("ended_at", TIMESTAMP(timezone=True)),
)


def stay_projection(zone: ZoneInfo) -> Projection:
    """The projection that keeps the table; a day without a time begins at midnight in the facility's zone."""

    def rows(encounter: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        if is_stay(encounter):
            yield stay_row(encounter, zone)

    return Projection(stay, frozenset({"Encounter"}), rows)


def is_stay(encounter: Mapping[str, Any]) -> bool:
    """Whether the Encounter is a period in custody: no wrong entry, and no absence during one (``partOf``)."""
    kind = encounter.get("class", {})
    custody = kind.get("system") == ENCOUNTER_CLASS and kind.get("code") == CUSTODY
    if "partOf" in encounter:
        return False
    # A required element may have an extension in place of its value.
    return (
        custody
        and encounter.get("status") != "entered-in-error"
        and _target(encounter, "subject") is not None
    )


def stay_row(encounter: Mapping[str, Any], zone: ZoneInfo) -> Mapping[str, Any]:
    """The stay that a custody Encounter says; an end given as a day is the end of that day."""
    started_at, ended_at = period_bounds(encounter.get("period", {}), zone)
    return {
        "patient_id": _target(encounter, "subject"),
        "facility_id": _target(encounter, "serviceProvider"),
        "status": encounter.get("status", "unknown"),
        "started_at": started_at,
        "ended_at": ended_at,
    }


def _target(encounter: Mapping[str, Any], element: str) -> str | None:
    """The id of the resource here that an element refers to."""
    reference = encounter.get(element, {}).get("reference", "")
    type_, _, id_ = reference.partition("/")
    return id_ if id_ and type_ in {"Patient", "Organization"} else None
