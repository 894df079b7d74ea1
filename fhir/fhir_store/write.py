"""Save resources: version rows, current rows, index, compartments and projections, in the caller's transaction.

Nothing here commits. All rows of a save go in by one statement, so it costs the same few round trips for one
resource as for hundreds.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import psycopg
from psycopg.rows import namedtuple_row
from sqlalchemy import Connection

from fhir_store import index, seal
from fhir_store.errors import InvalidId, OwnedByAnother, SameResourceTwice, VersionConflict
from fhir_store.json_text import ResourceText, with_members
from fhir_store.projections import project
from fhir_store.store import Author, Store

ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")

LOCK = """
SELECT c.type, c.id, c.key, c.version, c.last_updated, c.owner, c.fingerprint
FROM unnest(%s::text[], %s::text[]) AS wanted (type, id)
JOIN fhir_store.current_resource c USING (type, id)
ORDER BY c.type, c.id
FOR UPDATE OF c
"""

ALLOCATE = """
SELECT date_trunc('milliseconds', clock_timestamp()) AS now,
    (SELECT array_agg(nextval('fhir_store.resource_key')) FROM generate_series(1, %s)) AS keys,
    (SELECT array_agg(nextval('fhir_store.version_seq')) FROM generate_series(1, %s)) AS seqs
"""

# The arrays are those of ``_version_columns``, then ``_new_columns``, then the index's own.
SAVE = f"""
WITH versions AS (
    INSERT INTO fhir_store.resource_version
        (seq, key, type, id, version, interaction, last_updated, author, seal_key, body)
    SELECT seq, key, type, id, version, interaction, %s, %s, %s, body
    FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::int[], %s::text[], %s::bytea[])
        AS v (seq, key, type, id, version, interaction, body)
), current AS (
    INSERT INTO fhir_store.current_resource
        (key, type, id, version, seq, last_updated, deleted, owner, fingerprint)
    SELECT key, type, id, 1, seq, %s, false, %s, fingerprint
    FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::bigint[], %s::bytea[]) AS v (key, type, id, seq, fingerprint)
), {index.INSERT_PARTS}
SELECT
"""  # noqa: S608 - made of our own text alone

POINT_AT_NEWEST = """
UPDATE fhir_store.current_resource c
SET version = v.version, seq = v.seq, last_updated = %s, deleted = false, fingerprint = v.fingerprint
FROM unnest(%s::bigint[], %s::int[], %s::bigint[], %s::bytea[]) AS v (key, version, seq, fingerprint)
WHERE c.key = v.key
"""


@dataclass(frozen=True)
class Write:
    """One resource to save, checked by the gate.

    ``id`` None asks the store to give an id (create). ``if_match`` is the version the writer has seen.
    ``skip_unchanged`` leaves the resource alone if its newest version was submitted with this same text.
    """

    body: ResourceText
    id: str | None = None
    if_match: int | None = None
    skip_unchanged: bool = False

    @property
    def type(self) -> str:
        return str(self.body.value["resourceType"])


@dataclass(frozen=True)
class Saved:
    """What became of a ``Write``. ``text`` is the body as stored, empty when nothing was changed."""

    type: str
    id: str
    version: int
    last_updated: datetime
    interaction: str
    """create, update, or unchanged"""
    text: str


@dataclass(frozen=True)
class _Planned:
    write: Write
    key: int
    seq: int
    id: str
    version: int
    text: str
    fingerprint: bytes

    @property
    def interaction(self) -> str:
        return "create" if self.version == 1 else "update"

    @property
    def resource(self) -> Mapping[str, Any]:
        return {**self.write.body.value, "id": self.id}


def save(connection: Connection, store: Store, writes: Sequence[Write], author: Author) -> list[Saved]:
    """Save all of ``writes`` in the caller's transaction and return what became of each, in their order.

    Raises InvalidId, SameResourceTwice, OwnedByAnother, VersionConflict; nothing is written then.
    """
    _refuse_bad_ids(writes)
    raw = connection.connection.driver_connection
    assert isinstance(raw, psycopg.Connection)
    cursor = raw.cursor(row_factory=namedtuple_row)
    existing = _lock(cursor, writes)
    for write in writes:
        _refuse_conflict(write, existing.get((write.type, write.id)), author)
    unchanged = {n: row for n, write in enumerate(writes) if (row := _unchanged(write, existing))}
    changing = [write for n, write in enumerate(writes) if n not in unchanged]
    if not changing:
        return [_left_alone(write, unchanged[n]) for n, write in enumerate(writes)]
    now, planned = _plan(cursor, changing, existing)
    _insert(cursor, store, planned, now, author)
    for projection in store.projections:
        project(
            connection, projection, [p.resource for p in planned if p.write.type in projection.source_types]
        )
    done = iter(planned)
    return [
        _left_alone(write, unchanged[n]) if n in unchanged else _saved(next(done), now)
        for n, write in enumerate(writes)
    ]


def _refuse_bad_ids(writes: Sequence[Write]) -> None:
    ids = [(write.type, write.id) for write in writes if write.id is not None]
    if any(not ID.fullmatch(id_) for _, id_ in ids):
        raise InvalidId
    if len(set(ids)) < len(ids):
        raise SameResourceTwice


def _lock(cursor: psycopg.Cursor[Any], writes: Sequence[Write]) -> dict[tuple[str, str | None], Any]:
    """The current rows of the ids that the writer chose, locked in one global order against deadlock."""
    named = [write for write in writes if write.id is not None]
    if not named:
        return {}
    cursor.execute(LOCK, ([write.type for write in named], [write.id for write in named]))
    return {(row.type, row.id): row for row in cursor.fetchall()}


def _refuse_conflict(write: Write, current: Any, author: Author) -> None:
    if write.if_match is not None and (current is None or current.version != write.if_match):
        raise VersionConflict
    if current is not None and current.owner != author.name and not author.steward:
        raise OwnedByAnother


def _unchanged(write: Write, existing: Mapping[tuple[str, str | None], Any]) -> Any:
    current = existing.get((write.type, write.id))
    if write.skip_unchanged and current and current.fingerprint == seal.fingerprint(write.body.text):
        return current
    return None


def _plan(
    cursor: psycopg.Cursor[Any], writes: Sequence[Write], existing: Mapping[tuple[str, str | None], Any]
) -> tuple[datetime, list[_Planned]]:
    cursor.execute(ALLOCATE, (len(writes), len(writes)))
    allocated = cursor.fetchone()
    assert allocated
    planned = [
        _planned(write, existing.get((write.type, write.id)), key, seq, allocated.now)
        for write, key, seq in zip(writes, allocated.keys, allocated.seqs, strict=True)
    ]
    return allocated.now, planned


def _planned(write: Write, current: Any, new_key: int, seq: int, now: datetime) -> _Planned:
    id_ = write.id or str(uuid4())
    version = current.version + 1 if current else 1
    return _Planned(
        write=write,
        key=current.key if current else new_key,
        seq=seq,
        id=id_,
        version=version,
        text=with_members(write.body, id=id_, version_id=str(version), last_updated=instant(now)),
        fingerprint=seal.fingerprint(write.body.text),
    )


def _insert(
    cursor: psycopg.Cursor[Any], store: Store, planned: Sequence[_Planned], now: datetime, author: Author
) -> None:
    new = [p for p in planned if p.version == 1]
    old = [p for p in planned if p.version > 1]
    if old:
        cursor.execute(POINT_AT_NEWEST, (now, *_newest_columns(old)))
        index.remove(cursor, [p.key for p in old])
    rows = index.index_rows(store, [(p.key, p.resource) for p in planned])
    versions = (now, author.name, seal.NULL_KEY, *_version_columns(planned))
    cursor.execute(SAVE, (*versions, now, author.name, *_new_columns(new), *rows.arrays()))


def _version_columns(planned: Sequence[_Planned]) -> tuple[list[Any], ...]:
    return (
        [p.seq for p in planned],
        [p.key for p in planned],
        [p.write.type for p in planned],
        [p.id for p in planned],
        [p.version for p in planned],
        [p.interaction for p in planned],
        [seal.seal(p.text) for p in planned],
    )


def _new_columns(planned: Sequence[_Planned]) -> tuple[list[Any], ...]:
    return (
        [p.key for p in planned],
        [p.write.type for p in planned],
        [p.id for p in planned],
        [p.seq for p in planned],
        [p.fingerprint for p in planned],
    )


def _newest_columns(planned: Sequence[_Planned]) -> tuple[list[Any], ...]:
    return (
        [p.key for p in planned],
        [p.version for p in planned],
        [p.seq for p in planned],
        [p.fingerprint for p in planned],
    )


def _saved(planned: _Planned, now: datetime) -> Saved:
    return Saved(planned.write.type, planned.id, planned.version, now, planned.interaction, planned.text)


def _left_alone(write: Write, current: Any) -> Saved:
    return Saved(write.type, current.id, current.version, current.last_updated, "unchanged", "")


def instant(moment: datetime) -> str:
    """A FHIR instant with milliseconds, in UTC."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
