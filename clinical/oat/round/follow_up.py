"""What has to be done after an event: Tasks for a named clinician, and the issues that a dosing error is. Pure.

A Task of the round says what (``round-task#``), about which record (``focus``), of whom (``for``), for whom (``owner``: the
prescriber of the order, else the facility) and by when. That of a dosing error has a step for each thing to do.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from clinical.labels import Label
from clinical.oat.dosing_error import STEPS, DosingError, pathway
from clinical.oat.happened import Happened, Kind
from clinical.oat.round.dose_event import Mistake
from clinical.oat.shapes import Json, ours, reference, without_none, written
from clinical.protocols import Protocol
from clinical.words import N_

WITHIN = timedelta(hours=24)
"""By when a task of the round is looked at. Proposed by Throughcare, no source."""

SOON = timedelta(hours=1)
"""By when a prescriber decides whether a dose is given again. Proposed by Throughcare, no source."""


class RoundTask(StrEnum):
    """What is to be done. The code is stored: never changed."""

    DOUBLE_DOSE = "possible-double-dose"
    DOSING_ERROR = "dosing-error"
    DIVERSION = "possible-diversion"
    RE_DOSE = "decide-on-re-dose"
    LOOK_AGAIN = "look-again"


TASK_WORDS = {
    RoundTask.DOUBLE_DOSE: N_("Possible double dose"),
    RoundTask.DOSING_ERROR: N_("Dosing error"),
    RoundTask.DIVERSION: N_("Mouth check failed: possible diversion"),
    RoundTask.RE_DOSE: N_("Vomited: decide whether a dose is given again"),
    RoundTask.LOOK_AGAIN: N_("Look at the person again"),
}


class Step(StrEnum):
    """What is done after a dosing error, in the order of ``dosing_error.STEPS``. The code is stored: never changed."""

    NALOXONE_READY = "naloxone-ready"
    PRESCRIBER_CALLED = "prescriber-called"
    PATIENT_TOLD = "patient-told"
    OBSERVED = "observed"


STEP_WORDS = {step: sentence.text for step, sentence in zip(Step, STEPS, strict=True)}

OF_MISTAKE = {
    Mistake.WRONG_PERSON: DosingError.WRONG_PERSON,
    Mistake.WRONG_AMOUNT: DosingError.TOO_MUCH,
    Mistake.WRONG_STRENGTH: DosingError.WRONG_CONCENTRATION,
    Mistake.WRONG_MEDICINE: DosingError.WRONG_MEDICINE,
    Mistake.DOUBLE: DosingError.DOUBLE_DOSE,
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


def follow_up(
    about: Follows, other: Happened | None, errors: Iterable[DosingError], protocol: Protocol
) -> Iterator[dict[str, Any]]:
    """The resources, without ids. ``other``: what the other one recorded of the same dose. Raises BadProtocol."""
    kind, wrong = about.happened.kind, sorted(set(errors))
    if other is not None:
        yield task(RoundTask.DOUBLE_DOSE, about, about.at + WITHIN, other=other)
    if wrong:
        until = pathway(about.happened, protocol).observe_until
        yield task(RoundTask.DOSING_ERROR, about, until, steps=tuple(Step), urgent=True)
        yield from (issue(about, error) for error in wrong)
    if kind is Kind.MOUTH_CHECK_FAILED:
        yield task(RoundTask.DIVERSION, about, about.at + WITHIN)
    if kind is Kind.VOMITED:
        yield task(RoundTask.RE_DOSE, about, about.at + SOON, urgent=True)


def task(
    what: RoundTask,
    about: Follows,
    until: datetime | None,
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
            "restriction": {"period": {"end": written(until)}} if until else None,
            "input": inputs,
        }
    )


def issue(about: Follows, error: DosingError) -> dict[str, Any]:
    """That a dosing error happened, in the record of the person."""
    return without_none(
        {
            "resourceType": "DetectedIssue",
            "meta": {"security": [LABEL]},
            "status": "final",
            "code": ours("dosing-error", error),
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
