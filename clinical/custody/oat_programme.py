"""Who is on the list of an opioid treatment programme where and when: a table that follows EpisodesOfCare."""

from collections.abc import Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Column, Table, Text
from sqlalchemy.dialects.postgresql import TIMESTAMP

from clinical.custody.stay import metadata, target
from clinical.custody.treatment_relationship import NOT_HAPPENED
from fhir_store.projections import Projection
from fhir_store.search_values import period_bounds

PROGRAMME, OAT = "urn:throughcare:code-system:programme", "oat"
WHO, OAMT = "http://smart.who.int/hiv/CodeSystem/HIVConcepts", "HIV.PRV.DE4"

oat_programme = Table(
    "oat_programme",
    metadata,
    Column("source_type", Text, primary_key=True),
    Column("source_id", Text, primary_key=True),
    Column("patient_id", Text, nullable=False),
    Column("facility_id", Text, nullable=False),
    Column("started_at", TIMESTAMP(timezone=True)),
    Column("ended_at", TIMESTAMP(timezone=True)),
)


def programme_projection(zone: ZoneInfo) -> Projection:
    """The projection that keeps the table."""

    def rows(episode: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        if row := programme_row(episode, zone):
            yield row

    return Projection(oat_programme, frozenset({"EpisodeOfCare"}), rows)


def programme_row(episode: Mapping[str, Any], zone: ZoneInfo) -> Mapping[str, Any] | None:
    """The programme that an EpisodeOfCare says; None if it is another one, or was not begun."""
    patient = target(episode, "patient", "Patient")
    facility = target(episode, "managingOrganization", "Organization")
    if patient is None or facility is None or episode.get("status") in NOT_HAPPENED or not _is_oat(episode):
        return None
    started_at, ended_at = period_bounds(episode.get("period", {}), zone)
    return {"patient_id": patient, "facility_id": facility, "started_at": started_at, "ended_at": ended_at}


def _is_oat(episode: Mapping[str, Any]) -> bool:
    codings = [one for type_ in episode.get("type", ()) for one in type_.get("coding", ())]
    said = {(one.get("system"), one.get("code")) for one in codings}
    return bool(said & {(PROGRAMME, OAT), (WHO, OAMT)})
