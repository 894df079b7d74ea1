"""References to resources. http://hl7.org/fhir/R4/search.html#reference"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from fhir_store.definitions import Element, SearchDefinition
from fhir_store.gate.references import type_named_in
from fhir_store.search_values.kinds.uri import forms_of
from fhir_store.search_values.values import ReferenceValue, TokenValue

Json = Mapping[str, Any]
Indexing = Callable[[Any, ZoneInfo], Iterable[ReferenceValue | TokenValue]]

_HERE = re.compile(r"([A-Z][A-Za-z]+)/([A-Za-z0-9\-.]{1,64})(?:/_history/.+)?")


def indexing(definition: SearchDefinition, type_: str, element: Element | None) -> Indexing | None:
    """How values of a type are indexed."""
    match type_:
        case "Reference":
            return _reference(definition.name)
        case "canonical" | "uri":
            return _address(definition.name)
        case "Resource":
            return _resource(definition.name, definition.targets)
    return None


def _address(parameter: str) -> Indexing:
    return lambda address, _: [ReferenceValue(parameter, url=form) for form in forms_of(address)]


def _resource(parameter: str, targets: Iterable[str]) -> Indexing:
    """A resource in a Bundle, as if the Bundle referred to it."""

    def index(resource: Json, _: ZoneInfo) -> Iterable[ReferenceValue]:
        type_, id_ = resource["resourceType"], resource.get("id", "")
        return (ReferenceValue(parameter, type_, id_),) if id_ and type_ in targets else ()

    return index


def _reference(parameter: str) -> Indexing:
    """The target, whichever version of it is referred to; a logical reference by its identifier."""
    of_identifier = f"{parameter}:identifier"

    def index(reference: Json, _: ZoneInfo) -> Iterable[ReferenceValue | TokenValue]:
        literal = reference.get("reference", "")
        # A resource here and no identifier is the usual case.
        if (here := _HERE.fullmatch(literal)) and "identifier" not in reference:
            return (ReferenceValue(parameter, here[1], here[2]),)
        return [*_literals(parameter, reference, literal), *_identifiers(of_identifier, reference)]

    return index


def _literals(parameter: str, reference: Json, literal: str) -> Iterable[ReferenceValue]:
    if here := _HERE.fullmatch(literal):
        yield ReferenceValue(parameter, here[1], here[2])
    # A contained resource is found with the one that contains it, not by reference.
    elif literal and not literal.startswith("#"):
        type_ = type_named_in(literal) or reference.get("type", "")
        yield ReferenceValue(parameter, type_, url=literal.partition("/_history/")[0])


def _identifiers(parameter: str, reference: Json) -> Iterable[TokenValue]:
    identifier = reference.get("identifier", {})
    if "value" in identifier:
        yield TokenValue(parameter, identifier.get("system", ""), identifier["value"])
