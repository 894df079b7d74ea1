"""Who treated whom and when: a table that follows Encounters and EpisodesOfCare.

A treatment relationship begins with a stay in custody, an episode of a programme, or an arrival: any other Encounter
that took place at a facility, which counts for the days that it says, else for one day. Wrong entries and what is only planned
begin none. How long it outlives the last day is not decided here.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Column, Date, Table, Text

from clinical.custody.stay import is_custody, is_stay, metadata, target
from fhir_store.projections import Projection
from fhir_store.search_values import period_bounds

NOT_HAPPENED = frozenset({"planned", "cancelled", "entered-in-error", "waitlist", "unknown"})
"""Statuses of an Encounter or EpisodeOfCare that begin no care."""

treatment_relationship = Table(
    "treatment_relationship",
    metadata,
    Column("source_type", Text, primary_key=True),
    Column("source_id", Text, primary_key=True),
    Column("patient_id", Text, nullable=False),
    Column("facility_id", Text, nullable=False),
    Column("began", Date, nullable=False),
    Column("ended", Date),
)


def relationship_projection(zone: ZoneInfo) -> Projection:
    """The projection that keeps the table; its days are civil days in the facility's zone."""

    def rows(resource: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        if row := relationship_row(resource, zone):
            yield row

    return Projection(treatment_relationship, frozenset({"Encounter", "EpisodeOfCare"}), rows)


def relationship_row(resource: Mapping[str, Any], zone: ZoneInfo) -> Mapping[str, Any] | None:
    """The care that a resource says; None if it says none, or not by whom, of whom or since when."""
    is_encounter = resource["resourceType"] == "Encounter"
    patient = target(resource, "subject" if is_encounter else "patient", "Patient")
    facility = target(resource, "serviceProvider" if is_encounter else "managingOrganization", "Organization")
    started_at, ended_at = period_bounds(resource.get("period", {}), zone)
    if patient is None or facility is None or started_at is None or not _happened(resource):
        return None
    began = started_at.astimezone(zone).date()
    goes_on = not is_encounter or is_stay(resource)
    ended = _last_day(ended_at, zone) if ended_at else None if goes_on else began
    return {"patient_id": patient, "facility_id": facility, "began": began, "ended": ended}


def _happened(resource: Mapping[str, Any]) -> bool:
    # An absence is a part of a stay: a prisoner at court is treated by nobody there.
    absence = "partOf" in resource and is_custody(resource)
    return resource.get("status") not in NOT_HAPPENED and not absence


def _last_day(ended_at: datetime, zone: ZoneInfo) -> date:
    """The end of a day is the beginning of the next."""
    return (ended_at - timedelta(microseconds=1)).astimezone(zone).date()
