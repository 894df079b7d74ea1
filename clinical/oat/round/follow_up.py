"""What has to be done after an event: Tasks for a named clinician, and the issues that a dosing error is. Pure.

A Task of the round says what (``round-task#``), about which record (``focus``), of whom (``for``), for whom (``owner``: the
prescriber of the order, else the facility) and by when. That of a dosing error has a step for each thing to do.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from clinical.labels import Label
from clinical.oat.happened import Happened, Kind
from clinical.oat.round.flags import ERRORS, Flag
from clinical.oat.round.judge import Judged
from clinical.oat.shapes import Json, concept, ours, reference, without_none, written
from clinical.protocols import Protocol
from clinical.words import N_

OBSERVE = "oat.observe-after-error"
"""How long somebody is watched after a dosing error; not set: 24 hours."""

LONGEST = timedelta(hours=24)
WITHIN = timedelta(hours=24)
"""By when a task of the round is looked at. Proposed by Throughcare, no source."""


class RoundTask(StrEnum):
    """What is to be done. The code is stored: never changed."""

    DOUBLE_DOSE = "possible-double-dose"
    DOSING_ERROR = "dosing-error"
    DIVERSION = "possible-diversion"
    RE_DOSE = "decide-on-re-dose"


TASK_WORDS = {
    RoundTask.DOUBLE_DOSE: N_("Possible double dose"),
    RoundTask.DOSING_ERROR: N_("Dosing error"),
    RoundTask.DIVERSION: N_("Mouth check failed: possible diversion"),
    RoundTask.RE_DOSE: N_("Vomited: decide whether a dose is given again"),
}


class Step(StrEnum):
    """What is done after a dosing error."""

    PATIENT_TOLD = "patient-told"
    PRESCRIBER_CALLED = "prescriber-called"
    NALOXONE_READY = "naloxone-ready"
    OBSERVED = "observed"


STEP_WORDS = {
    Step.PATIENT_TOLD: N_("The person was told"),
    Step.PRESCRIBER_CALLED: N_("The prescriber was called"),
    Step.NALOXONE_READY: N_("Naloxone lies ready"),
    Step.OBSERVED: N_("The person was watched until the time is over"),
}

LABEL = {"system": Label.OPIOIDUD.system, "code": str(Label.OPIOIDUD)}


@dataclass(frozen=True)
class Follows:
    """What a Task is about.

    Attributes:
        happened: the record.
        facility: the id of the Organization.
        owner: the id of the Practitioner whom it is for; None: whoever is on duty.
        by: the id of the Practitioner who recorded it.
        at: when it was written.
    """

    happened: Happened
    facility: str
    owner: str | None
    by: str | None
    at: datetime


def observe_for(protocol: Protocol) -> timedelta:
    """How long somebody is watched after a dosing error. Raises BadProtocol."""
    found = protocol.duration(OBSERVE)
    return LONGEST if found is None else found


def follow_up(about: Follows, judged: Judged, protocol: Protocol) -> Iterator[dict[str, Any]]:
    """The resources, without ids. Raises BadProtocol."""
    kind = about.happened.kind
    if judged.other is not None:
        yield task(RoundTask.DOUBLE_DOSE, about, about.at + WITHIN, other=judged.other)
    if judged.error:
        until = about.happened.occurred_at + observe_for(protocol)
        yield task(RoundTask.DOSING_ERROR, about, until, steps=tuple(Step), urgent=True)
        yield issue(about, next(iter(sorted(judged.flags & ERRORS)), Flag.OTHER_AMOUNT))
    if kind is Kind.MOUTH_CHECK_FAILED:
        yield task(RoundTask.DIVERSION, about, about.at + WITHIN)
    if kind is Kind.VOMITED:
        yield task(RoundTask.RE_DOSE, about, about.at + timedelta(hours=1), urgent=True)


def task(
    what: RoundTask,
    about: Follows,
    until: datetime,
    *,
    other: Happened | None = None,
    steps: tuple[Step, ...] = (),
    urgent: bool = False,
) -> dict[str, Any]:
    """One Task."""
    focus = resource_reference(about.happened)
    inputs = [{"type": ours("round-task-step", step), "valueBoolean": True} for step in steps]
    if other is not None:
        inputs.append(
            {"type": ours("round-task-input", "other"), "valueReference": resource_reference(other)}
        )
    return without_none(
        {
            "resourceType": "Task",
            "meta": {"security": [LABEL]},
            "status": "requested",
            "intent": "order",
            "priority": "stat" if urgent else "urgent",
            "code": ours("round-task", what),
            "focus": focus,
            "for": reference("Patient", about.happened.patient),
            "authoredOn": written(about.at),
            "requester": reference("Practitioner", about.by) if about.by else None,
            "owner": reference("Practitioner", about.owner)
            if about.owner
            else reference("Organization", about.facility),
            "restriction": {"period": {"end": written(until)}},
            "input": inputs,
        }
    )


def issue(about: Follows, flag: Flag) -> dict[str, Any]:
    """That a dosing error happened, in the record of the person."""
    return without_none(
        {
            "resourceType": "DetectedIssue",
            "meta": {"security": [LABEL]},
            "status": "final",
            "code": concept(("urn:throughcare:code-system:dose-flag", flag)),
            "severity": "high",
            "patient": reference("Patient", about.happened.patient),
            "identifiedDateTime": written(about.at),
            "implicated": [resource_reference(about.happened)],
        }
    )


def resource_reference(happened: Happened) -> Json:
    """The resource in which it is kept."""
    type_ = "Observation" if happened.kind is Kind.VOMITED else "MedicationAdministration"
    return reference(type_, happened.id)
