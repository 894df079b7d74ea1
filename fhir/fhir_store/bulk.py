"""Save many new resources at a time by COPY: the same checks and the same rows as ``write.save``, sooner.

Resources that are here already are updated by the statement that ``save`` uses. Nothing here commits.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

import psycopg
from sqlalchemy import Connection

from fhir_store import index, locks
from fhir_store.store import Author, Store
from fhir_store.write import (
    Planned,
    Saved,
    Write,
    identifier_locks,
    keep_what_follows,
    plan,
    raw_cursor,
    saved_of,
    sealed_bodies,
    to_write,
    write,
)

AnyWrite = TypeVar("AnyWrite", bound=Write)

MOST_LOCKS = 500
"""Locks on identifiers in one transaction. PostgreSQL has room for 64 in each of its connections, all together."""

# As a value: the default of the column would ask for it once a row.
EPOCH = "SELECT fhir_store.current_epoch()"

VERSIONS = """
COPY fhir_store.resource_version
    (seq, epoch, key, type, id, version, interaction, last_updated, author, seal_key, body, labels, facility)
FROM STDIN
"""

CURRENT = """
COPY fhir_store.current_resource
    (key, type, id, version, seq, last_updated, deleted, owner, fingerprint, labels, facility)
FROM STDIN
"""


def save_many(connection: Connection, store: Store, writes: Sequence[Write], author: Author) -> list[Saved]:
    """Save all writes in the caller's transaction, as ``write.save`` does. Raises what that raises.

    Two that write the same ids or identifiers at once wait for each other or lose by deadlock or unique
    violation; the loser is simply run again.
    """
    cursor = raw_cursor(connection)
    outcomes = plan(cursor, store, writes, author)
    planned = to_write(outcomes)
    locks.take(cursor, (), identifier_locks(planned))
    _write(cursor, store, planned, author)
    keep_what_follows(connection, store, planned)
    return saved_of(outcomes)


def portions(writes: Iterable[AnyWrite], most: int) -> Iterator[list[AnyWrite]]:
    """The writes in their order, cut so that each portion may be saved by one transaction.

    A portion has at most ``most`` writes, no id twice, and few enough identifiers (``MOST_LOCKS``).
    """
    portion: dict[tuple[str, str | None], AnyWrite] = {}
    held = 0
    for one in writes:
        name, wanted = (one.type, one.id), len(locks.identifier_locks(one.body.value))
        if portion and (len(portion) == most or name in portion or held + wanted > MOST_LOCKS):
            yield list(portion.values())
            portion, held = {}, 0
        portion[name] = one
        held += wanted
    if portion:
        yield list(portion.values())


def _write(cursor: psycopg.Cursor[Any], store: Store, planned: Sequence[Planned], author: Author) -> None:
    new = [p for p in planned if p.version == 1]
    if changed := [p for p in planned if p.version > 1]:
        write(cursor, store, changed, author)
    if new:
        _copy(cursor, VERSIONS, _versions(cursor, store, new, author))
        _copy(cursor, CURRENT, _current(new, author))
        index.copy(cursor, index.rows_of(store, ((p.key, p.resource) for p in new)))


def _versions(
    cursor: psycopg.Cursor[Any], store: Store, planned: Sequence[Planned], author: Author
) -> list[tuple[Any, ...]]:
    (epoch,) = cursor.execute(EPOCH).fetchall()[0]
    bodies = sealed_bodies(cursor, store, planned)
    return [
        (
            p.seq,
            epoch,
            p.key,
            p.change.type,
            p.id,
            p.version,
            p.interaction,
            p.last_updated,
            author.name,
            body.key,
            body.body,
            p.labels,
            p.facility,
        )
        for p, body in zip(planned, bodies, strict=True)
    ]


def _current(planned: Sequence[Planned], author: Author) -> list[tuple[Any, ...]]:
    return [
        (
            *(
                p.key,
                p.change.type,
                p.id,
                p.version,
                p.seq,
                p.last_updated,
                False,
                author.owner,
                p.fingerprint,
            ),
            *(p.labels, p.facility),
        )
        for p in planned
    ]


def _copy(cursor: psycopg.Cursor[Any], statement: str, rows: Iterable[Sequence[Any]]) -> None:
    with cursor.copy(statement) as writing:
        for row in rows:
            writing.write_row(row)
