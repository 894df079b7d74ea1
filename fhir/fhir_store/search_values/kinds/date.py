"""Dates, periods and timings as stretches of time. http://hl7.org/fhir/R4/search.html#date"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from fhir_store.dates import date_bounds, period_bounds
from fhir_store.definitions import Element, SearchDefinition
from fhir_store.search_values.values import DateValue

Json = Mapping[str, Any]
Bounds = tuple[datetime | None, datetime | None]
Indexing = Callable[[Any, ZoneInfo], Iterable[DateValue]]


def indexing(definition: SearchDefinition, type_: str, element: Element | None) -> Indexing | None:
    """How values of a type are indexed."""
    parameter, bounds_of = definition.name, BY_TYPE.get(type_)
    if bounds_of is None:
        return None

    def index(value: Any, zone: ZoneInfo) -> Iterable[DateValue]:
        bounds = bounds_of(value, zone)
        return (DateValue(parameter, *bounds),) if bounds else ()

    return index


def _period(period: Json, zone: ZoneInfo) -> Bounds | None:
    """A period that says neither end says nothing."""
    return period_bounds(period, zone) if "start" in period or "end" in period else None


def _timing(timing: Json, zone: ZoneInfo) -> Bounds | None:
    """The outer limits only: of all events and of the bounds of the repetition."""
    stretches: list[Bounds] = [
        date_bounds(event, zone) for event in timing.get("event", ()) if event is not None
    ]
    if bounds := _period(timing.get("repeat", {}).get("boundsPeriod", {}), zone):
        stretches.append(bounds)
    if not stretches:
        return None
    lows, highs = [low for low, _ in stretches if low], [high for _, high in stretches if high]
    return (
        min(lows) if len(lows) == len(stretches) else None,
        max(highs) if len(highs) == len(stretches) else None,
    )


BY_TYPE: Mapping[str, Callable[[Any, ZoneInfo], Bounds | None]] = {
    "date": date_bounds,
    "dateTime": date_bounds,
    "instant": date_bounds,
    "Period": _period,
    "Timing": _timing,
}
