"""Signed heads of the kept tree: daily and on demand. Each is kept in the database, to be taken off the box."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection

from fhir_store.write import raw_cursor
from services.access.audit import head as signed
from services.access.audit.errors import BadSignature, ForeignHead, HeadNotUnderstood
from services.access.audit.head import SignedHead
from services.access.audit.kinds import Actor, Circumstances, new_key
from services.access.audit.log.record import record
from services.access.audit.log.sequencing import kept_tree, take_turn
from services.access.audit.log.signing_key import changed_key, current_log_id, register, signing_key
from services.shared.database import Database

EVERY = timedelta(days=1)

KEEP = "INSERT INTO access.audit_head (line) VALUES (%s)"
NEWEST = "SELECT line FROM access.audit_head ORDER BY number DESC LIMIT 1"
LINES = "SELECT line FROM access.audit_head ORDER BY number"
# A clock that was far ahead for a while must not keep heads from being signed until it is reached again.
IS_DUE = """
SELECT size > 0 AND NOT EXISTS (
    SELECT FROM access.audit_head WHERE signed_at > now() - %(every)s AND signed_at < now() + %(every)s
) FROM access.audit_tree
"""


def sign_head(cursor: psycopg.Cursor[Any], home: Path, now: datetime) -> SignedHead:
    """Sign the tree as it is, and keep the head, in the caller's transaction. It is valid before that is committed.

    Raises KeyLost, KeyOfAnotherLog, KeyUnusable.
    """
    take_turn(cursor)
    frontier = kept_tree(cursor).frontier
    key = signing_key(cursor, home)
    time = max([now.astimezone(UTC).replace(microsecond=0), *_time_of_newest(cursor, key.public_key())])
    head = signed.sign(key, frontier.size, frontier.root(), time)
    cursor.execute(KEEP, (signed.text(head),))
    return head


def _time_of_newest(cursor: psycopg.Cursor[Any], key: Ed25519PublicKey) -> Iterator[datetime]:
    """No head is earlier than the one before (RFC 6962, section 3.5): after a clock was set back, a log that has only grown
    would look as if it had been rolled back. A head that the key has not signed says nothing."""
    for (line,) in cursor.execute(NEWEST).fetchall():
        with suppress(HeadNotUnderstood, ForeignHead, BadSignature):
            newest = signed.parse(line)
            signed.verify(newest, key)
            yield newest.time


def sign_now(database: Database, home: Path) -> SignedHead:
    """Sign what is sequenced. Raises KeyLost, KeyOfAnotherLog, KeyUnusable."""
    return database.run(lambda connection: sign_head(raw_cursor(connection), home, datetime.now(UTC)))


def sign_if_due(database: Database, home: Path) -> SignedHead | None:
    """Sign if no head was signed for a day and there is something to sign. Raises as ``sign_now`` does."""
    with database.cursor() as cursor:
        row = cursor.execute(IS_DUE, {"every": EVERY}).fetchone()
    return sign_now(database, home) if row and row[0] else None


def kept_lines(cursor: psycopg.Cursor[Any]) -> Iterator[str]:
    """Every head that was signed here, oldest first, as it was written down."""
    for (line,) in cursor.execute(LINES):
        yield line


def begin_new_log_id(database: Database, home: Path, actor: Actor, key: bytes) -> str:
    """Sign with a new key from here on; returns the new log id. The log records it, and keeps the old public key."""
    with changed_key(home) as made:

        def change(connection: Connection) -> str:
            cursor = raw_cursor(connection)
            take_turn(cursor)
            before, now = current_log_id(cursor), signed.log_id(made.public_key())
            register(cursor, made)
            at = Circumstances(actor, datetime.now(UTC))
            record(cursor, [new_key(at, before=before.hex() if before else None, now=now.hex())], key)
            return now.hex()

        return database.run(change)
