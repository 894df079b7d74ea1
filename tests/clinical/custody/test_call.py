"""What custody may know of an Appointment: person, day, time, room and whether it still stands. Nothing else gets into the row."""

from datetime import date, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from clinical.custody.call import call_rows, custody_call

ZONE = ZoneInfo("Europe/Podgorica")
ROW = {"patient_id": "p1", "on_day": date(2026, 3, 2), "at": time(6), "room_id": "r1", "state": "expected"}


def an_actor(reference: str, status: str = "accepted") -> dict[str, Any]:
    return {"actor": {"reference": reference}, "status": status}


def a_call(**elements: Any) -> dict[str, Any]:
    base = {
        "resourceType": "Appointment",
        "id": "a1",
        "status": "booked",
        "start": "2026-03-02T06:00:00+01:00",
        "end": "2026-03-02T06:15:00+01:00",
        "participant": [an_actor("Patient/p1"), an_actor("Location/r1")],
    }
    return {**base, **elements}


def rows(**elements: Any) -> list[dict[str, Any]]:
    return [dict(row) for row in call_rows(a_call(**elements), ZONE)]


def test_who_has_to_be_where_at_what_time() -> None:
    assert rows() == [ROW]


@pytest.mark.parametrize(
    "telling",
    [
        {"serviceType": [{"text": "HIV clinic"}], "serviceCategory": [{"text": "HIV"}]},
        {"reasonCode": [{"coding": [{"system": "http://hl7.org/fhir/sid/icd-10", "code": "B24"}]}]},
        {"description": "methadone", "comment": "refused", "patientInstruction": "methadone"},
        {"reasonReference": [{"reference": "Condition/hiv"}], "basedOn": [{"reference": "ServiceRequest/art"}]},
        {"end": "2026-03-02T09:00:00+01:00", "minutesDuration": 180, "priority": 1},
        {"appointmentType": {"text": "observed dose"}, "specialty": [{"text": "infectious diseases"}]},
        {"id": "a1", "meta": {"security": [{"code": "HIV"}]}, "text": {"status": "generated", "div": "HIV"}},
        {
            "participant": [
                an_actor("Practitioner/infectologist"),
                an_actor("Patient/p1", "declined"),
                an_actor("Location/r1", "tentative"),
                an_actor("HealthcareService/hiv"),
            ]
        },
        *({"status": status} for status in ("arrived", "checked-in", "fulfilled", "noshow")),
    ],
)  # fmt: skip
def test_appointments_that_differ_in_anything_else_give_the_same_row(telling: dict[str, Any]) -> None:
    assert rows(**telling) == [ROW]


def test_the_table_has_no_place_for_anything_else() -> None:
    named = {column.name for column in custody_call.columns}
    assert named == {"source_type", "source_id", *ROW}


@pytest.mark.parametrize("status", ["cancelled", "entered-in-error"])
def test_a_call_that_was_taken_back_is_called_off(status: str) -> None:
    assert rows(status=status) == [{**ROW, "state": "called-off"}]


@pytest.mark.parametrize("status", ["proposed", "pending", "waitlist"])
def test_what_nobody_has_agreed_calls_nobody(status: str) -> None:
    assert rows(status=status) == []


def test_the_day_and_the_time_are_the_facilitys() -> None:
    (row,) = rows(start="2026-07-01T22:30:45Z")
    assert (row["on_day"], row["at"]) == (date(2026, 7, 2), time(0, 30))


def test_without_a_person_or_a_start_there_is_no_call() -> None:
    assert rows(participant=[an_actor("Location/r1")]) == []
    assert (
        rows(participant=[{"actor": {"display": "DEMO"}, "status": "accepted"}, {"status": "accepted"}]) == []
    )
    assert [*call_rows({"resourceType": "Appointment", "status": "booked"}, ZONE)] == []
    assert rows(start="9999-12-31T23:59:59Z") == []


def test_without_a_room_there_is_still_a_call() -> None:
    assert rows(participant=[an_actor("Patient/p1")]) == [{**ROW, "room_id": None}]


def test_each_person_of_a_group_is_called_once() -> None:
    people = [an_actor(f"Patient/{one}") for one in ("p1", "p2", "p1")]
    assert [row["patient_id"] for row in rows(participant=people)] == ["p1", "p2"]
