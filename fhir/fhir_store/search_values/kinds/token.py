"""Tokens: a code and the system that it is from. http://hl7.org/fhir/R4/search.html#token"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from fhir_store.definitions import Element, value_set


class TokenValue(NamedTuple):
    """``system`` is empty where there is none."""

    param: str
    system: str
    code: str


Json = Mapping[str, Any]
Indexing = Callable[[Any, ZoneInfo], Iterable[TokenValue]]


def indexing(parameter: str, type_: str, element: Element | None) -> Indexing | None:
    """How values of a type are indexed."""
    if type_ == "code":
        return _code(parameter, _systems(element))
    make = BY_TYPE.get(type_)
    return make(parameter) if make else None


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
    def index(coding: Json, _: ZoneInfo) -> Iterable[TokenValue]:
        return (TokenValue(parameter, coding.get("system", ""), coding["code"]),) if "code" in coding else ()

    return index


def _concept(parameter: str) -> Indexing:
    def index(concept: Json, _: ZoneInfo) -> Iterable[TokenValue]:
        return [
            TokenValue(parameter, coding.get("system", ""), coding["code"])
            for coding in concept.get("coding", ())
            if "code" in coding
        ]

    return index


def _identifier(parameter: str) -> Indexing:
    def index(identifier: Json, _: ZoneInfo) -> Iterable[TokenValue]:
        if "value" not in identifier:
            return ()
        return (TokenValue(parameter, identifier.get("system", ""), identifier["value"]),)

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
