"""Advisory locks that make conditional writes race-safe.

A conditional write looks for what is there and then writes. Between the two nobody may write what it looked for:
it holds an exclusive lock on every identifier it asks for, and every write that carries an identifier takes a
shared one. Criteria other than identifiers lock on the criteria themselves, which keeps the same conditional write
from being done twice at once. Locks are taken in one order and end with the transaction.
"""

from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import Any

import psycopg

from fhir_store.sql import Sql

TAKE = """
SELECT CASE WHEN exclusive THEN pg_advisory_xact_lock(lock) ELSE pg_advisory_xact_lock_shared(lock) END
FROM (SELECT lock, exclusive FROM unnest(%s::bigint[], %s::boolean[]) AS wanted (lock, exclusive)
      ORDER BY lock OFFSET 0) AS in_order
"""

# Inside the statement of a save, so that it costs no round trip. True, once the locks are held.
HELD = """(SELECT count(pg_advisory_xact_lock_shared(lock)::text)
FROM (SELECT lock FROM unnest(%s::bigint[]) AS wanted (lock) ORDER BY lock OFFSET 0) AS in_order) >= 0"""


def lock_of(*names: str) -> int:
    """The number of the lock for what the names say together."""
    digest = blake2b("\x1f".join(names).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def identifier_lock(type_: str, value: str) -> int:
    """The lock on an identifier of any system: a search may name the value alone."""
    return lock_of(type_, "identifier", value)


def identifier_locks(resource: Mapping[str, Any]) -> set[int]:
    """The locks on the identifiers that a resource carries."""
    identifiers = resource.get("identifier")
    if identifiers is None:
        return set()
    listed = [identifiers] if isinstance(identifiers, Mapping) else identifiers
    return {
        identifier_lock(resource["resourceType"], one["value"])
        for one in listed
        if isinstance(one, Mapping) and "value" in one
    }


def take(cursor: psycopg.Cursor[Any], exclusive: Iterable[int], shared: Iterable[int] = ()) -> None:
    """Wait for the locks and hold them until the transaction ends."""
    wanted = {**dict.fromkeys(shared, False), **dict.fromkeys(exclusive, True)}
    if wanted:
        cursor.execute(TAKE, (list(wanted), list(wanted.values())))


def held(shared: Iterable[int]) -> Sql:
    """A condition that is true as soon as the shared locks are held."""
    return Sql(HELD, (sorted(shared),))
