"""Rules of Timing.repeat."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from fhir_store.gate.invariants.registry import invariant

Json = Mapping[str, Any]
ON = "Timing.repeat"

WITHOUT_OFFSET = {"C", "CM", "CD", "CV"}
"""Meals themselves; an offset is from before or after one."""


@invariant("tim-1", ON, "duration needs durationUnit.")
def duration_has_unit(repeat: Json) -> bool:
    return "duration" not in repeat or "durationUnit" in repeat


@invariant("tim-2", ON, "period needs periodUnit.")
def period_has_unit(repeat: Json) -> bool:
    return "period" not in repeat or "periodUnit" in repeat


@invariant("tim-4", ON, "duration must not be negative.")
def duration_is_not_negative(repeat: Json) -> bool:
    return "duration" not in repeat or Decimal(repeat["duration"]) >= 0


@invariant("tim-5", ON, "period must not be negative.")
def period_is_not_negative(repeat: Json) -> bool:
    return "period" not in repeat or Decimal(repeat["period"]) >= 0


@invariant("tim-6", ON, "periodMax needs period.")
def period_max_has_period(repeat: Json) -> bool:
    return "periodMax" not in repeat or "period" in repeat


@invariant("tim-7", ON, "durationMax needs duration.")
def duration_max_has_duration(repeat: Json) -> bool:
    return "durationMax" not in repeat or "duration" in repeat


@invariant("tim-8", ON, "countMax needs count.")
def count_max_has_count(repeat: Json) -> bool:
    return "countMax" not in repeat or "count" in repeat


@invariant("tim-9", ON, "offset needs a when that is before or after something.")
def offset_has_when(repeat: Json) -> bool:
    when = repeat.get("when", [])
    return "offset" not in repeat or (bool(when) and WITHOUT_OFFSET.isdisjoint(when))


@invariant("tim-10", ON, "timeOfDay and when exclude each other.")
def one_way_to_tell_the_time(repeat: Json) -> bool:
    return "timeOfDay" not in repeat or "when" not in repeat
