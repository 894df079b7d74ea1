"""Which Tasks are about care that has ended, and when they are done."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from clinical.custody.care_task import SYSTEM, care_task_row

ZONE = ZoneInfo("Europe/Podgorica")


def a_task(code: str = "hand-over", status: str = "completed", **said: Any) -> dict[str, Any]:
    return {
        "resourceType": "Task",
        "status": status,
        "intent": "order",
        "code": {"coding": [{"system": SYSTEM, "code": code}]},
        "focus": {"reference": "Encounter/stay"},
        "for": {"reference": "Patient/amina"},
        "executionPeriod": {"end": "2026-03-01T23:30:00Z"},
        **said,
    }


def test_an_acknowledged_hand_over_is_done_on_the_civil_day_of_the_facility() -> None:
    assert care_task_row(a_task(), ZONE) == {
        "patient_id": "amina",
        "care_type": "Encounter",
        "care_id": "stay",
        "is_hand_over": True,
        "done_on": date(2026, 3, 2),
    }


@pytest.mark.parametrize(
    ("code", "status", "done"),
    [
        ("hand-over", "requested", False),
        ("hand-over", "rejected", False),
        ("hand-over", "cancelled", False),
        ("hand-over", "completed", True),
        ("follow-up", "in-progress", False),
        ("follow-up", "completed", True),
        ("follow-up", "cancelled", True),
        ("follow-up", "rejected", True),
        ("follow-up", "failed", True),
    ],
)
def test_a_hand_over_is_done_by_acknowledging_it_alone(code: str, status: str, done: bool) -> None:
    row = care_task_row(a_task(code, status), ZONE)
    assert row is not None
    assert (row["done_on"] is not None) is done


def test_what_does_not_say_when_it_was_done_is_open() -> None:
    assert care_task_row(a_task(executionPeriod={}), ZONE)["done_on"] is None  # type: ignore[index]
    assert care_task_row(a_task(executionPeriod={}, lastModified="2026-03-05"), ZONE)["done_on"] == date(  # type: ignore[index]
        2026, 3, 5
    )


@pytest.mark.parametrize(
    "said",
    [
        {"status": "draft"},
        {"status": "entered-in-error"},
        {"focus": {"reference": "Observation/one"}},
        {"focus": {}},
        {"for": {"reference": "Group/all"}},
        {"code": {"coding": [{"system": "urn:another", "code": "hand-over"}]}},
        {"code": {}},
    ],
)
def test_a_task_about_anything_else_is_none(said: dict[str, Any]) -> None:
    assert care_task_row(a_task() | said, ZONE) is None


def test_it_is_also_about_an_episode() -> None:
    row = care_task_row(a_task(focus={"reference": "EpisodeOfCare/oat"}), ZONE)
    assert row is not None
    assert (row["care_type"], row["care_id"]) == ("EpisodeOfCare", "oat")
