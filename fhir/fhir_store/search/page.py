"""Run a query: one statement for the matches of a page, one for each round of what they include."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import psycopg

from fhir_store.keyring import Keyring
from fhir_store.read import Stored
from fhir_store.search.included import included
from fhir_store.search.matches import BODIES, KEYS, Row, matches
from fhir_store.search.position import Position
from fhir_store.search.query import Query
from fhir_store.search.total import total


@dataclass(frozen=True, slots=True)
class Page:
    """``after`` is where the next page begins, None on the last one; ``total`` is None unless it was asked for."""

    matches: tuple[Stored, ...]
    included: tuple[Stored, ...]
    after: Position | None
    total: int | None


class Match(NamedTuple):
    """A resource that a search found, without its body."""

    key: int
    type: str
    id: str
    version: int
    last_updated: datetime


BODY_COLUMNS = 10
"""How many columns ``BODIES`` has; behind them stands what the rows are sorted by."""


def search(cursor: psycopg.Cursor[Any], query: Query) -> Page:
    """One page of a search. The cursor gives tuples. Raises TooManyIncluded and BadSearchValue."""
    number = total(cursor, query)
    if query.counts_only:
        return Page((), (), None, number)
    rows = matches(cursor, query, BODIES, query.count + 1)
    shown = rows[: query.count]
    last = Position(tuple(shown[-1][BODY_COLUMNS:]), shown[-1][0]) if len(rows) > query.count else None
    return Page(
        _stored(query.context.keyring, shown),
        _stored(query.context.keyring, included(cursor, query, shown)),
        last,
        number,
    )


def matching_keys(cursor: psycopg.Cursor[Any], query: Query, limit: int = 2) -> list[Match]:
    """The first matches without their bodies: enough to tell none, one and several apart."""
    return [Match(*row[: len(Match._fields)]) for row in matches(cursor, query, KEYS, limit)]


def _stored(keyring: Keyring, rows: Iterable[Row]) -> tuple[Stored, ...]:
    """Without those that were erased since they were found."""
    return tuple(
        Stored(type_, id_, version, last_updated, body, tuple(patients))
        for _, type_, id_, version, last_updated, seq, seal_key, wrapped, sealed, patients, *_ in rows
        if (body := keyring.body(seq, seal_key, wrapped, sealed)) is not None
    )
