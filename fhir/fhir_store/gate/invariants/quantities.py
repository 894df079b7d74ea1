"""Rules of Quantity and the types made from it."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from fhir_store.gate.invariants.registry import invariant
from fhir_store.gate.units import UCUM

Json = Mapping[str, Any]


@invariant("qty-3", "Quantity", "a code for the unit needs the system that it is from.")
def code_has_system(quantity: Json) -> bool:
    return "code" not in quantity or "system" in quantity


@invariant("age-1", "Age", "an age above zero has a UCUM unit of time as its code.")
def age_in_time_units(age: Json) -> bool:
    return _measured_in_ucum(age) and ("value" not in age or Decimal(age["value"]) > 0)


@invariant("cnt-3", "Count", "a count is a whole number with the code 1.")
def count_is_whole(count: Json) -> bool:
    return _measured_in_ucum(count) and count.get("code", "1") == "1" and "." not in count.get("value", "")


@invariant("dis-1", "Distance", "a distance has a UCUM unit of length as its code.")
def distance_in_length_units(distance: Json) -> bool:
    return _measured_in_ucum(distance)


@invariant("drt-1", "Duration", "a duration with a code has a value and the system UCUM.")
def duration_in_time_units(duration: Json) -> bool:
    return "code" not in duration or (duration.get("system") == UCUM and "value" in duration)


@invariant("rng-2", "Range", "low must not be above high.")
def range_in_order(range_: Json) -> bool:
    low, high = range_.get("low", {}), range_.get("high", {})
    comparable = "value" in low and "value" in high and _unit(low) == _unit(high)
    return not comparable or Decimal(low["value"]) <= Decimal(high["value"])


@invariant("rat-1", "Ratio", "numerator and denominator are both there, or both absent with an extension.")
def ratio_is_whole(ratio: Json) -> bool:
    both = "numerator" in ratio and "denominator" in ratio
    neither = "numerator" not in ratio and "denominator" not in ratio
    return both or (neither and "extension" in ratio)


def _measured_in_ucum(quantity: Json) -> bool:
    return ("code" in quantity or "value" not in quantity) and quantity.get("system", UCUM) == UCUM


def _unit(quantity: Json) -> tuple[str | None, str | None]:
    return quantity.get("system"), quantity.get("code", quantity.get("unit"))
