"""Required bindings, of value sets that are listed and of those that have a form."""

from collections.abc import Callable
from typing import Any

import pytest
from resources import a_dose, a_patient

from fhir_store.gate.codes import bound_rule, code_rule
from fhir_store.gate.rules import anything

Gate = Callable[[Any], list[tuple[str, str]]]

SETS = "http://hl7.org/fhir/ValueSet/"
CLINICAL = SETS + "condition-clinical"
CLINICAL_SYSTEM = "http://terminology.hl7.org/CodeSystem/condition-clinical"


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("administrative-gender", ["male", "unknown"], ["Male", "m", "male ", ""]),
        (
            "all-languages",
            ["sq", "sr-Latn", "sr-Cyrl-RS", "en-US", "x-klingon", "i-lux"],
            ["s", "sq_AL", "sq-", "x", "é"],
        ),
        ("currencies", ["EUR", "ALL", "MKD"], ["eur", "EURO", "€"]),
        (
            "mimetypes",
            ["text/plain", "application/fhir+json; fhirVersion=4.0", "image/*", "json"],
            ["text", "text/", "a b/c"],
        ),
        ("ucum-units", ["mg", "mm[Hg]"], ["mg per day", ""]),
        ("no-such-set", ["any-code"], [" a", ""]),
    ],
)
def test_codes_are_taken_from_their_value_set(name: str, right: list[str], wrong: list[str]) -> None:
    rule = code_rule(SETS + name)
    assert [code for code in right if rule(code)] == []
    assert [code for code in wrong if not rule(code)] == []
    assert rule(None)
    assert rule(["male"])


@pytest.mark.parametrize(
    ("concept", "right"),
    [
        ({"coding": [{"system": CLINICAL_SYSTEM, "code": "active"}]}, True),
        ({"coding": [{"system": "urn:x", "code": "y"}, {"system": CLINICAL_SYSTEM, "code": "active"}]}, True),
        ({"extension": [{"url": "urn:x", "valueCode": "unknown"}]}, True),
        ({"coding": [{"system": CLINICAL_SYSTEM, "code": "x"}]}, False),
        ({"coding": [{"system": "urn:x", "code": "active"}]}, False),
        ({"coding": [{"code": "active"}]}, False),
        ({"text": "active"}, False),
    ],
)
def test_a_bound_concept_has_one_coding_of_the_value_set(concept: dict[str, Any], right: bool) -> None:
    rule = bound_rule("CodeableConcept", anything, CLINICAL)
    assert (rule(concept) is None) is right


@pytest.mark.parametrize(
    ("quantity", "right"),
    [
        ({"value": 60, "system": "http://unitsofmeasure.org", "code": "mg"}, True),
        ({"value": 60, "system": "http://unitsofmeasure.org"}, True),
        ({"value": 60, "system": "urn:mine", "code": "two tablets"}, True),
        ({"value": 60, "system": "http://unitsofmeasure.org", "code": "mg per day"}, False),
        ({"value": 60, "system": "http://unitsofmeasure.org", "code": "µg"}, False),
    ],
)
def test_a_ucum_code_is_a_unit(issues: Gate, quantity: dict[str, Any], right: bool) -> None:
    found = issues(a_dose(dosage={"dose": quantity}))
    assert found == ([] if right else [("invariant", "MedicationAdministration.dosage.dose")])


def test_a_language_is_a_tag_wherever_it_stands(issues: Gate) -> None:
    assert issues(a_patient(language="sr-Latn")) == []
    assert issues(a_patient(language="Serbian (Latin)")) == [("value", "Patient.language")]
