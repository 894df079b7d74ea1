"""URIs as they were written. http://hl7.org/fhir/R4/search.html#uri"""

from collections.abc import Callable, Iterable
from typing import Any
from zoneinfo import ZoneInfo

from fhir_store.definitions import Element, SearchDefinition
from fhir_store.search_values.values import UriValue

Indexing = Callable[[Any, ZoneInfo], Iterable[UriValue]]

URIS = {"oid", "uri", "url", "uuid"}


def indexing(definition: SearchDefinition, type_: str, element: Element | None) -> Indexing | None:
    """How values of a type are indexed."""
    parameter = definition.name
    if type_ == "canonical":
        return lambda canonical, _: [UriValue(parameter, form) for form in forms_of(canonical)]
    return (lambda uri, _: (UriValue(parameter, uri),)) if type_ in URIS else None


def forms_of(canonical: str) -> tuple[str, ...]:
    """What a canonical address is found by: as it is, and without ``|version``."""
    address, bar, _ = canonical.partition("|")
    return (canonical, address) if bar else (canonical,)
