"""Save resources: version rows, current rows, index, compartments and projections, in the caller's transaction.

Nothing here commits. All rows of a save go in by one statement, so it costs the same few round trips for one
resource as for hundreds; ``save_new`` is that statement alone.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import psycopg
from psycopg.rows import namedtuple_row
from sqlalchemy import Connection

from fhir_store import index, locks
from fhir_store.arrays import array
from fhir_store.compartments import patients_of
from fhir_store.errors import (
    AlreadyThere,
    InvalidId,
    NotFound,
    OwnedByAnother,
    SameResourceTwice,
    StoreError,
    VersionConflict,
)
from fhir_store.json_text import ResourceText, with_members
from fhir_store.labelling import Place, labels_together, pass_on
from fhir_store.projections import inserts, withdraw
from fhir_store.scope import custodian_of
from fhir_store.seal import NULL_KEY, DataKey
from fhir_store.sealing import Sealed, key_holder, keys_of, people, sealed
from fhir_store.sql import EVERYTHING, Sql, execute_together
from fhir_store.store import Author, Store

ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")

LOCK = """
SELECT c.type, c.id, c.key, c.version, c.last_updated, c.deleted, c.owner, c.fingerprint, c.labels, c.facility,
    c.about_since, ARRAY(SELECT m.patient FROM fhir_store.compartment m WHERE m.key = c.key) AS patients, {seen} AS seen
FROM unnest(%s::text[], %s::text[]) AS wanted (type, id)
JOIN fhir_store.current_resource c USING (type, id)
ORDER BY c.type, c.id
FOR UPDATE OF c
"""

# The column takes no null: nothing is written under a key that was destroyed meanwhile, nor beside an index by another key.
ADD_VERSIONS = """
INSERT INTO fhir_store.resource_version
    (seq, key, type, id, version, interaction, last_updated, author, seal_key, body, labels, facility)
SELECT seq, key, type, id, version, interaction, last_updated, %s,
    CASE WHEN EXISTS (SELECT FROM fhir_store.data_key WHERE number = %s AND wrapped IS NOT NULL) THEN
        CASE seal_key WHEN 0 THEN 0 ELSE
            (SELECT k.number FROM fhir_store.data_key k WHERE k.number = v.seal_key AND k.wrapped IS NOT NULL) END END,
    body, labels, facility
FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::int[], %s::text[], %s::timestamptz[],
    %s::int[], %s::bytea[], %s::int[], %s::text[])
    AS v (seq, key, type, id, version, interaction, last_updated, seal_key, body, labels, facility)
"""

ADD_CURRENT = """
INSERT INTO fhir_store.current_resource
    (key, type, id, version, seq, last_updated, deleted, owner, fingerprint, labels, facility)
SELECT key, type, id, 1, seq, last_updated, false, %s, fingerprint, labels, facility
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::bigint[], %s::timestamptz[], %s::bytea[], %s::int[], %s::text[])
    AS v (key, type, id, seq, last_updated, fingerprint, labels, facility)
"""

POINT_AT_NEWEST = """
UPDATE fhir_store.current_resource c
SET version = v.version, seq = v.seq, last_updated = v.last_updated, deleted = v.deleted, fingerprint = v.fingerprint,
    labels = v.labels, facility = v.facility, about_since = v.about_since
FROM unnest(%s::bigint[], %s::int[], %s::bigint[], %s::timestamptz[], %s::boolean[], %s::bytea[], %s::int[],
    %s::text[], %s::int[])
    AS v (key, version, seq, last_updated, deleted, fingerprint, labels, facility, about_since)
WHERE c.key = v.key
"""


@dataclass(frozen=True)
class Write:
    """One resource to save, checked by the gate.

    ``id`` None asks the store to give an id (create). ``if_match`` is the version the writer has seen.
    ``if_none_match`` refuses if the resource is there. ``skip_unchanged`` leaves the resource alone if its newest
    version was submitted with this same text. ``fingerprint`` is that of the text as it was submitted, where the
    store itself has changed the body since.
    """

    body: ResourceText
    id: str | None = None
    if_match: int | None = None
    if_none_match: bool = False
    skip_unchanged: bool = False
    fingerprint: bytes | None = None
    is_new: bool = False
    """Whether its id was just drawn, so that nothing can be there."""
    recorded_at: datetime | None = None
    """When a record that is moved here was written where it comes from; None: it is written now."""

    @property
    def type(self) -> str:
        return str(self.body.value["resourceType"])


@dataclass(frozen=True)
class Deletion:
    """One resource to delete; its versions stay. What is not there stays not there."""

    type: str
    id: str
    if_match: int | None = None


Change = Write | Deletion


@dataclass(frozen=True)
class Saved:
    """What became of a change. ``text`` is the body as stored; None after a deletion or when nothing was changed.

    ``version`` is 0 where there was nothing to delete.
    """

    type: str
    id: str
    version: int
    last_updated: datetime
    interaction: str
    """create, update, delete, or unchanged"""
    text: str | None
    facility: str | None = None
    """The Organization that keeps it now, where it was written."""


@dataclass(frozen=True)
class Planned:
    """A change with all that its rows say; nothing is written yet."""

    change: Change
    key: int
    seq: int
    id: str
    version: int
    last_updated: datetime
    interaction: str
    text: str | None
    fingerprint: bytes
    facility: str | None = None
    about_since: int = 1
    labels: int = 0
    gained: int = 0
    """The labels that it did not have before."""
    before: Any = None
    """The row of current_resource that it replaces, with its ``patients``."""

    @property
    def resource(self) -> Mapping[str, Any]:
        assert isinstance(self.change, Write)
        return {**self.change.body.value, "id": self.id}

    @property
    def as_stored(self) -> Mapping[str, Any]:
        """With the version and time that its text has: a rebuild reads them there."""
        resource = self.resource
        said = {"versionId": str(self.version), "lastUpdated": instant(self.last_updated)}
        return {**resource, "meta": {**resource.get("meta", {}), **said}}

    @property
    def patients(self) -> frozenset[str]:
        """The ids of those whose record it is part of, or was."""
        now = patients_of(self.resource) if isinstance(self.change, Write) else frozenset[str]()
        return now if self.before is None else now.union(self.before.patients)

    @property
    def saved(self) -> Saved:
        """What to tell once it is written."""
        change = self.change.type, self.id, self.version, self.last_updated, self.interaction
        return Saved(*change, self.text, self.facility)


Approve = Callable[[psycopg.Cursor[Any], Sequence[Planned]], None]
"""Raises what refuses the writing of what is planned."""

Log = Callable[[Sequence[Planned]], Mapping[str, Sql]]
"""Further parts, by their names, of the statement that writes what is planned; one may refer to those before it."""

Outcome = Planned | Saved
"""What becomes of a change: rows to write, or at once what was found because nothing is to be done."""

Existing = Mapping[tuple[str, str | None], Any]


def raw_cursor(connection: Connection) -> psycopg.Cursor[Any]:
    """The driver's own cursor of a connection."""
    raw = connection.connection.driver_connection
    assert isinstance(raw, psycopg.Connection)
    return raw.cursor()


def save_new(cursor: psycopg.Cursor[Any], store: Store, body: ResourceText, author: Author) -> Saved:
    """Save one new resource by a single statement, which is whole or not at all without a transaction around it.

    Before it, the labels of what it refers to are asked for, if there is anything.
    """
    new = _planned(cursor, store, Write(body), None, _now(), author)
    (planned,) = _labelled(cursor, store, [new])
    assert isinstance(planned, Planned)
    if author.approve:
        author.approve(cursor, [planned])
    _execute_new(cursor, planned, store, author)
    pass_on(cursor, store, gained_by([planned]))
    return planned.saved


def _execute_new(cursor: psycopg.Cursor[Any], planned: Planned, store: Store, author: Author) -> None:
    """Write one new resource under the key that is remembered, or the one of now if that was destroyed meanwhile."""
    whose = people([holder_of(planned)])
    remembered = store.keyring.remembered
    try:
        keys = remembered.of(whose) or keys_of(cursor, store.keyring, whose)
        _execute_together(cursor, [planned], _sealed([planned], store, keys), store, author)
    except psycopg.errors.NotNullViolation:
        remembered.forget(whose)
        keys = keys_of(cursor, store.keyring, whose)
        _execute_together(cursor, [planned], _sealed([planned], store, keys), store, author)
    remembered.add(keys)


def save(connection: Connection, store: Store, changes: Sequence[Change], author: Author) -> list[Saved]:
    """Save all of ``changes`` in the caller's transaction and return what became of each, in their order.

    Raises InvalidId, SameResourceTwice, OwnedByAnother, VersionConflict, AlreadyThere; nothing is written then.
    """
    cursor = raw_cursor(connection)
    outcomes = plan(cursor, store, changes, author)
    if planned := to_write(outcomes):
        write(cursor, store, planned, author)
    return saved_of(outcomes)


def plan(
    cursor: psycopg.Cursor[Any], store: Store, changes: Sequence[Change], author: Author
) -> list[Outcome]:
    """Lock what the changes are about and decide what is to be written for each. Raises as ``save`` does."""
    _refuse_bad_ids(changes)
    existing = _lock(cursor, changes, author)
    for place, change in enumerate(changes):
        _refuse_conflict(change, existing.get((change.type, change.id)), author, place)
    now = _now()
    outcomes = [_outcome(cursor, store, change, existing, now, author) for change in changes]
    outcomes = _labelled(cursor, store, outcomes)
    if author.approve:
        author.approve(cursor, to_write(outcomes))
    return outcomes


def to_write(outcomes: Iterable[Outcome]) -> list[Planned]:
    """Those that have rows to write."""
    return [one for one in outcomes if isinstance(one, Planned)]


def saved_of(outcomes: Iterable[Outcome]) -> list[Saved]:
    """What to tell of each, once all are written."""
    return [one.saved if isinstance(one, Planned) else one for one in outcomes]


def _refuse_bad_ids(changes: Sequence[Change]) -> None:
    ids = [(change.type, change.id) for change in changes if change.id is not None]
    if any(not ID.fullmatch(id_) for _, id_ in ids):
        raise InvalidId
    if len(set(ids)) < len(ids):
        raise SameResourceTwice


def _labelled(cursor: psycopg.Cursor[Any], store: Store, outcomes: Sequence[Outcome]) -> list[Outcome]:
    """The same with the labels of what is to be written; a deletion keeps those of what is deleted."""
    written = [one for one in outcomes if isinstance(one, Planned) and one.text is not None]
    labels = dict(
        zip(
            [one.seq for one in written],
            labels_together(cursor, store, [one.resource for one in written]),
            strict=True,
        )
    )
    return [_with_labels(one, labels) if isinstance(one, Planned) else one for one in outcomes]


def _with_labels(planned: Planned, labels: Mapping[int, int]) -> Planned:
    before = planned.before.labels if planned.before else 0
    now = labels.get(planned.seq, before)
    return replace(planned, labels=now, gained=now & ~before)


def gained_by(planned: Iterable[Planned]) -> list[Place]:
    """Which of the resources got labels that they did not have."""
    return [(one.change.type, one.id, one.gained) for one in planned if one.gained]


def _lock(cursor: psycopg.Cursor[Any], changes: Sequence[Change], author: Author) -> Existing:
    """The current rows of the ids that the writer chose, locked in one global order against deadlock."""
    named = [change for change in changes if change.id is not None]
    if not named:
        return {}
    cursor.row_factory = namedtuple_row
    seen = Sql("true") if author.seen is None else Sql("NOT c.deleted") & author.seen
    ids = [change.type for change in named], [change.id for change in named]
    cursor.execute(LOCK.format(seen=seen.text), (*seen.args, *ids))
    return {(row.type, row.id): row for row in cursor.fetchall()}


def _refuse_conflict(change: Change, current: Any, author: Author, place: int) -> None:
    conflict = _conflict(change, current, author)
    if conflict:
        conflict.place = place
        raise conflict


def _conflict(change: Change, current: Any, author: Author) -> StoreError | None:
    if isinstance(change, Write) and _is_out_of_sight(change, current, author):
        return NotFound()
    if current is not None and not current.seen:
        current = None
    if change.if_match is not None and (current is None or current.version != change.if_match):
        return VersionConflict()
    if current is None:
        return None
    if isinstance(change, Write) and change.if_none_match and not current.deleted:
        return AlreadyThere()
    return None if author.steward or current.owner == author.owner else OwnedByAnother()


def _is_out_of_sight(change: Write, current: Any, author: Author) -> bool:
    """Who does not see everything overwrites what they see, and makes nothing under an id that they choose.

    What is hidden is so answered like what is not there. In a source of its own nobody else has anything to hide.
    """
    if author.seen is None or change.id is None or change.is_new:
        return False
    return author.source is None if current is None else not current.seen


def _outcome(
    cursor: psycopg.Cursor[Any],
    store: Store,
    change: Change,
    existing: Existing,
    now: datetime,
    author: Author,
) -> Outcome:
    current = existing.get((change.type, change.id))
    if isinstance(change, Deletion) and current is not None and not current.seen:
        current = None
    if isinstance(change, Deletion) and (current is None or current.deleted):
        return Saved(change.type, change.id, current.version if current else 0, now, "unchanged", None)
    if isinstance(change, Write) and current is not None and _is_unchanged(store, change, current):
        return Saved(change.type, current.id, current.version, current.last_updated, "unchanged", None)
    return _planned(cursor, store, change, current, now, author)


def _is_unchanged(store: Store, write: Write, current: Any) -> bool:
    return bool(
        write.skip_unchanged and not current.deleted and current.fingerprint == _fingerprint(store, write)
    )


def _planned(
    cursor: psycopg.Cursor[Any], store: Store, change: Change, current: Any, now: datetime, author: Author
) -> Planned:
    seq = store.numbering.take(cursor, 1)[0]
    id_ = change.id or str(uuid4())
    version = current.version + 1 if current else 1
    moment = _moment(change, now)
    # A clock that was set back must not make a newer version look older.
    moment = max(moment, current.last_updated) if current else moment
    body = change.body if isinstance(change, Write) else None
    return Planned(
        change=change,
        key=current.key if current else seq,
        seq=seq,
        id=id_,
        version=version,
        last_updated=moment,
        interaction=_interaction(change, current),
        text=None
        if body is None
        else with_members(body, id=id_, version_id=str(version), last_updated=instant(moment)),
        fingerprint=_fingerprint(store, change) if isinstance(change, Write) else b"",
        facility=_facility(change, id_, current, author),
        about_since=_about_since(change, id_, current, version),
        before=current,
    )


def _facility(change: Change, id_: str, current: Any, author: Author) -> str | None:
    """Who keeps it: whom it names itself, else whom its author acts for; else it stays with who kept it."""
    before: str | None = current.facility if current else None
    if isinstance(change, Deletion):
        return before
    return custodian_of({**change.body.value, "id": id_}) or author.facility or before


def _about_since(change: Change, id_: str, current: Any, version: int) -> int:
    if current is None:
        return 1
    patients = patients_of({**change.body.value, "id": id_}) if isinstance(change, Write) else ()
    return int(current.about_since) if set(patients) == set(current.patients) else version


def _moment(change: Change, now: datetime) -> datetime:
    """When it was written; nothing has been written in the future."""
    recorded_at = change.recorded_at if isinstance(change, Write) else None
    return min(recorded_at, now) if recorded_at else now


def _fingerprint(store: Store, write: Write) -> bytes:
    return write.fingerprint or store.keyring.fingerprint(write.body.text)


def _interaction(change: Change, current: Any) -> str:
    if isinstance(change, Deletion):
        return "delete"
    return "update" if current and not current.deleted else "create"


def write(cursor: psycopg.Cursor[Any], store: Store, planned: Sequence[Planned], author: Author) -> None:
    """Write the rows of planned changes, of which there is at least one, and make what refers to them follow."""
    if old := [p for p in planned if p.version > 1]:
        index.remove(cursor, [p.key for p in old])
        withdraw(cursor, store.projections, [(p.change.type, p.id) for p in old])
    _execute_together(cursor, planned, sealed_bodies(cursor, store, planned), store, author)
    pass_on(cursor, store, gained_by(planned))


def sealed_bodies(cursor: psycopg.Cursor[Any], store: Store, planned: Sequence[Planned]) -> list[Sealed]:
    """The bodies of planned changes as they are stored. Makes the keys of people who have none yet."""
    return _sealed(planned, store, keys_of(cursor, store.keyring, people(map(holder_of, planned))))


def _sealed(planned: Sequence[Planned], store: Store, keys: Mapping[str, DataKey]) -> list[Sealed]:
    return [
        Sealed(NULL_KEY, None) if p.text is None else sealed(store.keyring, keys, holder_of(p), p.seq, p.text)
        for p in planned
    ]


def holder_of(planned: Planned) -> str | None:
    """Whose key seals what is planned (``sealing.key_holder``)."""
    return None if planned.text is None else key_holder(planned.resource)


def _execute_together(
    cursor: psycopg.Cursor[Any],
    planned: Sequence[Planned],
    bodies: Sequence[Sealed],
    store: Store,
    author: Author,
) -> None:
    """One statement with a part for each table that gets rows."""
    parts = list(_parts(store, planned, bodies, author))
    logged = author.log(planned) if author.log else {}
    execute_together(cursor, {**{f"part{n}": part for n, part in enumerate(parts)}, **logged})


def _parts(store: Store, planned: Sequence[Planned], bodies: Sequence[Sealed], author: Author) -> list[Sql]:
    new = [p for p in planned if p.version == 1]
    old = [p for p in planned if p.version > 1]
    written = [p for p in planned if p.text is not None]
    parts = [_versions(store, planned, bodies, author)]
    if new:
        parts.append(_new(new, author))
    if old:
        parts.append(_newest(old))
    parts += index.inserts(index.rows_of(store, [(p.key, p.resource) for p in written]))
    return [*parts, *inserts(store.projections, [p.as_stored for p in written])]


def _versions(store: Store, planned: Sequence[Planned], bodies: Sequence[Sealed], author: Author) -> Sql:
    columns = (
        array(p.seq for p in planned),
        array(p.key for p in planned),
        array(p.change.type for p in planned),
        array(p.id for p in planned),
        array(p.version for p in planned),
        array(p.interaction for p in planned),
        array(p.last_updated for p in planned),
        array(one.key for one in bodies),
        [one.body for one in bodies],
        array(p.labels for p in planned),
        array(p.facility for p in planned),
    )
    wanted = identifier_locks(planned)
    condition = locks.held(wanted) if wanted else EVERYTHING
    return Sql(
        ADD_VERSIONS + (f"WHERE {condition.text}" if condition.args else ""),
        (author.name, store.keyring.index_number, *columns, *condition.args),
    )


def identifier_locks(planned: Sequence[Planned]) -> set[int]:
    """The locks that writing these resources takes, because of the identifiers they carry."""
    return set[int]().union(
        *(locks.identifier_locks(p.change.body.value) for p in planned if isinstance(p.change, Write))
    )


def _new(planned: Sequence[Planned], author: Author) -> Sql:
    columns = (
        array(p.key for p in planned),
        array(p.change.type for p in planned),
        array(p.id for p in planned),
        array(p.seq for p in planned),
        array(p.last_updated for p in planned),
        [p.fingerprint for p in planned],
        array(p.labels for p in planned),
        array(p.facility for p in planned),
    )
    return Sql(ADD_CURRENT, (author.owner, *columns))


def _newest(planned: Sequence[Planned]) -> Sql:
    columns = (
        array(p.key for p in planned),
        array(p.version for p in planned),
        array(p.seq for p in planned),
        array(p.last_updated for p in planned),
        array(p.text is None for p in planned),
        [p.fingerprint for p in planned],
        array(p.labels for p in planned),
        array(p.facility for p in planned),
        array(p.about_since for p in planned),
    )
    return Sql(POINT_AT_NEWEST, columns)


def _now() -> datetime:
    """To the millisecond, which is what ``meta.lastUpdated`` says."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def instant(moment: datetime) -> str:
    """A FHIR instant with milliseconds, in UTC."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
