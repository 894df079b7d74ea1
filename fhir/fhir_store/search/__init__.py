"""Search: parameters in, one SQL statement out, a page of resources back.

A parameter that is not supported is refused, never ignored, unless the client asks for leniency. Each kind of
parameter (token, string, date ...) is one file here, named as FHIR names the kind.
"""

from fhir_store.search.context import Context
from fhir_store.search.limit import condition_on
from fhir_store.search.page import Match, Page, matching_keys, search
from fhir_store.search.position import Position
from fhir_store.search.query import Query, parse_query
from fhir_store.search.supported import Supported, SupportedParameter, supported

__all__ = [
    "Context",
    "Match",
    "Page",
    "Position",
    "Query",
    "Supported",
    "SupportedParameter",
    "condition_on",
    "matching_keys",
    "parse_query",
    "search",
    "supported",
]
