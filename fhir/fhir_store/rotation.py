"""Wrap every key by a newer key-encryption key, batch by batch; and give the index another key.

Bodies are not touched: what wraps the keys changes, the keys do not. Only the owner of the tables may.
"""

from typing import Any

import psycopg

from fhir_store.key_encryption import KeyEncryptionKeys
from fhir_store.keyring import WrappedKey, new_key, unwrapped, wrapped

BATCH = 1_000

OLDER = """
SELECT number, wrapped FROM fhir_store.data_key WHERE kek < %s ORDER BY number LIMIT %s FOR UPDATE
"""
REWRAP = """
UPDATE fhir_store.data_key k SET wrapped = w.wrapped, kek = %s
FROM unnest(%s::int[], %s::bytea[]) AS w (number, wrapped) WHERE k.number = w.number
"""
COUNT = "SELECT count(*) FILTER (WHERE kek = %s), count(kek) FROM fhir_store.data_key"
RETIRE = "DELETE FROM fhir_store.key_encryption_key WHERE version < %s"

EVERY = "SELECT number, wrapped FROM fhir_store.data_key WHERE wrapped IS NOT NULL"

NEXT = (
    "SELECT nextval('fhir_store.data_key_number'), (SELECT max(version) FROM fhir_store.key_encryption_key)"
)
END_INDEX = """
UPDATE fhir_store.data_key SET wrapped = NULL, kek = NULL, destroyed_at = now() WHERE purpose = 'index' AND wrapped IS NOT NULL
"""
ADD_INDEX = "INSERT INTO fhir_store.data_key (number, purpose, wrapped, kek) VALUES (%s, 'index', %s, %s)"


def rewrap_batch(cursor: psycopg.Cursor[Any], encryption: KeyEncryptionKeys, version: int) -> bool:
    """Wrap the next keys by a version, in the caller's transaction. Whether there were any. Raises KeyLost."""
    rows = [WrappedKey(*row) for row in cursor.execute(OLDER, (version, BATCH)).fetchall()]
    anew = [wrapped(encryption, one.number, version, unwrapped(encryption, one)) for one in rows]
    if anew:
        cursor.execute(REWRAP, (version, [one.number for one in anew], [one.wrapped for one in anew]))
    return bool(anew)


def progress_of(cursor: psycopg.Cursor[Any], version: int) -> tuple[int, int]:
    """How many keys are wrapped by a version, and how many keys there are."""
    done, total = cursor.execute(COUNT, (version,)).fetchall()[0]
    return done, total


def retire(cursor: psycopg.Cursor[Any], version: int) -> None:
    """Forget the versions before one. The database refuses it while a key is still wrapped by one of them."""
    cursor.execute(RETIRE, (version,))


def check_every(cursor: psycopg.Cursor[Any], encryption: KeyEncryptionKeys) -> int:
    """Open every key; returns how many there are. Raises KeyLost."""
    rows = cursor.execute(EVERY).fetchall()
    for row in rows:
        unwrapped(encryption, WrappedKey(*row))
    return len(rows)


def renew_index_key(cursor: psycopg.Cursor[Any], encryption: KeyEncryptionKeys) -> None:
    """Put another key in the place of the index's; the caller derives the index again in the same transaction."""
    number, version = cursor.execute(NEXT).fetchall()[0]
    made = new_key(encryption, number, version)
    cursor.execute(END_INDEX)
    cursor.execute(ADD_INDEX, (made.number, made.wrapped, version))
