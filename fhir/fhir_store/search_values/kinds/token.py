"""Tokens: a code and the system that it is from. http://hl7.org/fhir/R4/search.html#token

What is said of a code in words is found by ``:text``, an identifier with its type by ``:of-type``.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from fhir_store.definitions import Element, SearchDefinition, value_set
from fhir_store.search_values.values import StringValue, TokenValue

Json = Mapping[str, Any]
Value = TokenValue | StringValue
Indexing = Callable[[Any, ZoneInfo], Iterable[Value]]


def indexing(definition: SearchDefinition, type_: str, element: Element | None) -> Indexing | None:
    """How values of a type are indexed."""
    if type_ == "code":
        return _code(definition.name, _systems(element))
    make = BY_TYPE.get(type_)
    return make(definition.name) if make else None


def _systems(element: Element | None) -> Mapping[str, str]:
    """The system of each code that is bound to a value set."""
    systems = value_set(element.value_set) if element and element.value_set else None
    return {code: system for system, codes in (systems or {}).items() for code in codes}


def _code(parameter: str, systems: Mapping[str, str]) -> Indexing:
    return lambda code, _: (TokenValue(parameter, systems.get(code, ""), code),)


def _text(parameter: str) -> Indexing:
    return lambda text, _: (TokenValue(parameter, "", text),)


def _boolean(parameter: str) -> Indexing:
    return lambda value, _: (TokenValue(parameter, "", "true" if value else "false"),)


def _coding(parameter: str) -> Indexing:
    of_text = f"{parameter}:text"

    def index(coding: Json, _: ZoneInfo) -> Iterable[Value]:
        if "code" in coding:
            yield TokenValue(parameter, coding.get("system", ""), coding["code"])
        if "display" in coding:
            yield StringValue(of_text, coding["display"])

    return index


def _concept(parameter: str) -> Indexing:
    of_text, index_coding = f"{parameter}:text", _coding(parameter)

    def index(concept: Json, zone: ZoneInfo) -> Iterable[Value]:
        for coding in concept.get("coding", ()):
            yield from index_coding(coding, zone)
        if "text" in concept:
            yield StringValue(of_text, concept["text"])

    return index


def _identifier(parameter: str) -> Indexing:
    of_type, of_text = f"{parameter}:of-type", f"{parameter}:text"

    def index(identifier: Json, _: ZoneInfo) -> Iterable[Value]:
        value, type_ = identifier.get("value"), identifier.get("type", {})
        if value is not None:
            yield TokenValue(parameter, identifier.get("system", ""), value)
            for coding in type_.get("coding", ()):
                if "code" in coding:
                    yield TokenValue(of_type, f"{coding.get('system', '')}|{coding['code']}", value)
        if "text" in type_:
            yield StringValue(of_text, type_["text"])

    return index


def _contact(parameter: str) -> Indexing:
    def index(contact: Json, _: ZoneInfo) -> Iterable[TokenValue]:
        return (TokenValue(parameter, "", contact["value"]),) if "value" in contact else ()

    return index


BY_TYPE: Mapping[str, Callable[[str], Indexing]] = {
    "boolean": _boolean,
    "canonical": _text,
    "CodeableConcept": _concept,
    "Coding": _coding,
    "ContactPoint": _contact,
    "id": _text,
    "Identifier": _identifier,
    "string": _text,
    "uri": _text,
    "url": _text,
}
