"""Calls to the medical service, as far as custody may know of them: who has to be where at what time.

A table that follows Appointments. What an appointment is for, with whom, how long it takes and what became of it is not
in it, so that no query, page or mistake can tell it: two Appointments that differ in nothing else give the same row.

The medicine round calls by the same resource: one Appointment (profile ``custody-call``) for each person, session and room,
whatever the person gets there and however many medicines it is.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Column, Date, Table, Text, Time

from clinical.custody.stay import metadata, target
from fhir_store.projections import Projection
from fhir_store.search_values import period_bounds

EXPECTED, CALLED_OFF = "expected", "called-off"

STATES: Mapping[str, str] = {
    "booked": EXPECTED,
    "arrived": EXPECTED,
    "checked-in": EXPECTED,
    "fulfilled": EXPECTED,
    "noshow": EXPECTED,
    "cancelled": CALLED_OFF,
    "entered-in-error": CALLED_OFF,
}
"""By the status of the Appointment. Who came, did not come or refused is one state; any other status calls nobody yet."""

custody_call = Table(
    "custody_call",
    metadata,
    Column("source_type", Text, primary_key=True),
    Column("source_id", Text, primary_key=True),
    Column("patient_id", Text, primary_key=True),
    Column("on_day", Date, nullable=False),
    Column("at", Time, nullable=False),
    Column("room_id", Text),
    Column("state", Text, nullable=False),
)


def call_projection(zone: ZoneInfo) -> Projection:
    """The projection that keeps the table; its days and times are those of the facility's zone."""

    def rows(appointment: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        yield from call_rows(appointment, zone)

    return Projection(custody_call, frozenset({"Appointment"}), rows)


def call_rows(appointment: Mapping[str, Any], zone: ZoneInfo) -> Iterator[Mapping[str, Any]]:
    """The calls of an Appointment: one for each person in it. The room is the first Location."""
    state = STATES.get(appointment.get("status", ""))
    starts_at, _ = period_bounds({"start": appointment.get("start")}, zone)
    if state is None or starts_at is None:
        return
    try:
        local = starts_at.astimezone(zone)
    except OverflowError:  # the last hours of the year 9999, and nobody is called then
        return
    at = local.time().replace(second=0, microsecond=0)
    said = {"on_day": local.date(), "at": at, "room_id": next(_actors(appointment, "Location"), None)}
    for patient in dict.fromkeys(_actors(appointment, "Patient")):
        yield {"patient_id": patient, **said, "state": state}


def _actors(appointment: Mapping[str, Any], type_: str) -> Iterator[str]:
    # What somebody answered to the invitation (participant.status) says who refused, and is not looked at.
    for participant in appointment.get("participant", ()):
        if found := target(participant, "actor", type_):
            yield found
