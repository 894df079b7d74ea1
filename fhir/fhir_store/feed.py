"""The change feed: every version in the order (epoch, xid, seq), and no late commit is ever skipped.

A sequence alone is not enough: a transaction that took number 7 may commit after the reader has seen 8.
So the reader stops below the oldest transaction still running, which PostgreSQL knows as the xmin of a
snapshot. A restored database counts transactions anew; raising the epoch keeps old cursors in order.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, text

from fhir_store.keyring import Keyring
from fhir_store.seal import COLUMNS

CHANGES = text(f"""
SELECT v.epoch, v.xid::text::bigint AS xid, v.type, v.id, v.version, v.interaction, {COLUMNS}
FROM fhir_store.resource_version v
WHERE (epoch, xid, seq) > (:epoch, CAST(CAST(:xid AS text) AS xid8), :seq)
    AND (epoch < fhir_store.current_epoch() OR xid < pg_snapshot_xmin(pg_current_snapshot()))
ORDER BY epoch, xid, seq
LIMIT :limit
""")  # noqa: S608 - our own columns

POSITION = text("""
SELECT epoch, xid::text::bigint AS xid, seq
FROM fhir_store.resource_version
WHERE epoch < fhir_store.current_epoch() OR xid < pg_snapshot_xmin(pg_current_snapshot())
ORDER BY epoch DESC, xid DESC, seq DESC
LIMIT 1
""")

IDENTITY = text("""
SELECT concat_ws('.', (SELECT system_identifier FROM pg_control_system()),
    (SELECT oid FROM pg_database WHERE datname = current_database()),
    'fhir_store.resource_version'::regclass::oid, fhir_store.current_epoch())
""")

RAISE_EPOCH = text("UPDATE fhir_store.installation SET epoch = epoch + 1")


@dataclass(frozen=True, order=True)
class Cursor:
    """A place in the change feed: everything at or before it has been seen."""

    epoch: int = 0
    xid: int = 0
    seq: int = 0

    def __str__(self) -> str:
        return f"{self.epoch}.{self.xid}.{self.seq}"

    @classmethod
    def parse(cls, written: str) -> "Cursor":
        """The cursor written by ``str``. Raises ValueError."""
        epoch, xid, seq = (int(part) for part in written.split("."))
        return cls(epoch, xid, seq)


@dataclass(frozen=True)
class Change:
    """One version that became visible; ``text`` is None for a deletion, and for what was erased since."""

    cursor: Cursor
    type: str
    id: str
    version: int
    interaction: str
    text: str | None


def changes(connection: Connection, keyring: Keyring, after: Cursor, limit: int = 1_000) -> Iterator[Change]:
    """The next changes after a cursor, oldest first; none means that the reader is up to date for now."""
    parameters = {"epoch": after.epoch, "xid": after.xid, "seq": after.seq, "limit": limit}
    for row in connection.execute(CHANGES, parameters):
        body = None if row.body is None else keyring.body(row.seq, row.seal_key, row.wrapped, row.body)
        cursor = Cursor(row.epoch, row.xid, row.seq)
        yield Change(cursor, row.type, row.id, row.version, row.interaction, body)


def position(connection: Connection) -> Cursor:
    """The newest place that a reader can have reached now."""
    row = connection.execute(POSITION).one_or_none()
    return Cursor(*row) if row else Cursor()


def identity(connection: Connection) -> str:
    """What tells this store, in this epoch, from every other: a cursor of one says nothing of another.

    A store that was wiped and made again, or restored from a dump, is another one.
    """
    return str(connection.execute(IDENTITY).scalar_one())


def raise_epoch(connection: Connection) -> None:
    """To be called by the owner once after a restore, before the first write."""
    connection.execute(RAISE_EPOCH)
