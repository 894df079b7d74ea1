"""Lists of FHIR's JSON: of primitive values there is a second list for what stands beside them.

``"given": ["Ana", null], "_given": [null, {"extension": ...}]``: an item is at one position in both, null where it
has nothing, and a list of nothing but nulls is left out. http://hl7.org/fhir/R4/json.html#primitive
"""

from collections.abc import Iterator, Mapping
from typing import Any

from fhir_store.patching.operations import Undoable


def length(owner: Mapping[str, Any], name: str) -> int:
    """How many items the list of that name has."""
    return max((len(items) for _, items in _both(owner, name)), default=0)


def insert(owner: dict[str, Any], name: str, at: int, value: Any, beside: Any) -> None:
    """Put an item in. ``beside`` is None where there is nothing."""
    count = length(owner, name)
    for key, item in ((name, value), (f"_{name}", beside)):
        if item is not None or key in owner:
            padded(owner, key, count).insert(at, item)


def take(owner: dict[str, Any], name: str, at: int) -> tuple[Any, Any]:
    """Take an item out: the value and what stands beside it. Lists that are empty then stay: see drop_empty."""
    taken = {key: items.pop(at) for key, items in _both(owner, name) if at < len(items)}
    return taken.get(name), taken.get(f"_{name}")


def drop_empty(owner: dict[str, Any], name: str) -> None:
    """Leave out a list in which nothing is left."""
    for key, items in list(_both(owner, name)):
        if all(item is None for item in items):
            del owner[key]


def padded(owner: dict[str, Any], key: str, count: int) -> list[Any]:
    """The list of that key, made if need be, with nulls up to ``count``. Raises Undoable if it is none."""
    items = owner.setdefault(key, [])
    if not isinstance(items, list):
        raise Undoable("The element has another form than its definition says.")
    items += [None] * (count - len(items))
    return items


def _both(owner: Mapping[str, Any], name: str) -> Iterator[tuple[str, list[Any]]]:
    return ((key, owner[key]) for key in (name, f"_{name}") if isinstance(owner.get(key), list))
