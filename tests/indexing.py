"""What a resource is found by, as tests compare it."""

import json
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from fhir_store.json_text import parse
from fhir_store.search_values import IndexValue, index_values

ZONE = ZoneInfo("Europe/Podgorica")  # UTC+1, in summer UTC+2


def found(resource: Mapping[str, Any]) -> list[IndexValue]:
    return index_values(parse(json.dumps(resource)).value, ZONE)


def by(name: str, resource: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The values of one parameter, without its name."""
    return [tuple(value)[1:] for value in found(resource) if value.param == name]
