"""Texts, and the parts of names and addresses, as they were written. http://hl7.org/fhir/R4/search.html#string"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from fhir_store.definitions import Element, SearchDefinition
from fhir_store.phonetic import PHONETIC, phonetic_key
from fhir_store.search_values.values import StringValue

Json = Mapping[str, Any]
Indexing = Callable[[Any, ZoneInfo], Iterable[StringValue]]

TEXTS = {"markdown", "string"}
PARTS = {
    "HumanName": ("family", "given", "prefix", "suffix", "text"),
    "Address": ("line", "city", "district", "state", "postalCode", "country", "text"),
}


def indexing(definition: SearchDefinition, type_: str, element: Element | None) -> Indexing | None:
    """How values of a type are indexed."""
    parameter = definition.name
    if type_ in TEXTS:
        return lambda text, _: (StringValue(parameter, text),)
    if parameter == PHONETIC and type_ == "HumanName":
        return lambda name, _: [StringValue(parameter, key) for key in _keys(name)]
    return _parts(parameter, PARTS[type_]) if type_ in PARTS else None


def _parts(parameter: str, names: Iterable[str]) -> Indexing:
    return lambda value, _: [StringValue(parameter, text) for text in _texts(value, names)]


def _texts(value: Json, names: Iterable[str]) -> Iterable[str]:
    for name in names:
        match value.get(name):
            case str(text):
                yield text
            case list(texts):
                yield from (text for text in texts if text is not None)


def _keys(name: Json) -> Iterable[str]:
    """Of each part of a name, and of each word of it."""
    for text in _texts(name, PARTS["HumanName"]):
        if key := phonetic_key(text):
            yield key
            yield from key.split()
