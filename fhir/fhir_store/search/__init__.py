"""Search: parameters in, one SQL statement out, a page of resources back.

A parameter that is not supported is refused, never ignored, unless the client asks for leniency. Each kind
of parameter (token, reference, date) is one file here, found by its name.
"""

from fhir_store.search.page import Page, search
from fhir_store.search.query import Query, parse_query

__all__ = ["Page", "Query", "parse_query", "search"]
