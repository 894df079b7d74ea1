"""Quantities and numbers as index values: from low to high, None for an open end."""

from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from indexing import by
from resources import an_observation

from fhir_store.definitions import SearchDefinition
from fhir_store.json_text.parsing import NumberText
from fhir_store.search_values import QuantityValue
from fhir_store.search_values.kinds import KINDS

UCUM = "http://unitsofmeasure.org"
UTC = ZoneInfo("UTC")


def mg(value: str, **more: str) -> dict[str, Any]:
    return {"value": NumberText(value), "unit": "mg", "system": UCUM, "code": "mg", **more}


def indexed(kind: str, type_: str, value: Any) -> list[tuple[Any, ...]]:
    definition = SearchDefinition("p", kind, "", "", ())
    index = KINDS[kind](definition, type_, None)
    assert index
    return [tuple(one) for one in index(value, UTC)]


def point(low: str | None, high: str | None, unit: tuple[str, ...] = (UCUM, "mg", "mg")) -> list[Any]:
    return [QuantityValue("p", *unit, low and Decimal(low), high and Decimal(high))]


@pytest.mark.parametrize(
    ("quantity", "low", "high"),
    [
        (mg("60"), "60", "60"),
        (mg("1.50"), "1.50", "1.50"),
        (mg("-2E1"), "-20", "-20"),
        (mg("60", comparator="<"), None, "60"),
        (mg("60", comparator="<="), None, "60"),
        (mg("60", comparator=">"), "60", None),
        (mg("60", comparator=">="), "60", None),
    ],
)
def test_a_quantity_is_a_point_or_open_at_one_end(
    quantity: dict[str, Any], low: str | None, high: str | None
) -> None:
    for type_ in ("Quantity", "Age", "Duration"):
        assert indexed("quantity", type_, quantity) == point(low, high)


def test_a_quantity_without_a_unit_or_a_value() -> None:
    assert indexed("quantity", "Quantity", {"value": "5"}) == point("5", "5", ("", "", ""))
    assert indexed("quantity", "Quantity", {"unit": "mg"}) == []


def test_money_is_in_a_currency() -> None:
    euro = ("urn:iso:std:iso:4217", "EUR", "EUR")
    assert indexed("quantity", "Money", {"value": "5.00", "currency": "EUR"}) == point("5.00", "5.00", euro)
    assert indexed("quantity", "Money", {"value": "5"}) == point("5", "5", ("", "", ""))
    assert indexed("quantity", "Money", {"currency": "EUR"}) == []


@pytest.mark.parametrize(
    ("range_", "low", "high"),
    [
        ({"low": mg("1"), "high": mg("2")}, "1", "2"),
        ({"low": mg("1")}, "1", None),
        ({"high": mg("2")}, None, "2"),
        ({"low": {"unit": "mg"}, "high": mg("2")}, None, "2"),
    ],
)
def test_a_range_is_open_where_it_has_no_end(
    range_: dict[str, Any], low: str | None, high: str | None
) -> None:
    assert indexed("quantity", "Range", range_) == point(low, high)
    assert indexed("number", "Range", range_) == point(low, high)


def test_a_range_without_values_gives_nothing() -> None:
    assert indexed("quantity", "Range", {"low": {"unit": "mg"}}) == []


@pytest.mark.parametrize(
    ("data", "low", "high"),
    [
        ("10 -20 30", "-5", "20"),  # 5 + 0.5 * -20, 5 + 0.5 * 30
        ("10 E 30", "10", "20"),
        ("10 L 30", None, "20"),
        ("10 U", "10", None),
    ],
)
def test_samples_are_a_stretch_from_the_least_to_the_greatest(
    data: str, low: str | None, high: str | None
) -> None:
    sampled = {"origin": mg("5"), "factor": NumberText("0.5"), "data": data}
    assert indexed("quantity", "SampledData", sampled) == point(low, high)


@pytest.mark.parametrize("data", ["E L U", "", "see attachment", "1e99999999999999999999", "٣"])
def test_samples_that_are_no_numbers_give_nothing(data: str) -> None:
    assert indexed("quantity", "SampledData", {"origin": mg("5"), "data": data}) == []
    assert indexed("quantity", "SampledData", {"origin": {"unit": "mg"}, "data": "1"}) == []


@pytest.mark.parametrize("type_", ["decimal", "integer", "positiveInt", "unsignedInt"])
def test_a_number_is_a_point_without_a_unit(type_: str) -> None:
    assert indexed("number", type_, NumberText("3")) == point("3", "3", ("", "", ""))


@pytest.mark.parametrize(
    "text", ["1e-99999999999999999999", "-1e-9999999", "0e99999999999999999999", "0", "-0.0"]
)
def test_what_no_column_could_hold_is_zero(text: str) -> None:
    assert indexed("number", "decimal", NumberText(text)) == point("0", "0", ("", "", ""))


def test_an_observation_is_found_by_its_value_and_those_of_its_components() -> None:
    parts = [{"code": {"text": "a"}, "valueQuantity": {"value": 3}}, {"valueInteger": 4}]
    observation = an_observation(valueQuantity={"value": 60, "unit": "mg"}, component=parts)
    sixty, three = ("", "", "mg", Decimal(60), Decimal(60)), ("", "", "", Decimal(3), Decimal(3))
    assert by("value-quantity", observation) == [sixty]
    assert by("component-value-quantity", observation) == [three]
    assert by("combo-value-quantity", observation) == [sixty, three]


def test_the_onset_of_a_condition_is_an_age_or_a_range_of_ages() -> None:
    years = {"unit": "a", "system": UCUM, "code": "a"}
    condition = {"resourceType": "Condition", "onsetAge": {"value": 30, **years}}
    assert by("onset-age", condition) == [(UCUM, "a", "a", Decimal(30), Decimal(30))]
    since = {"resourceType": "Condition", "onsetRange": {"low": {"value": 30, **years}}}
    assert by("onset-age", since) == [(UCUM, "a", "a", Decimal(30), None)]
    assert by("onset-age", {"resourceType": "Condition", "onsetString": "young"}) == []
