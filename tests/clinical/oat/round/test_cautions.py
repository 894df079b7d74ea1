"""What has to be known beside a dose, of each resource that says it."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from oat import SIX, ZONE, an_order
from resources import ATC, an_observation

from clinical.oat.order_resource import request_of
from clinical.oat.round.cautions import (
    TYPES,
    Caution,
    Found,
    caution_projection,
    is_pregnant,
    oat_caution,
)
from clinical.safety_set.standing import HANDED_OUT, PREGNANCY

Json = dict[str, Any]
LOINC = "http://loinc.org"
DIAZEPAM = {"coding": [{"system": ATC, "code": "N05BA01"}]}
TEST = {"coding": [{"system": LOINC, "code": "82810-3"}]}
AT = "2026-03-01"
MIDNIGHT = datetime(2026, 2, 28, 23, tzinfo=UTC)


def rows(resource: Json) -> list[Mapping[str, Any]]:
    return list(caution_projection(ZONE).rows(resource))


def medicine(type_: str, **elements: Any) -> Json:
    who = {"subject": {"reference": "Patient/p1"}}
    return {"resourceType": type_, "id": "m", "medicationCodeableConcept": DIAZEPAM, **who, **elements}


def answered(code: str, system: str = LOINC) -> Json:
    value = {"coding": [{"system": system, "code": code}]}
    return an_observation("o", patient="p1", code=TEST, effectiveDateTime=AT, valueCodeableConcept=value)


def row(kind: str, found: datetime, until: datetime | None) -> list[Mapping[str, Any]]:
    return [{"patient_id": "p1", "kind": kind, "found_at": found, "counts_until": until}]


def test_an_allergy_counts_until_somebody_says_otherwise() -> None:
    allergy = {
        "resourceType": "AllergyIntolerance",
        "id": "a",
        "patient": {"reference": "Patient/p1"},
        "recordedDate": AT,
    }
    (only,) = rows(allergy)
    assert (only["patient_id"], only["kind"], only["counts_until"]) == ("p1", "allergy", None)


def test_a_sedative_that_is_taken_counts_and_one_that_was_handed_out_for_a_while() -> None:
    assert rows(medicine("MedicationRequest", status="active", intent="order", authoredOn=AT)) == row(
        "sedative", MIDNIGHT, None
    )
    handed = medicine("MedicationDispense", status="completed", whenHandedOver=AT)
    assert rows(handed) == row("sedative", MIDNIGHT, MIDNIGHT + HANDED_OUT)
    assert rows(medicine("MedicationRequest", status="stopped", intent="order")) == []


@pytest.mark.parametrize(
    ("resource", "kind"),
    [
        (answered("LA15173-0"), "pregnancy"),
        (answered("LA26683-5"), "not-pregnant"),
        (answered("LA26683-5", "urn:another"), "pregnancy"),
        (an_observation("o", patient="p1", code=TEST, effectiveDateTime=AT), "pregnancy"),
    ],
)
def test_only_the_answer_no_says_that_nobody_is_pregnant(resource: Json, kind: str) -> None:
    resource.pop("valueQuantity", None)
    assert rows(resource) == row(kind, MIDNIGHT, MIDNIGHT + PREGNANCY)


def test_what_is_of_nobody_or_of_the_treatment_itself_is_no_caution() -> None:
    nobody = medicine("MedicationRequest", status="active", intent="order")
    for subject in ({"reference": "Group/g"}, {}):
        assert rows({**nobody, "subject": subject}) == []
    assert rows(request_of(an_order(id="r", patient="p1"))) == []
    assert rows(an_observation("o", patient="p1")) == []


def test_the_table_follows_the_types_that_can_say_it() -> None:
    projection = caution_projection(ZONE)
    assert projection.table is oat_caution
    assert projection.source_types == TYPES


CASES: list[tuple[list[tuple[Caution, int]], bool]] = [
    ([], False),
    ([(Caution.NOT_PREGNANT, 1), (Caution.PREGNANCY, 2)], True),
    ([(Caution.PREGNANCY, 1), (Caution.NOT_PREGNANT, 2)], False),
    ([(Caution.PREGNANCY, 2), (Caution.NOT_PREGNANT, 2)], True),
    ([(Caution.NOT_PREGNANT, 2), (Caution.PREGNANCY, 2)], True),
    ([(Caution.PREGNANCY, 1), (Caution.ALLERGY, 3)], True),
    ([(Caution.ALLERGY, 3)], False),
]


@pytest.mark.parametrize(("said", "pregnant"), CASES)
def test_the_latest_that_was_found_says_whether_somebody_is_pregnant(
    said: list[tuple[Caution, int]], pregnant: bool
) -> None:
    found = [Found(caution, SIX + timedelta(days=n), "Observation", f"{n}") for caution, n in said]
    assert is_pregnant(found) is pregnant
    assert is_pregnant(iter(found)) is pregnant
