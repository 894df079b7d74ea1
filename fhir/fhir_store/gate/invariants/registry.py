"""Where the rules are found by type, path and key."""

from collections.abc import Callable, Iterable
from typing import Any

from fhir_store.definitions import type_named
from fhir_store.gate.objects import Invariant

_REGISTERED: dict[tuple[str, str], Invariant] = {}

# Kept by other means: the local reference by the resource rule, the rest by cardinality and the narrative rule.
KEPT_ELSEWHERE = {"ref-1", "sqty-1", "txt-1"}

Holds = Callable[[Any], bool]


def invariant(key: str, on: str, message: str) -> Callable[[Holds], Holds]:
    """Register a rule for a type or an element (``Timing.repeat``); it holds for derived types too."""

    def register(holds: Holds) -> Holds:
        _REGISTERED[on, key] = Invariant(key, message, holds)
        return holds

    return register


def invariants_for(type_: str, path: str, keys: Iterable[str]) -> list[Invariant]:
    """The rules that can be checked among the official ones of an element."""
    found = (_registered(type_, path, key) for key in keys)
    return [one for one in found if one]


def is_checked(type_: str, path: str, key: str) -> bool:
    """Whether an official rule is checked at all."""
    return key in KEPT_ELSEWHERE or _registered(type_, path, key) is not None


def registered() -> Iterable[tuple[str, str]]:
    """The element and key of every rule there is a function for."""
    return _REGISTERED.keys()


def _registered(type_: str | None, path: str, key: str) -> Invariant | None:
    while type_ is not None:
        if found := _REGISTERED.get((f"{type_}.{path}" if path else type_, key)):
            return found
        type_ = type_named(type_).base
    return None
