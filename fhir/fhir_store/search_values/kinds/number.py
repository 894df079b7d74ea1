"""Numbers as points, and ranges of them. http://hl7.org/fhir/R4/search.html#number"""

from collections.abc import Callable, Iterable
from typing import Any
from zoneinfo import ZoneInfo

from fhir_store.definitions import Element, SearchDefinition
from fhir_store.search_values.decimals import decimal_of
from fhir_store.search_values.kinds import quantity
from fhir_store.search_values.values import QuantityValue

Indexing = Callable[[Any, ZoneInfo], Iterable[QuantityValue]]

NUMBERS = {"decimal", "integer", "positiveInt", "unsignedInt"}


def indexing(definition: SearchDefinition, type_: str, element: Element | None) -> Indexing | None:
    """How values of a type are indexed."""
    if type_ == "Range":
        return quantity.indexing(definition, type_, element)
    return _point(definition.name) if type_ in NUMBERS else None


def _point(parameter: str) -> Indexing:
    def index(number: str, _: ZoneInfo) -> Iterable[QuantityValue]:
        value = decimal_of(number)
        return (QuantityValue(parameter, "", "", "", value, value),)

    return index
