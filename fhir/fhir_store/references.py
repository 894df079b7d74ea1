"""The literal references in a resource, wherever they stand."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any


def references(value: Any) -> Iterator[str]:
    """Every literal reference in a resource, at any depth."""
    if isinstance(value, Mapping):
        if isinstance(value.get("reference"), str):
            yield value["reference"]
        yield from _references_of(value.values())
    elif isinstance(value, list):
        yield from _references_of(value)


def _references_of(values: Iterable[Any]) -> Iterator[str]:
    for value in values:
        if isinstance(value, (Mapping, list)):
            yield from references(value)
