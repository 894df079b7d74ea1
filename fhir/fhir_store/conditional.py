"""Conditions that are searches: which resource is meant by ``Patient?identifier=system|value``.

A condition is asked under the locks of ``locks``, so between the question and the write nobody else writes what it
asked for. http://hl7.org/fhir/R4/http.html#ccreate
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import psycopg

from fhir_store import locks
from fhir_store.errors import BadSearchValue, SeveralMatches
from fhir_store.search import Context, matching_keys, parse_query
from fhir_store.search.controls import CONTROLS, INCLUDES
from fhir_store.search.written import alternatives, parts


@dataclass(frozen=True, order=True)
class Condition:
    """A search that is to find at most one resource: the type and the parameters, decoded.

    Without parameters that choose it would mean any resource, so that raises BadSearchValue.
    """

    type: str
    parameters: tuple[tuple[str, str], ...]

    def __post_init__(self) -> None:
        if not self.parameters:
            raise BadSearchValue("A condition needs at least one search parameter.")
        if any(_only_says_how(name) for name, _ in self.parameters):
            raise BadSearchValue("A condition takes only parameters that choose resources.")

    def locks(self) -> set[int]:
        """The exclusive locks under which it is to be asked."""
        identifiers = [value for name, value in self.parameters if name == "identifier"]
        named = {
            locks.identifier_lock(self.type, parts(one)[-1])
            for value in identifiers
            for one in alternatives(value)
        }
        return named or {locks.lock_of(self.type, *(f"{n}={v}" for n, v in sorted(self.parameters)))}


def condition_of(type_: str, query: str) -> Condition:
    """The condition that a query says (``identifier=system|value``), percent-encoded or not. Raises BadSearchValue."""
    try:
        parameters = parse_qsl(query.removeprefix("?"), keep_blank_values=True, errors="strict")
    except ValueError:
        raise BadSearchValue from None
    if any("\x00" in name + value for name, value in parameters):
        raise BadSearchValue
    return Condition(type_, tuple(parameters))


def _only_says_how(name: str) -> bool:
    return name in CONTROLS or name.partition(":")[0] in INCLUDES


def lock(
    cursor: psycopg.Cursor[Any], conditions: Iterable[Condition], also_shared: Iterable[int] = ()
) -> None:
    """Wait until nobody else writes what the conditions ask for."""
    wanted = [number for condition in conditions for number in condition.locks()]
    locks.take(cursor, wanted, also_shared)


def the_match(cursor: psycopg.Cursor[Any], condition: Condition, context: Context) -> str | None:
    """The id of the one resource that a condition means, None if there is none. Raises SeveralMatches."""
    found = matches(cursor, condition, context)
    if len(found) > 1:
        raise SeveralMatches
    return found[0] if found else None


def matches(cursor: psycopg.Cursor[Any], condition: Condition, context: Context) -> Sequence[str]:
    """The ids of at most two resources that satisfy a condition."""
    query = parse_query(condition.type, condition.parameters, context=context)
    return [one.id for one in matching_keys(cursor, query, limit=2)]
