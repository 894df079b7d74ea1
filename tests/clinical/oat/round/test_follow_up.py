"""What has to be done after an event, for whom and by when, as it is written."""

from typing import Any

import pytest
from oat import HOUR, MONTHLY, SIX, a_happened, a_law, held

from clinical.oat.dosing_error import DosingError
from clinical.oat.happened import Happened, Kind
from clinical.oat.round.dose_event import Mistake
from clinical.oat.round.follow_up import OF_MISTAKE, Follows, Step, follow_up
from clinical.protocols import NO_PROTOCOL, Protocol
from fhir_store.gate import check

Json = dict[str, Any]
LAW = a_law(oat__observe_after_error__methadone_oral_solution="4 h")
WRITTEN = SIX + HOUR
LABEL = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "OPIOIDUD"}
OURS = "urn:throughcare:code-system:"


def after(
    kind: Kind,
    *errors: DosingError,
    other: Happened | None = None,
    law: Protocol = LAW,
    by: str | None = "nurse",
    owner: str | None = "prescriber",
    **changes: Any,
) -> list[Json]:
    about = Follows(a_happened(kind, id="e", **changes), "prison", owner, by, WRITTEN)
    found = list(follow_up(about, other, errors, law))
    for one in found:
        check(held({**one, "id": "x"}))
    return found


def a_task(code: str, **changes: Any) -> Json:
    return {
        "resourceType": "Task",
        "meta": {"security": [LABEL]},
        "status": "requested",
        "intent": "order",
        "priority": "urgent",
        "code": {"coding": [{"system": f"{OURS}round-task", "code": code}]},
        "focus": {"reference": "MedicationAdministration/e"},
        "for": {"reference": "Patient/p"},
        "authoredOn": "2026-03-10T06:00:00Z",
        "requester": {"reference": "Practitioner/nurse"},
        "owner": {"reference": "Practitioner/prescriber"},
        **changes,
    }


def by(time: str) -> Json:
    return {"restriction": {"period": {"end": time}}}


def steps() -> list[Json]:
    return [
        {"type": {"coding": [{"system": f"{OURS}round-task-step", "code": step}]}, "valueBoolean": True}
        for step in ("naloxone-ready", "prescriber-called", "patient-told", "observed")
    ]


def an_issue(code: str) -> Json:
    return {
        "resourceType": "DetectedIssue",
        "meta": {"security": [LABEL]},
        "status": "final",
        "code": {"coding": [{"system": f"{OURS}dosing-error", "code": code}]},
        "severity": "high",
        "patient": {"reference": "Patient/p"},
        "identifiedDateTime": "2026-03-10T06:00:00Z",
        "implicated": [{"reference": "MedicationAdministration/e"}],
    }


@pytest.mark.parametrize("kind", [Kind.GIVEN, Kind.PARTIAL, Kind.REFUSED, Kind.ABSENT, Kind.SPILLED])
def test_on_most_nothing_follows(kind: Kind) -> None:
    assert after(kind) == []


def test_whether_a_dose_was_kept_back_is_asked_within_a_day() -> None:
    assert after(Kind.MOUTH_CHECK_FAILED) == [a_task("possible-diversion", **by("2026-03-11T06:00:00Z"))]


def test_whether_it_is_given_again_is_decided_within_an_hour() -> None:
    assert after(Kind.VOMITED) == [
        a_task(
            "decide-on-re-dose",
            priority="stat",
            focus={"reference": "Observation/e"},
            **by("2026-03-10T07:00:00Z"),
        )
    ]


@pytest.mark.parametrize(
    ("kind", "type_"), [(Kind.GIVEN, "MedicationAdministration"), (Kind.VOMITED, "Observation")]
)
def test_what_was_recorded_twice_names_the_other(kind: Kind, type_: str) -> None:
    (only,) = after(Kind.GIVEN, other=a_happened(kind, id="o"))
    other = {
        "type": {"coding": [{"system": f"{OURS}round-task-input", "code": "other"}]},
        "valueReference": {"reference": f"{type_}/o"},
    }
    assert only == a_task("possible-double-dose", input=[other], **by("2026-03-11T06:00:00Z"))


def test_a_dosing_error_has_its_steps_and_is_watched_as_the_protocol_has_it() -> None:
    found = after(Kind.GIVEN, DosingError.TOO_MUCH, DosingError.DOUBLE_DOSE, DosingError.TOO_MUCH)
    task = a_task("dosing-error", priority="stat", input=steps(), **by("2026-03-10T09:00:00Z"))
    assert found == [task, an_issue("double-dose"), an_issue("too-much")]
    assert len(Step) == 4


def test_where_nobody_set_how_long_the_prescriber_ends_it() -> None:
    task, _ = after(Kind.GIVEN, DosingError.TOO_MUCH, law=NO_PROTOCOL)
    assert "restriction" not in task


def test_without_a_prescriber_it_is_for_the_facility_and_nobody_is_made_up_who_recorded_it() -> None:
    (task,) = after(Kind.MOUTH_CHECK_FAILED, by=None, owner=None)
    assert task["owner"] == {"reference": "Organization/prison"}
    assert "requester" not in task


def test_all_that_follows_on_one_event() -> None:
    found = after(Kind.MOUTH_CHECK_FAILED, DosingError.NOT_ORDERED, other=a_happened(id="o"), product=MONTHLY)
    codes = [one["code"]["coding"][0]["code"] for one in found]
    assert codes == ["possible-double-dose", "dosing-error", "not-ordered", "possible-diversion"]


def test_each_mistake_that_can_be_named_is_an_error() -> None:
    assert set(OF_MISTAKE) == set(Mistake)
    assert len(set(OF_MISTAKE.values())) == len(Mistake)
