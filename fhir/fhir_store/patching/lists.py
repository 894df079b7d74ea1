"""Lists of FHIR's JSON: of primitive values there is a second list for what stands beside them.

``"given": ["Ana", null], "_given": [null, {"extension": ...}]``: an item is at one position in both, null where it
has nothing, and a list of nothing but nulls is left out. http://hl7.org/fhir/R4/json.html#primitive
"""

from collections.abc import Iterator, Mapping
from typing import Any


def length(owner: Mapping[str, Any], name: str) -> int:
    """How many items the list of that name has."""
    return max((len(items) for _, items in _both(owner, name)), default=0)


def insert(owner: dict[str, Any], name: str, at: int, value: Any, beside: Any) -> None:
    """Put an item in. ``beside`` is None where there is nothing."""
    count = length(owner, name)
    for key, item in ((name, value), (f"_{name}", beside)):
        if item is not None or key in owner:
            items = owner.setdefault(key, [])
            items += [None] * (count - len(items))
            items.insert(at, item)


def take(owner: dict[str, Any], name: str, at: int) -> tuple[Any, Any]:
    """Take an item out: the value and what stands beside it."""
    taken = {}
    for key, items in list(_both(owner, name)):
        taken[key] = items.pop(at) if at < len(items) else None
        if all(item is None for item in items):
            del owner[key]
    return taken.get(name), taken.get(f"_{name}")


def _both(owner: Mapping[str, Any], name: str) -> Iterator[tuple[str, list[Any]]]:
    return ((key, owner[key]) for key in (name, f"_{name}") if isinstance(owner.get(key), list))
