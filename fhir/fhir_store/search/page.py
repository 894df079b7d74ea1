"""Run a query: one statement for the matches of a page, one for each round of what they include.

Where somebody is told only a part of what they find (``Telling``), what nothing is left of is not there: a page is filled
up with what comes behind it, and is the last one if nothing does.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple

import psycopg

from fhir_store.keyring import Keyring
from fhir_store.read import Stored
from fhir_store.search.context import Context
from fhir_store.search.criterion import Types
from fhir_store.search.included import included
from fhir_store.search.matches import BODIES, KEYS, Row, matches
from fhir_store.search.position import Position
from fhir_store.search.query import Query
from fhir_store.search.total import total
from fhir_store.search.visibility import current
from fhir_store.sql import Sql


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
    number = _total(cursor, query)
    if query.counts_only:
        return Page((), (), None, number)
    if query.context.telling is not None:
        return _told(cursor, query, number)
    rows = matches(cursor, query, BODIES, query.count + 1)
    shown = rows[: query.count]
    last = _position(shown[-1]) if len(rows) > query.count else None
    return Page(
        _stored(query.context.keyring, shown),
        _stored(query.context.keyring, included(cursor, query, shown)),
        last,
        number,
    )


def matching_keys(cursor: psycopg.Cursor[Any], query: Query, limit: int = 2) -> list[Match]:
    """The first matches without their bodies: enough to tell none, one and several apart."""
    if query.context.telling is not None:
        return [_match(row) for row, _ in islice(_left(cursor, query, limit), limit)]
    return [_match(row) for row in matches(cursor, query, KEYS, limit)]


def matching(
    cursor: psycopg.Cursor[Any], types: Types, condition: Sql, context: Context
) -> list[tuple[int, Stored]]:
    """Every resource of the types that satisfies a condition, as it is told, with its key."""
    query = Query(
        types, current(types, context) & condition, context,
        count=MOST_COUNTED, sort=(), includes=(), total="none", summary="false", elements=(), pretty=False, format=None, used=(),
    )  # fmt: skip
    return [(row[0], told) for row, told in _left(cursor, query, MOST_COUNTED)]


def _match(row: Row) -> Match:
    return Match(*row[: len(Match._fields)])


def _position(row: Row) -> Position:
    return Position(tuple(row[BODY_COLUMNS:]), row[0])


def _stored(keyring: Keyring, rows: Iterable[Row]) -> tuple[Stored, ...]:
    """Without those that were erased since they were found."""
    return tuple(one for _, one in _with_bodies(keyring, rows))


def _with_bodies(keyring: Keyring, rows: Iterable[Row]) -> Iterator[tuple[Row, Stored]]:
    for row in rows:
        _, type_, id_, version, last_updated, seq, seal_key, wrapped, sealed, patients, *_ = row
        body = keyring.body(seq, seal_key, wrapped, sealed)
        if body is not None:
            yield row, Stored(type_, id_, version, last_updated, body, tuple(patients))


# --- for whom is told only a part


MOST_COUNTED = 1_000
"""Matches of which each is looked at for a total; of more, those count too of which nothing is told."""


def _told(cursor: psycopg.Cursor[Any], query: Query, number: int | None) -> Page:
    found = list(islice(_left(cursor, query, query.count + 1), query.count + 1))
    shown = found[: query.count]
    last = _position(shown[-1][0]) if len(found) > query.count else None
    others = _left_of(query, included(cursor, query, [row for row, _ in shown]))
    return Page(tuple(one for _, one in shown), tuple(one for _, one in others), last, number)


def _left(cursor: psycopg.Cursor[Any], query: Query, at_a_time: int) -> Iterator[tuple[Row, Stored]]:
    """The matches of which something is left, each with its row, as far as they are asked for."""
    rows: Sequence[Row] = ()
    while not rows or len(rows) == at_a_time:
        after = _position(rows[-1]) if rows else query.after
        rows = matches(cursor, replace(query, after=after), BODIES, at_a_time)
        if not rows:
            return
        yield from _left_of(query, rows)


def _left_of(query: Query, rows: Iterable[Row]) -> list[tuple[Row, Stored]]:
    assert query.context.telling is not None
    found = list(_with_bodies(query.context.keyring, rows))
    left = query.context.telling.left([one for _, one in found])
    return [(row, told) for (row, _), told in zip(found, left, strict=True) if told is not None]


def _total(cursor: psycopg.Cursor[Any], query: Query) -> int | None:
    number = total(cursor, query)
    if query.context.telling is None or number is None or number > MOST_COUNTED:
        return number
    everything = replace(query, after=None, sort=())
    return sum(1 for _ in _left(cursor, everything, MOST_COUNTED + 1))
