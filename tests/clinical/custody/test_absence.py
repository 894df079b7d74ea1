"""Absences, wings and cells, as the tables keep them."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from clinical.custody.absence import absence_row
from clinical.custody.call_room import room_projection
from clinical.custody.places import place_kind, place_projection
from clinical.custody.stay import is_stay

ZONE = ZoneInfo("Europe/Podgorica")
CLASS = "urn:throughcare:code-system:encounter-class"


def an_absence(code: str = "absence-court", **other: Any) -> dict[str, Any]:
    return {
        "resourceType": "Encounter", "id": "a", "status": "planned", "class": {"system": CLASS, "code": code},
        "subject": {"reference": "Patient/p1"}, "partOf": {"reference": "Encounter/s1"},
        "serviceProvider": {"reference": "Organization/north"}, "period": {"start": "2026-03-03T07:00:00+01:00"}, **other,
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["court", "hospital", "police", "home-leave"])
@pytest.mark.parametrize("status", ["planned", "in-progress", "finished"])
def test_an_absence_is_kept_with_its_stay(kind: str, status: str) -> None:
    row = absence_row(an_absence(f"absence-{kind}", status=status), ZONE)
    assert row is not None
    assert (row["kind"], row["stay_id"], row["facility_id"], row["status"]) == (kind, "s1", "north", status)
    assert not is_stay(an_absence(f"absence-{kind}"))


@pytest.mark.parametrize(
    "other", [an_absence("custody"), an_absence(status="cancelled"), an_absence(status="entered-in-error"), an_absence(subject={}), an_absence(**{"class": {"code": "absence-court"}})]
)  # fmt: skip
def test_what_is_none(other: dict[str, Any]) -> None:
    assert absence_row(other, ZONE) is None


def test_a_plan_for_the_dose_is_kept_if_somebody_made_one() -> None:
    plan = [{"url": "urn:throughcare:extension:dose-plan", "valueCode": "late-round"}]
    assert (absence_row(an_absence(extension=plan), ZONE) or {})["dose_plan"] == "late-round"
    assert (absence_row(an_absence(), ZONE) or {})["dose_plan"] is None


def a_place(code: str | None, **other: Any) -> dict[str, Any]:
    type_ = [{"coding": [{"system": "urn:throughcare:code-system:place", "code": code}]}] if code else []
    return {"resourceType": "Location", "id": "l", "name": "A", "type": type_, "managingOrganization": {"reference": "Organization/north"}, **other}  # fmt: skip


def test_wings_and_cells_are_places_and_no_rooms_that_anybody_is_called_to() -> None:
    for code in ("wing", "cell"):
        assert list(place_projection().rows(a_place(code)))
        assert not list(room_projection().rows(a_place(code)))
    assert place_kind(a_place(None)) is None
    assert list(room_projection().rows(a_place(None)))
    assert not list(place_projection().rows(a_place(None)))
    assert not list(place_projection().rows(a_place("cell", status="inactive")))
