"""Quantities as stretches of numbers in a unit. http://hl7.org/fhir/R4/search.html#quantity

``<`` and ``<=`` in front of a value leave the low end open, ``>`` and ``>=`` the high one.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from fhir_store.definitions import Element, SearchDefinition
from fhir_store.search_values.decimals import decimal_of
from fhir_store.search_values.values import QuantityValue

Json = Mapping[str, Any]
Indexing = Callable[[Any, ZoneInfo], Iterable[QuantityValue]]

CURRENCIES = "urn:iso:std:iso:4217"

# The definitions give the samples no form that a gate could hold them to: they are one text.
_SAMPLE = re.compile(r"-?\d{1,40}(?:\.\d{1,40})?", re.ASCII)


def indexing(definition: SearchDefinition, type_: str, element: Element | None) -> Indexing | None:
    """How values of a type are indexed."""
    make = BY_TYPE.get(type_)
    return make(definition.name) if make else None


def _quantity(parameter: str) -> Indexing:
    def index(quantity: Json, _: ZoneInfo) -> Iterable[QuantityValue]:
        if "value" not in quantity:
            return ()
        value, comparator = decimal_of(quantity["value"]), quantity.get("comparator", "")
        low = None if comparator.startswith("<") else value
        high = None if comparator.startswith(">") else value
        return (_in_unit_of(quantity, parameter, low, high),)

    return index


def _money(parameter: str) -> Indexing:
    def index(money: Json, _: ZoneInfo) -> Iterable[QuantityValue]:
        if "value" not in money:
            return ()
        value, currency = decimal_of(money["value"]), money.get("currency", "")
        return (QuantityValue(parameter, CURRENCIES if currency else "", currency, currency, value, value),)

    return index


def _range(parameter: str) -> Indexing:
    """In the unit of its low end, which is to be that of the high one too."""

    def index(range_: Json, _: ZoneInfo) -> Iterable[QuantityValue]:
        ends = [range_.get("low", {}), range_.get("high", {})]
        low, high = [decimal_of(end["value"]) if "value" in end else None for end in ends]
        if low is None and high is None:
            return ()
        return (_in_unit_of(ends[0] if low is not None else ends[1], parameter, low, high),)

    return index


def _sampled(parameter: str) -> Indexing:
    """From the least to the greatest sample; ``L`` and ``U`` lie beyond what the device can measure."""

    def index(sampled: Json, _: ZoneInfo) -> Iterable[QuantityValue]:
        samples = sampled.get("data", "").split()
        numbers = [decimal_of(sample) for sample in samples if _SAMPLE.fullmatch(sample)]
        origin = sampled["origin"]
        if not numbers or "value" not in origin:
            return ()
        zero, factor = decimal_of(origin["value"]), decimal_of(sampled.get("factor", "1"))
        low, high = zero + min(numbers) * factor, zero + max(numbers) * factor
        return (
            _in_unit_of(origin, parameter, None if "L" in samples else low, None if "U" in samples else high),
        )

    return index


def _in_unit_of(quantity: Json, parameter: str, low: Decimal | None, high: Decimal | None) -> QuantityValue:
    return QuantityValue(
        parameter, quantity.get("system", ""), quantity.get("code", ""), quantity.get("unit", ""), low, high
    )


BY_TYPE: Mapping[str, Callable[[str], Indexing]] = {
    "Age": _quantity,
    "Duration": _quantity,
    "Money": _money,
    "Quantity": _quantity,
    "Range": _range,
    "SampledData": _sampled,
}
