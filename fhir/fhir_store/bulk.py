"""Save many resources at a time: the same as ``write.save``, with every lock that it needs taken at once.

Nothing here commits. It writes by INSERT, as ``save`` does: COPY does not go through the walls (row-level security).
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from sqlalchemy import Connection

from fhir_store import locks
from fhir_store.store import Author, Store
from fhir_store.write import (
    Saved,
    Write,
    identifier_locks,
    plan,
    raw_cursor,
    saved_of,
    to_write,
    write,
)

AnyWrite = TypeVar("AnyWrite", bound=Write)

MOST_LOCKS = 500
"""Locks on identifiers in one transaction. PostgreSQL has room for 64 in each of its connections, all together."""


def save_many(connection: Connection, store: Store, writes: Sequence[Write], author: Author) -> list[Saved]:
    """Save all writes in the caller's transaction, as ``write.save`` does. Raises what that raises.

    Two that write the same ids or identifiers at once wait for each other or lose by deadlock or unique
    violation; the loser is simply run again.
    """
    cursor = raw_cursor(connection)
    outcomes = plan(cursor, store, writes, author)
    planned = to_write(outcomes)
    locks.take(cursor, (), identifier_locks(planned))
    if planned:
        write(cursor, store, planned, author)
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
