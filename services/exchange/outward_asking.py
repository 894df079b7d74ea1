"""What a system outside may ask: ``clinical.disclosure.asking`` for each parameter of a search, wherever it stands in one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import psycopg

from clinical.disclosure.asking import (
    CODES,
    IDENTIFIER,
    MODIFIERS,
    askable,
    may_be_followed,
    may_come_along,
    refusal_of,
    sortable,
)
from clinical.disclosure.house import mentions
from fhir_store.definitions import served_types
from fhir_store.errors import BadSearchValue, UnsupportedModifier, UnsupportedParameter
from fhir_store.json_text import parse
from fhir_store.search.context import Context
from fhir_store.search.page import matching
from fhir_store.search.parameters import parameters
from fhir_store.search.resource import WAYS
from fhir_store.search.telling import Types
from fhir_store.search.written import alternatives, parts
from fhir_store.search_values import param_id, search_parameters
from fhir_store.sql import EVERYTHING, NOTHING, Sql
from services.shared.house import KnownHouse


@dataclass(frozen=True)
class AskedOutside:
    """The questions of a system outside (``fhir_store.search.telling``). What is refused is refused by the question alone."""

    cursor: psycopg.Cursor[Any]
    house: KnownHouse

    def criterion(
        self,
        types: Types,
        name: str,
        modifier: str,
        value: str,
        way: Callable[[str], Sql],
        context: Context,
    ) -> Sql:
        """What a parameter asks of ``c``, if it may be asked; of an identifier, only as far as it is told."""
        _refuse(types, name, askable)
        if modifier not in MODIFIERS:
            raise UnsupportedModifier(_label(types), sorted(filter(None, MODIFIERS)))
        kind = WAYS[name][0] if name in WAYS else parameters(types)[name].kind
        refusal = refusal_of(kind, name, modifier, value)
        if refusal is not None:
            raise BadSearchValue(refusal)
        if name == IDENTIFIER:
            return self._identified(types, modifier, value, way, context)
        return self._named(modifier, value, way) if name in CODES else way(value)

    def link(self, types: Types, name: str, targets: Sequence[str]) -> None:
        """Chains go through whose record something is, and no other way."""
        if not may_be_followed(name, targets):
            raise UnsupportedParameter(_label(types), ["patient", "subject:Patient"])

    def comes_along(self, type_: str, name: str) -> bool:
        """All but what is named by an element that every document has anew."""
        return may_come_along(type_, name)

    def order(self, types: Types, name: str) -> None:
        """By what may be asked, but for who it is."""
        _refuse(types, name, sortable)

    def _named(self, modifier: str, value: str, way: Callable[[str], Sql]) -> Sql:
        """A code that names a prison is taken out wherever it stands, so nothing has it."""
        names = mentions(self.house.now(self.cursor).names)
        if names is None or not names.search(value):
            return way(value)
        others = [one for one in alternatives(value) if not names.search(one)]
        if others:
            return way(",".join(others))
        return EVERYTHING if modifier == "not" else NOTHING

    def _identified(
        self, types: Types, modifier: str, value: str, way: Callable[[str], Sql], context: Context
    ) -> Sql:
        if modifier:
            raise UnsupportedModifier(_label(types), [])
        asked = {tuple(parts(one)) for one in alternatives(value)}
        found = matching(self.cursor, types, way(value), context)
        keys = [key for key, told in found if asked & _identifiers(parse(told.text).value)]
        return Sql("c.key = ANY(%s)", (keys,))


@cache
def not_coming_along() -> tuple[int, ...]:
    """The numbers of the reference parameters that lead nowhere."""
    return tuple(
        param_id(type_, name)
        for type_ in served_types()
        for name, one in search_parameters(type_).items()
        if one.kind == "reference" and not may_come_along(type_, name)
    )


def _refuse(types: Types, name: str, allowed: Callable[[str], frozenset[str]]) -> None:
    common = frozenset.intersection(*map(allowed, types))
    if name not in common:
        raise UnsupportedParameter(_label(types), sorted(common))


def _label(types: Types) -> str:
    return f"{types[0]} here" if len(types) == 1 else "these types together here"


def _identifiers(resource: Mapping[str, Any]) -> set[tuple[str, ...]]:
    listed = resource.get(IDENTIFIER, [])
    each = listed if isinstance(listed, list) else [listed]
    return {(one.get("system", ""), one.get("value", "")) for one in each}
