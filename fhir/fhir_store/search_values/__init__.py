"""What a resource is found by: index values from the official search parameters, compiled to path walkers."""

from fhir_store.dates import date_bounds, period_bounds
from fhir_store.search_values.index import index_values
from fhir_store.search_values.parameters import NotIndexed, Parameter, not_indexed, search_parameters
from fhir_store.search_values.values import (
    CompositeValue,
    DateValue,
    IndexValue,
    QuantityValue,
    ReferenceValue,
    SimpleValue,
    StringValue,
    TokenValue,
    UriValue,
    param_id,
)

__all__ = [
    "CompositeValue",
    "DateValue",
    "IndexValue",
    "NotIndexed",
    "Parameter",
    "QuantityValue",
    "ReferenceValue",
    "SimpleValue",
    "StringValue",
    "TokenValue",
    "UriValue",
    "date_bounds",
    "index_values",
    "not_indexed",
    "param_id",
    "period_bounds",
    "search_parameters",
]
