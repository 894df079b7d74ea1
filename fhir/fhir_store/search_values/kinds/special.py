"""The one special parameter with values: ``Location.near``, a place on the globe.

A place is one row: the latitude is its ``low``, the longitude its ``high``.
http://hl7.org/fhir/R4/location.html#search
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from fhir_store.definitions import Element, SearchDefinition
from fhir_store.search_values.decimals import decimal_of
from fhir_store.search_values.values import QuantityValue

Indexing = Callable[[Any, ZoneInfo], Iterable[QuantityValue]]


def indexing(definition: SearchDefinition, type_: str, element: Element | None) -> Indexing | None:
    """How values of a type are indexed."""
    return _place(definition.name) if element and element.name == "position" else None


def _place(parameter: str) -> Indexing:
    def index(position: Mapping[str, Any], _: ZoneInfo) -> Iterable[QuantityValue]:
        latitude, longitude = position.get("latitude"), position.get("longitude")
        # A required element may have an extension in place of its value.
        if latitude is not None and longitude is not None:
            yield QuantityValue(parameter, "", "", "", decimal_of(latitude), decimal_of(longitude))

    return index
