"""One module per kind of search parameter, named as FHIR names the kind: adding a kind is adding a module here.

Each has ``indexing(parameter, type_, element)``: a function from a JSON value of that type to the index values of
the parameter, or None if a value of that type gives none.
"""

from collections.abc import Callable, Iterable, Mapping
from types import ModuleType
from typing import Any
from zoneinfo import ZoneInfo

from fhir_store.search_values.kinds import date, reference, token
from fhir_store.search_values.kinds.date import DateValue
from fhir_store.search_values.kinds.reference import ReferenceValue
from fhir_store.search_values.kinds.token import TokenValue

__all__ = ["KINDS", "DateValue", "IndexValue", "Indexing", "ReferenceValue", "TokenValue"]

IndexValue = TokenValue | ReferenceValue | DateValue
Indexing = Callable[[Any, ZoneInfo], Iterable[IndexValue]]

KINDS: Mapping[str, ModuleType] = {"date": date, "reference": reference, "token": token}
