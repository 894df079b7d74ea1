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
EXIT_REASON = "urn:throughcare:code-system:exit-reason"

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
    Column("exit_reason", Text),
    Column("place_id", Text),
)


def stay_projection(zone: ZoneInfo) -> Projection:
    """The projection that keeps the table; a day without a time begins at midnight in the facility's zone."""

    def rows(encounter: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        if is_stay(encounter):
            yield stay_row(encounter, zone)

    return Projection(stay, frozenset({"Encounter"}), rows)


def is_stay(encounter: Mapping[str, Any]) -> bool:
    """Whether the Encounter is a period in custody: no wrong entry, and no absence during one (``partOf``)."""
    if "partOf" in encounter:
        return False
    # A required element may have an extension in place of its value.
    return (
        is_custody(encounter)
        and encounter.get("status") != "entered-in-error"
        and target(encounter, "subject", "Patient") is not None
    )


def is_custody(encounter: Mapping[str, Any]) -> bool:
    """Whether the Encounter is about custody: a stay, or an absence during one."""
    kind = encounter.get("class", {})
    return bool(kind.get("system") == ENCOUNTER_CLASS and kind.get("code") == CUSTODY)


def stay_row(encounter: Mapping[str, Any], zone: ZoneInfo) -> Mapping[str, Any]:
    """The stay that a custody Encounter says; an end given as a day is the end of that day."""
    started_at, ended_at = period_bounds(encounter.get("period", {}), zone)
    return {
        "patient_id": target(encounter, "subject", "Patient"),
        "facility_id": target(encounter, "serviceProvider", "Organization"),
        "status": encounter.get("status", "unknown"),
        "started_at": started_at,
        "ended_at": ended_at,
        "exit_reason": _exit_reason(encounter),
        "place_id": _place(encounter),
    }


def _exit_reason(encounter: Mapping[str, Any]) -> str | None:
    """How it ended, by our code; None while it goes on, or if nobody said."""
    codings = encounter.get("hospitalization", {}).get("dischargeDisposition", {}).get("coding", ())
    return next((one.get("code") for one in codings if one.get("system") == EXIT_REASON), None)


def _place(encounter: Mapping[str, Any]) -> str | None:
    """The wing or cell in which the person is now: the last one that was not left."""
    now = [one for one in encounter.get("location", ()) if one.get("status", "active") == "active"]
    return target(now[-1], "location", "Location") if now else None


def target(resource: Mapping[str, Any], element: str, type_: str) -> str | None:
    """The id of the resource of that type here that an element refers to, whichever version it names."""
    reference = resource.get(element, {}).get("reference", "")
    named, _, rest = reference.partition("/")
    return rest.partition("/")[0] or None if named == type_ else None
