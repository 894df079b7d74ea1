"""What stands on the emergency card, and what does not any more."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from resources import ATC, a_dose, an_observation

from clinical.safety_set import Card, Known, card_of, reduced

ZONE = ZoneInfo("Europe/Podgorica")
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
MIRTAZAPINE = {"coding": [{"system": ATC, "code": "N06AX11"}]}
IBUPROFEN = {"coding": [{"system": ATC, "code": "M01AE01", "display": "ibuprofen"}]}
PREGNANT = {"coding": [{"system": "http://loinc.org", "code": "82810-3"}]}


def card(*resources: dict[str, Any]) -> Card:
    return card_of((Known(one, "prison") for one in resources), NOW, ZONE)


def a_medicine(type_: str, medicine: dict[str, Any], status: str = "active", **more: Any) -> dict[str, Any]:
    return {"resourceType": type_, "status": status, "medicationCodeableConcept": medicine, **more}


def an_allergy(clinical: str = "active", verified: str = "confirmed") -> dict[str, Any]:
    return {
        "resourceType": "AllergyIntolerance",
        "code": {"text": "penicillin"},
        "criticality": "high",
        "clinicalStatus": {"coding": [{"code": clinical}]},
        "verificationStatus": {"coding": [{"code": verified}]},
    }


def a_hold(status: str = "active") -> dict[str, Any]:
    code = {"coding": [{"system": "urn:throughcare:code-system:hold", "code": "missed-doses"}]}
    return {"resourceType": "Flag", "status": status, "code": code, "period": {"start": "2026-03-01"}}


def test_an_allergy_stands_unless_it_is_over_or_wrong() -> None:
    assert [line.text for line in card(an_allergy()).allergies] == ["penicillin"]
    assert card(an_allergy()).allergies[0].more == "high"
    for over in (an_allergy("resolved"), an_allergy("inactive"), an_allergy(verified="refuted")):
        assert card(over).allergies == ()


def test_a_hold_stands_while_it_is_active() -> None:
    assert [line.text for line in card(a_hold()).holds] == ["held because doses were missed"]
    assert card(a_hold("inactive")).holds == ()


def test_the_last_dose_says_how_much_when_who_keeps_it_and_what_was_not_taken_since() -> None:
    made = card(
        a_dose("1", at="2026-03-05T06:10:00+01:00"),
        a_dose("2", at="2026-03-06T06:10:00+01:00", dosage={"dose": {"value": 80, "unit": "mg"}}),
        a_dose("3", at="2026-03-07T06:10:00+01:00", status="not-done"),
        a_dose("4", at="2026-03-08T06:10:00+01:00", status="not-done"),
        a_dose("5", at="2026-03-09T06:10:00+01:00", status="entered-in-error"),
    )
    (last,) = made.last_doses
    assert (last.more, last.when, last.source, last.not_taken) == (
        "80 mg",
        "2026-03-06T06:10:00+01:00",
        "prison",
        2,
    )


def test_two_medicines_have_each_their_last_dose_the_latest_first() -> None:
    made = card(
        a_dose("1", at="2026-03-05T06:10:00+01:00"),
        a_dose("2", at="2026-03-04T06:10:00+01:00", medicationCodeableConcept=IBUPROFEN),
    )
    assert [line.when[:10] for line in made.last_doses] == ["2026-03-05", "2026-03-04"]


@pytest.mark.parametrize(
    ("resource", "taken"),
    [
        (a_medicine("MedicationRequest", MIRTAZAPINE), True),
        (a_medicine("MedicationRequest", MIRTAZAPINE, "on-hold"), True),
        (a_medicine("MedicationRequest", MIRTAZAPINE, "stopped"), False),
        (a_medicine("MedicationRequest", MIRTAZAPINE, "draft"), False),
        (a_medicine("MedicationStatement", MIRTAZAPINE), True),
        (a_medicine("MedicationDispense", MIRTAZAPINE, "completed", whenHandedOver="2026-02-01"), True),
        (a_medicine("MedicationDispense", MIRTAZAPINE, "completed", whenHandedOver="2025-12-01"), False),
        (a_medicine("MedicationDispense", MIRTAZAPINE, "completed"), False),
        (a_medicine("MedicationAdministration", MIRTAZAPINE, "completed"), False),
    ],
)
def test_a_sedative_stands_while_it_is_taken(resource: dict[str, Any], taken: bool) -> None:
    assert [line.text for line in card(resource).sedatives] == ["mirtazapine"] * taken


def test_other_medicines_stand_apart_and_each_once() -> None:
    orders = [
        a_medicine("MedicationRequest", IBUPROFEN, authoredOn=f"2026-0{month}-01") for month in (1, 3, 2)
    ]
    (one,) = card(*orders).medicines
    assert (one.text, one.when) == ("ibuprofen", "2026-03-01")


def test_a_pregnancy_stands_for_its_time() -> None:
    yes = {"text": "pregnant"}
    recent, old = (
        an_observation("o", code=PREGNANT, effectiveDateTime=day, valueCodeableConcept=yes)
        for day in ("2026-01-01", "2025-01-01")
    )
    assert [(line.text, line.more) for line in card(recent).pregnancy] == [("pregnancy status", "pregnant")]
    assert card(old).pregnancy == ()


def test_a_warning_says_what_to_do() -> None:
    warning = {
        "resourceType": "DetectedIssue",
        "status": "final",
        "code": {"text": "interaction"},
        "mitigation": [{"action": {"text": "watch for withdrawal"}}],
    }
    assert [(line.text, line.more) for line in card(warning).warnings] == [
        ("interaction", "watch for withdrawal")
    ]
    assert card({**warning, "status": "entered-in-error"}).warnings == ()


def test_what_is_reduced_says_whom_to_ask() -> None:
    order = a_medicine("MedicationRequest", IBUPROFEN, id="m", authoredOn="2026-03-01")
    (one,) = card(dict(reduced(order, lambda labels: False))).medicines
    assert one.text == "other medicine: ask the prescriber"


def test_nothing_of_it_stands_in_its_representation() -> None:
    assert "penicillin" not in repr(card(an_allergy()))
