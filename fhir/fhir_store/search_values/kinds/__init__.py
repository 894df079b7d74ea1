"""One module per kind of search parameter, named as FHIR names the kind: adding a kind is adding a module here.

Each has ``indexing(definition, type_, element)``: a function from a JSON value of that type to the index values of
the parameter, or None if a value of that type gives none. Composites are made of two of these (``composites.py``).
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from fhir_store.definitions import Element, SearchDefinition
from fhir_store.search_values.kinds import date, number, quantity, reference, special, string, token, uri
from fhir_store.search_values.values import SimpleValue

Indexing = Callable[[Any, ZoneInfo], Iterable[SimpleValue]]

KINDS: Mapping[str, Callable[[SearchDefinition, str, Element | None], Indexing | None]] = {
    "date": date.indexing,
    "number": number.indexing,
    "quantity": quantity.indexing,
    "reference": reference.indexing,
    "special": special.indexing,
    "string": string.indexing,
    "token": token.indexing,
    "uri": uri.indexing,
}
