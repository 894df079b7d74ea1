"""What happened to a resource, to all of a type, or to everything: newest first, deletions included.

A page says where it ended, and the next one goes on from there, so newer versions written meanwhile neither shift
nor repeat anything. http://hl7.org/fhir/R4/http.html#history
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg

from fhir_store.errors import NotFound
from fhir_store.keyring import Keyring
from fhir_store.past import past_seen
from fhir_store.seal import COLUMNS as SEALED
from fhir_store.sql import EVERYTHING, Sql, all_of


@dataclass(frozen=True, slots=True)
class Past:
    """One version; ``text`` is None for a deletion, and for what was erased."""

    type: str
    id: str
    version: int
    interaction: str
    last_updated: datetime
    text: str | None


@dataclass(frozen=True, slots=True)
class Position:
    """Where a page ended: everything newer than this has been shown, and this too."""

    last_updated: datetime
    seq: int


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Some versions, newest first; ``after`` is None on the last page."""

    versions: tuple[Past, ...]
    after: Position | None


@dataclass(frozen=True, slots=True)
class Span:
    """Which versions are wanted: from ``since`` on, or those that were current at some time within ``at``."""

    since: datetime | None = None
    at: tuple[datetime, datetime] | None = None
    """Half-open. http://hl7.org/fhir/R4/http.html#history: the versions that were current in that time."""


COLUMNS = f"v.type, v.id, v.version, v.interaction, v.last_updated, {SEALED}"
NEWEST_FIRST = "ORDER BY v.last_updated DESC, v.seq DESC LIMIT %s"
RESOURCE = "JOIN fhir_store.current_resource c ON c.key = v.key"

# Each type has its own index; a page of everything is the best of a page of each.
OF_TYPES = f"""
SELECT {COLUMNS} FROM unnest(%s::text[]) AS wanted (type)
CROSS JOIN LATERAL (
    SELECT v.* FROM fhir_store.resource_version v {{resource}}
    WHERE v.type = wanted.type AND {{condition}} {NEWEST_FIRST}
) AS v
{NEWEST_FIRST}
"""  # noqa: S608 - our own text

OF_INSTANCE = f"""
SELECT {COLUMNS} FROM fhir_store.resource_version v {{resource}}
WHERE v.key = (SELECT key FROM fhir_store.current_resource WHERE type = %s AND id = %s) AND {{condition}}
{NEWEST_FIRST}
"""  # noqa: S608 - our own text


def history_of_types(
    cursor: psycopg.Cursor[Any],
    keyring: Keyring,
    types: Sequence[str],
    span: Span,
    count: int,
    after: Position | None,
    seen: Sql | None = None,
) -> HistoryPage:
    """A page of the history of all resources of these types, as far as ``seen`` (of the alias ``c``) shows it."""
    condition = _condition(span, after, seen)
    statement = OF_TYPES.format(condition=condition.text, resource=RESOURCE if seen else "")
    cursor.execute(statement, (list(types), *condition.args, count + 1, count + 1))
    return _page(keyring, cursor.fetchall(), count)


def history_of(
    cursor: psycopg.Cursor[Any],
    keyring: Keyring,
    type_: str,
    id_: str,
    span: Span,
    count: int,
    after: Position | None,
    seen: Sql | None = None,
) -> HistoryPage:
    """A page of the history of one resource. Raises NotFound if it never was here, or ``seen`` hides it."""
    condition = _condition(span, after, seen)
    statement = OF_INSTANCE.format(condition=condition.text, resource=RESOURCE if seen else "")
    cursor.execute(statement, (type_, id_, *condition.args, count + 1))
    page = _page(keyring, cursor.fetchall(), count)
    if not page.versions and not _was_here(cursor, type_, id_, seen):
        raise NotFound
    return page


def _was_here(cursor: psycopg.Cursor[Any], type_: str, id_: str, seen: Sql | None) -> bool:
    here = Sql("true") if seen is None else Sql("NOT c.deleted") & seen
    cursor.execute(
        f"SELECT FROM fhir_store.current_resource c WHERE c.type = %s AND c.id = %s AND {here.text}",
        (type_, id_, *here.args),
    )
    return cursor.fetchone() is not None


def _condition(span: Span, after: Position | None, seen: Sql | None) -> Sql:
    since = Sql("v.last_updated >= %s", (span.since,)) if span.since else EVERYTHING
    behind = (
        Sql("(v.last_updated, v.seq) < (%s, %s)", (after.last_updated, after.seq)) if after else EVERYTHING
    )
    within = _current_within(span.at) if span.at else EVERYTHING
    return all_of([since, behind, within, past_seen(seen) if seen else EVERYTHING])


def _current_within(at: tuple[datetime, datetime]) -> Sql:
    """It began before the end of that time, and its successor did not begin by its start."""
    first, end = at
    replaced = Sql(
        "EXISTS (SELECT FROM fhir_store.resource_version n"
        " WHERE n.key = v.key AND n.version = v.version + 1 AND n.last_updated <= %s)",
        (first,),
    )
    return Sql("v.last_updated < %s", (end,)) & ~replaced


def _page(keyring: Keyring, rows: Sequence[tuple[Any, ...]], count: int) -> HistoryPage:
    shown = rows[:count]
    versions = tuple(_past(keyring, row) for row in shown)
    after = Position(shown[-1][4], shown[-1][5]) if len(rows) > count and shown else None
    return HistoryPage(versions, after)


def _past(keyring: Keyring, row: tuple[Any, ...]) -> Past:
    type_, id_, version, interaction, last_updated, *sealed = row
    text = None if sealed[-1] is None else keyring.body(*sealed)
    return Past(type_, id_, version, interaction, last_updated, text)
