"""Which values of a list belong to a slice: those that have the values which the slice names at its discriminators."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from fhir_store.gate.profiles.branches import Branch, CannotEnforce
from fhir_store.gate.profiles.values import equals

Belongs = Callable[[Any], bool]

BY_VALUE = {"value", "pattern"}
ITSELF = "$this"
_PATH = re.compile(r"\w+(?:\.\w+)*", re.ASCII)


def belonging(sliced: Branch, one: Branch) -> Belongs:
    """Whether a value belongs to a slice of the element that ``sliced`` cuts. Raises CannotEnforce."""
    slicing = sliced.says.get("slicing", {})
    if not slicing.get("discriminator") or slicing.get("ordered") or slicing["rules"] == "openAtEnd":
        raise CannotEnforce(f"{one.id}: slices are told apart by discriminators, in any order.")
    marks = [_mark(one, discriminator) for discriminator in slicing["discriminator"]]
    return lambda value: all(mark(value) for mark in marks)


def is_closed(sliced: Branch) -> bool:
    """Whether every value must belong to a slice."""
    return bool(sliced.says.get("slicing", {}).get("rules") == "closed")


def _mark(one: Branch, discriminator: dict[str, str]) -> Belongs:
    path = discriminator["path"]
    names = [] if path == ITSELF else path.split(".")
    if discriminator["type"] not in BY_VALUE or not (path == ITSELF or _PATH.fullmatch(path)):
        raise CannotEnforce(f"{one.id}: its discriminator is not a value at a plain path.")
    wanted = _at(one, names).value
    if wanted is None:
        raise CannotEnforce(f"{one.id}: it names no value at its discriminator.")
    return lambda value: any(equals(*wanted, found) for found in _values(value, names))


def _at(branch: Branch, names: list[str]) -> Branch:
    for name in names:
        branch = branch.under.get(name, Branch(f"{branch.id}.{name}"))
    return branch


def _values(value: Any, names: list[str]) -> Iterator[Any]:
    if type(value) is list:
        for item in value:
            yield from _values(item, names)
    elif not names:
        yield value
    elif type(value) is dict and names[0] in value:
        yield from _values(value[names[0]], names[1:])
