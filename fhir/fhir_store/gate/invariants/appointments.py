"""Rules of Appointment."""

from collections.abc import Mapping
from typing import Any

from fhir_store.gate.invariants.presence import has, has_any
from fhir_store.gate.invariants.registry import invariant

Json = Mapping[str, Any]

WITHOUT_TIME = {"proposed", "cancelled", "waitlist"}
NOT_KEPT = {"noshow", "cancelled"}


@invariant("app-1", "Appointment.participant", "a participant has a type or an actor.")
def participant_is_told(participant: Json) -> bool:
    return has_any(participant, "type", "actor")


@invariant("app-2", "Appointment", "start and end are both there, or neither is.")
def start_with_end(appointment: Json) -> bool:
    return has(appointment, "start") == has(appointment, "end")


@invariant(
    "app-3", "Appointment", "only a proposed, cancelled or waitlisted appointment goes without start and end."
)
def appointment_has_time(appointment: Json) -> bool:
    timed = has(appointment, "start") and has(appointment, "end")
    return timed or appointment.get("status") in WITHOUT_TIME


@invariant("app-4", "Appointment", "cancelationReason is for an appointment that was cancelled or missed.")
def reason_only_if_not_kept(appointment: Json) -> bool:
    # The official expression writes no-show, which is no code of the status.
    return not has(appointment, "cancelationReason") or appointment.get("status") in NOT_KEPT
