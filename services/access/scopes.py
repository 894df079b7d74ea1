"""SMART v2 scopes of a system client: ``system/Observation.rs``, ``system/Observation.rs?category=laboratory``.

Letters: c create, r read, u update, d delete, s search (SMART App Launch 2.2, "Scopes for requesting FHIR
resources"). A condition is a FHIR search: the scope reaches only what it finds, and here it goes with reading and searching
only. ``system/steward`` is ours: it lets a client overwrite what another one first wrote.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode
from zoneinfo import ZoneInfo

from fhir_store.errors import StoreError
from fhir_store.gate import served
from fhir_store.keyring import throwaway_keyring
from fhir_store.search import Context, condition_on

STEWARD = "system/steward"
ANY = "*"
UTC = ZoneInfo("UTC")
LETTERS = "cruds"
READING = frozenset("rs")
SCOPE = re.compile(
    r"system/(?P<type>\*|[A-Z][A-Za-z]+)\.(?P<letters>c?r?u?d?s?)(?:\?(?P<condition>[^\s?]+))?"
)

Condition = tuple[tuple[str, str], ...]
"""Search parameters and their values, all of which must hold. Empty: no condition."""


class ScopeNotUnderstood(ValueError):
    """A scope is not written as SMART v2 writes it."""


@dataclass(frozen=True)
class Scope:
    """One scope: letters on a type, ``*`` standing for every type, within a condition."""

    type: str
    letters: frozenset[str]
    condition: Condition = ()

    def meet(self, other: "Scope") -> "Scope | None":
        """What both of them reach; None if that is nothing."""
        letters = self.letters & other.letters
        if not letters or (ANY not in (self.type, other.type) and self.type != other.type):
            return None
        type_ = other.type if self.type == ANY else self.type
        return Scope(type_, letters, tuple(dict.fromkeys(self.condition + other.condition)))

    def __str__(self) -> str:
        letters = "".join(letter for letter in LETTERS if letter in self.letters)
        condition = f"?{urlencode(self.condition)}" if self.condition else ""
        return f"system/{self.type}.{letters}{condition}"


@dataclass(frozen=True)
class Scopes:
    """What a client may do."""

    scopes: tuple[Scope, ...] = ()
    steward: bool = False

    def allow(self, letter: str, type_: str) -> bool:
        """Whether the interaction (one of c r u d s) on every resource of the type is granted."""
        return any(not scope.condition for scope in self._of(letter, type_))

    def conditions(self, letter: str, type_: str) -> tuple[Condition, ...]:
        """Of a type that is granted in part: the conditions, of which a resource has to satisfy one."""
        if self.allow(letter, type_):
            return ()
        return tuple(scope.condition for scope in self._of(letter, type_))

    def meet(self, asked: "Scopes") -> "Scopes":
        """What is asked for, as far as it is granted."""
        met = (granted.meet(wanted) for wanted in asked.scopes for granted in self.scopes)
        return Scopes(tuple(dict.fromkeys(scope for scope in met if scope)), self.steward and asked.steward)

    def __str__(self) -> str:
        return " ".join([*map(str, self.scopes), *([STEWARD] if self.steward else [])])

    def _of(self, letter: str, type_: str) -> Iterable[Scope]:
        return (one for one in self.scopes if letter in one.letters and one.type in (ANY, type_))


@lru_cache(maxsize=256)
def parse_scopes(written: str) -> Scopes:
    """Read a space-separated list of scopes. Raises ScopeNotUnderstood."""
    words = written.split()
    scopes = tuple(_scope(word) for word in words if word != STEWARD)
    if not scopes:
        raise ScopeNotUnderstood("Name at least one scope, for example: system/*.cruds")
    return Scopes(scopes, steward=STEWARD in words)


def understood(written: str) -> Scopes:
    """Those of the scopes that mean something here; a client may ask for others of which it is told by what it gets."""
    words = written.split()
    return Scopes(tuple(scope for word in words if (scope := _if_understood(word))), steward=STEWARD in words)


def _if_understood(word: str) -> Scope | None:
    try:
        return _scope(word)
    except ScopeNotUnderstood:
        return None


def _scope(word: str) -> Scope:
    found = SCOPE.fullmatch(word)
    if found is None or not found["letters"]:
        raise ScopeNotUnderstood("Write scopes as system/TYPE.cruds, for example: system/*.cruds")
    letters = frozenset(found["letters"])
    if found["condition"] is None:
        return Scope(found["type"], letters)
    if not letters <= READING:
        raise ScopeNotUnderstood(
            "A scope with a condition takes the letters r and s only, for example: system/Observation.rs?category=laboratory"
        )
    return Scope(found["type"], letters, _condition(found["type"], found["condition"]))


def _condition(type_: str, written: str) -> Condition:
    """The condition, which has to be a search of that type. Raises ScopeNotUnderstood."""
    if not served(type_):
        raise ScopeNotUnderstood(
            "A condition needs a type that is held here, for example: system/Observation.rs?category=laboratory"
        )
    try:
        condition = tuple(parse_qsl(written, keep_blank_values=True, strict_parsing=True, errors="strict"))
        condition_on(type_, condition, Context(UTC, throwaway_keyring()))
    except (ValueError, StoreError):
        raise ScopeNotUnderstood(
            "The condition of a scope has to be a search that this server knows; GET /fhir/metadata lists the parameters."
        ) from None
    return condition
