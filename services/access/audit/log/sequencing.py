"""The order of the log: who has recorded does not wait for it, the one sequencer gives it afterwards.

It reads events in the order (epoch, xid, seq) and only below the oldest transaction that still runs, as the change
feed does (``fhir_store.feed``): whatever commits later sorts behind what was read. Leaves, tree and place in the
order are one transaction, so that a crash leaves all of them as they were.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from sqlalchemy import Connection

from fhir_store.write import raw_cursor
from services.access.audit.log.errors import TreeBroken
from services.access.audit.tree import Frontier, leaf_hash
from services.shared.database import Database

# Of two servers one sequences and the other waits; signing and the change of keys take their turn with it.
LOCK = 4_604_110_962
TAKE_TURN = "SELECT pg_advisory_xact_lock(%s)"

MOST_AT_ONCE = 5_000
"""Events that one transaction sequences."""

TREE = "SELECT size, subtrees, epoch, xid::text::bigint, seq FROM access.audit_tree"

UNSEQUENCED = """
SELECT epoch, xid::text::bigint, seq, body FROM access.audit_event
WHERE (epoch, xid, seq) > (%s, %s::text::xid8, %s)
    AND (epoch < fhir_store.current_epoch() OR xid < pg_snapshot_xmin(pg_current_snapshot()))
ORDER BY epoch, xid, seq
LIMIT %s
"""

ADD_LEAVES = """
INSERT INTO access.audit_leaf (index, event, hash)
SELECT %s::bigint + nth - 1, event, hash
FROM unnest(%s::bigint[], %s::bytea[]) WITH ORDINALITY AS l (event, hash, nth)
"""

KEEP_TREE = (
    "UPDATE access.audit_tree SET size = %s, subtrees = %s, epoch = %s, xid = %s::text::xid8, seq = %s"
)


@dataclass(frozen=True)
class Place:
    """A place in the order of events: everything at or before it has a leaf."""

    epoch: int
    xid: int
    seq: int


@dataclass(frozen=True)
class KeptTree:
    """The tree as it is kept: its right edge, and how far in the order of events it goes."""

    frontier: Frontier
    place: Place


def take_turn(cursor: psycopg.Cursor[Any]) -> None:
    """Wait until no other program adds to the tree or signs it; until the end of the transaction none does."""
    cursor.execute(TAKE_TURN, (LOCK,))


def kept_tree(cursor: psycopg.Cursor[Any]) -> KeptTree:
    """The tree. Raises InvalidTree if what is kept is none."""
    row = cursor.execute(TREE).fetchone()
    if row is None:
        raise TreeBroken("The audit log has lost its tree. Restore the database from a backup.")
    size, subtrees, *place = row
    return KeptTree(Frontier(size, [bytes(one) for one in subtrees]), Place(*place))


def sequence(cursor: psycopg.Cursor[Any], most: int = MOST_AT_ONCE) -> int:
    """Give the next events their leaves, in the caller's transaction; returns how many.

    The transaction must be READ COMMITTED, so that what others sequenced before is seen. Raises TreeBroken.
    """
    take_turn(cursor)
    tree = kept_tree(cursor)
    place = tree.place
    cursor.execute(UNSEQUENCED, (place.epoch, place.xid, place.seq, most))
    if rows := cursor.fetchall():
        _append(cursor, tree.frontier, rows)
    return len(rows)


def sequence_all(database: Database, progress: Callable[[int], None] = lambda done: None) -> int:
    """Sequence whatever can be, a bounded number in each transaction; returns how many."""
    done = 0
    while added := database.run(_sequence):
        done += added
        progress(done)
    return done


def _sequence(connection: Connection) -> int:
    return sequence(raw_cursor(connection))


def _append(cursor: psycopg.Cursor[Any], frontier: Frontier, rows: Sequence[tuple[Any, ...]]) -> None:
    first = frontier.size
    hashes = [leaf_hash(bytes(body)) for *_, body in rows]
    for one in hashes:
        frontier.append(one)
    try:
        cursor.execute(ADD_LEAVES, (first, [seq for _, _, seq, _ in rows], hashes))
    except psycopg.errors.UniqueViolation:
        raise TreeBroken(
            "The tree of the audit log does not fit its leaves, so nothing is added. Run: throughcare audit verify"
        ) from None
    epoch, xid, seq, _ = rows[-1]
    cursor.execute(KEEP_TREE, (frontier.size, list(frontier.subtrees), epoch, xid, seq))
