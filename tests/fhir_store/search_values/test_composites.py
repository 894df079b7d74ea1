"""Composite parameters: a code and what stands beside it in the same element."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from indexing import by
from resources import an_observation

from fhir_store.search_values import (
    DateValue,
    QuantityValue,
    ReferenceValue,
    SimpleValue,
    StringValue,
    TokenValue,
)


def code(code: str, system: str = "") -> TokenValue:
    return TokenValue("", system, code)


def number(value: int) -> QuantityValue:
    return QuantityValue("", "", "", "", Decimal(value), Decimal(value))


def concept(*codes: str) -> dict[str, Any]:
    return {"text": "in words", "coding": [{"code": one, "display": "in words"} for one in codes]}


COWS = code("cows", "urn:x")
"""The code of ``an_observation``."""

PRESSURE = an_observation(
    valueQuantity={"value": 1},
    component=[
        {"code": concept("systolic"), "valueQuantity": {"value": 120}},
        {"code": concept("diastolic"), "valueQuantity": {"value": 80}},
    ],
)


def test_values_pair_with_the_code_of_their_own_component_only() -> None:
    of_components = [(code("systolic"), number(120)), (code("diastolic"), number(80))]
    assert by("component-code-value-quantity", PRESSURE) == of_components
    assert by("code-value-quantity", PRESSURE) == [(COWS, number(1))]
    assert by("combo-code-value-quantity", PRESSURE) == [(COWS, number(1)), *of_components]


def test_each_code_pairs_with_each_value_and_words_with_none() -> None:
    observation = an_observation(code=concept("a", "b"), valueCodeableConcept=concept("x", "y"))
    assert sorted(by("code-value-concept", observation)) == [
        (code("a"), code("x")),
        (code("a"), code("y")),
        (code("b"), code("x")),
        (code("b"), code("y")),
    ]


def test_a_date_beside_a_code() -> None:
    day = DateValue("", datetime(2026, 1, 1, 10, tzinfo=UTC), datetime(2026, 1, 1, 10, 0, 1, tzinfo=UTC))
    observation = an_observation(valueDateTime="2026-01-01T10:00:00Z")
    assert by("code-value-date", observation) == [(COWS, day)]
    period = an_observation(valuePeriod={"start": "2026-01-01T10:00:00Z"})
    assert by("code-value-date", period) == [(COWS, DateValue("", day.low, None))]


def test_a_text_beside_a_code() -> None:
    assert by("code-value-string", an_observation(valueString="clear")) == [(COWS, StringValue("", "clear"))]


def test_a_value_without_a_code_and_a_code_without_a_value_give_nothing() -> None:
    names = ("code-value-quantity", "combo-code-value-quantity", "component-code-value-quantity")
    parts = [{"code": concept("a")}, {"code": {"text": "a"}, "valueQuantity": {"value": 1}}]
    for name in names:
        assert by(name, an_observation(component=parts)) == []
        assert by(name, an_observation(code={"text": "a"}, valueQuantity={"value": 1})) == []


def test_a_characteristic_of_a_group_has_a_concept_or_a_truth_beside_its_code() -> None:
    pairs: list[tuple[dict[str, Any], SimpleValue]] = [
        ({"valueCodeableConcept": concept("male")}, code("male")),
        ({"valueBoolean": False}, code("false")),
    ]
    for value, expected in pairs:
        group = {"resourceType": "Group", "characteristic": [{"code": concept("c"), **value}]}
        assert by("characteristic-value", group) == [(code("c"), expected)]


def test_a_document_relates_by_a_code_to_another() -> None:
    relation = {
        "code": "replaces",
        "target": {"reference": "DocumentReference/d", "identifier": {"value": "1"}},
    }
    document = {"resourceType": "DocumentReference", "relatesTo": [relation]}
    replaces = code("replaces", "http://hl7.org/fhir/document-relationship-type")
    assert by("relationship", document) == [(replaces, ReferenceValue("", "DocumentReference", "d"))]


def test_what_a_definition_is_used_for_is_a_quantity_a_range_or_a_concept() -> None:
    contexts = [
        {"code": {"code": "age"}, "valueRange": {"low": {"value": 18}}},
        {"code": {"code": "gender"}, "valueCodeableConcept": concept("male")},
    ]
    value_set = {"resourceType": "ValueSet", "useContext": contexts}
    adult = QuantityValue("", "", "", "", Decimal(18), None)
    assert by("context-type-quantity", value_set) == [(code("age"), adult)]
    assert by("context-type-value", value_set) == [(code("gender"), code("male"))]
