"""SMART v2 scopes of a system client: ``system/Observation.rs``, ``system/*.cruds``.

Letters: c create, r read, u update, d delete, s search (SMART App Launch 2.2, "Scopes for requesting FHIR
resources"). ``system/steward`` is ours: it lets a client overwrite what another one first wrote.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

STEWARD = "system/steward"
SCOPE = re.compile(r"system/(?P<type>\*|[A-Z][A-Za-z]+)\.(?P<letters>c?r?u?d?s?)")


class ScopeNotUnderstood(ValueError):
    """A scope is not written as SMART v2 writes it."""


@dataclass(frozen=True)
class Scopes:
    """What a client may do: letters by resource type, ``*`` standing for every type."""

    letters: dict[str, frozenset[str]]
    steward: bool = False

    def allow(self, letter: str, type_: str) -> bool:
        """Whether the interaction (one of c r u d s) on the type is granted."""
        return letter in self.letters.get("*", frozenset()) or letter in self.letters.get(type_, frozenset())


@lru_cache(maxsize=256)
def parse_scopes(written: str) -> Scopes:
    """Read a space-separated list of scopes. Raises ScopeNotUnderstood."""
    words = written.split()
    letters: dict[str, frozenset[str]] = {}
    for word in words:
        if word == STEWARD:
            continue
        found = SCOPE.fullmatch(word)
        if found is None or not found["letters"]:
            raise ScopeNotUnderstood("Write scopes as system/TYPE.cruds, for example: system/*.cruds")
        letters[found["type"]] = letters.get(found["type"], frozenset()) | frozenset(found["letters"])
    if not letters:
        raise ScopeNotUnderstood("Name at least one scope, for example: system/*.cruds")
    return Scopes(letters, steward=STEWARD in words)
