"""Take-home doses from a MedicationDispense."""

from typing import Any

import pytest
from oat import DAY, METHADONE, ZONE, held

from clinical.oat.take_home import TakeHome, take_home_of

METHADONE_CODE = {"coding": [{"system": "http://www.whocc.no/atc", "code": "N07BC02"}]}


def a_dispense(**changes: Any) -> dict[str, Any]:
    base = {
        "resourceType": "MedicationDispense",
        "id": "d",
        "status": "completed",
        "medicationCodeableConcept": METHADONE_CODE,
        "subject": {"reference": "Patient/p"},
        "daysSupply": {"value": 6, "unit": "d", "code": "d"},
        "whenHandedOver": "2026-03-10T10:40:00+01:00",
    }
    return {name: value for name, value in {**base, **changes}.items() if value is not None}


def days(said: dict[str, Any]) -> int | None:
    found = take_home_of(held(said), ZONE)
    return found.days if found else None


def test_a_dispense_is_so_many_days_from_a_day_on() -> None:
    assert take_home_of(held(a_dispense()), ZONE) == TakeHome("d", "p", METHADONE, DAY, 6)


def test_a_day_is_that_of_the_place_and_a_number_may_be_missing() -> None:
    found = take_home_of(held(a_dispense(id=None, whenHandedOver="2026-03-09T23:30:00Z")), ZONE)
    assert found == TakeHome("", "p", METHADONE, DAY, 6)


@pytest.mark.parametrize(
    ("supply", "expected"),
    [
        (None, 1),
        ({"value": 0}, 0),
        ({"value": 6.9}, 6),
        ({"value": 366}, 366),
        ({"value": 367}, 366),
        ({"value": -2}, 0),
    ],
)
def test_days_are_whole_and_a_slip_of_the_pen_is_cut(supply: object, expected: int) -> None:
    assert days(a_dispense(daysSupply=supply)) == expected


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "entered-in-error"},
        {"status": "preparation"},
        {"whenHandedOver": None},
        {"whenHandedOver": "2026-03"},
        {"subject": {"reference": "Group/g"}},
        {"subject": None},
        {"medicationCodeableConcept": {"coding": [{"system": "http://www.whocc.no/atc", "code": "J05AR27"}]}},
    ],
)
def test_what_was_not_handed_over_is_left_out(changes: dict[str, Any]) -> None:
    assert days(a_dispense(**changes)) is None
