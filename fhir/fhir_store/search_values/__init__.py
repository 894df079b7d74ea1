"""What a resource is found by: index values from the official search parameters, compiled to path walkers."""

from fhir_store.dates import date_bounds, period_bounds
from fhir_store.search_values.index import index_values
from fhir_store.search_values.kinds import DateValue, IndexValue, ReferenceValue, TokenValue
from fhir_store.search_values.parameters import NotIndexed, Parameter, not_indexed, search_parameters

__all__ = [
    "DateValue",
    "IndexValue",
    "NotIndexed",
    "Parameter",
    "ReferenceValue",
    "TokenValue",
    "date_bounds",
    "index_values",
    "not_indexed",
    "period_bounds",
    "search_parameters",
]
