"""The key that heads are signed with: a file in THROUGHCARE_HOME, made once. The database keeps the public half.

A key that is lost is never made anew in silence: whoever holds heads off the box could not tell that from somebody
who wrote the log again. It takes ``throughcare audit new-key``, which the log itself records.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from services.access.audit import head as signed
from services.access.audit.log.errors import KeyLost, KeyOfAnotherLog, KeyUnusable

NAME = "audit-signing.key"
LENGTH = 32

CURRENT = "SELECT log_id FROM access.audit_key ORDER BY number DESC LIMIT 1"
HAS_HEADS = "SELECT EXISTS (SELECT FROM access.audit_head)"
PUBLIC_KEYS = "SELECT public_key FROM access.audit_key ORDER BY number"
REGISTER = "INSERT INTO access.audit_key (log_id, public_key) VALUES (%s, %s)"

WHAT_TO_DO = (
    f"Put {NAME} back into THROUGHCARE_HOME from a backup. If there is none: throughcare audit new-key begins a new "
    "identity of the log, which it records."
)


def public_keys(cursor: psycopg.Cursor[Any]) -> list[Ed25519PublicKey]:
    """Every key that heads of this log were signed with, oldest first; what is no key any more is left out."""
    raws = [bytes(raw) for (raw,) in cursor.execute(PUBLIC_KEYS)]
    return [Ed25519PublicKey.from_public_bytes(raw) for raw in raws if len(raw) == LENGTH]


def signing_key(cursor: psycopg.Cursor[Any], home: Path) -> Ed25519PrivateKey:
    """The key, made and registered if none ever was. Whoever asks has its turn (``sequencing.take_turn``).

    Raises KeyLost, KeyOfAnotherLog, KeyUnusable.
    """
    log_id = current_log_id(cursor)
    if log_id is None:
        if not (home / NAME).exists():
            _write(home / NAME, Ed25519PrivateKey.generate())
        key = _read(home / NAME)
        register(cursor, key)
        return key
    _finish_change(home, log_id)
    return _known(home, log_id)


def current_log_id(cursor: psycopg.Cursor[Any]) -> bytes | None:
    """Which identity the log has now; None before its first head. Raises KeyUnusable."""
    row = cursor.execute(CURRENT).fetchone()
    if row is None and _one(cursor, HAS_HEADS):
        raise KeyUnusable(
            "The audit log has heads, but the keys they were signed with are gone from the database. "
            "Restore it from a backup."
        )
    return bytes(row[0]) if row else None


def problem(cursor: psycopg.Cursor[Any], home: Path) -> str | None:
    """Why no head can be signed, and what to do; None if one can. Makes nothing."""
    try:
        log_id = current_log_id(cursor)
        if log_id is not None and not _is_of(_beside(home), log_id):
            _known(home, log_id)
    except KeyUnusable as unusable:
        return str(unusable)
    return None


def register(cursor: psycopg.Cursor[Any], key: Ed25519PrivateKey) -> None:
    """Keep the public half and the log id, from here on the log's."""
    public = key.public_key()
    cursor.execute(REGISTER, (signed.log_id(public), public.public_bytes_raw()))


@contextmanager
def changed_key(home: Path) -> Iterator[Ed25519PrivateKey]:
    """A new key, which takes the old one's place when the caller has committed that it is registered.

    A crash in between leaves it beside the old one, and the next one who signs puts it in place.
    """
    key = Ed25519PrivateKey.generate()
    _beside(home).unlink(missing_ok=True)
    _write(_beside(home), key)
    yield key
    _finish_change(home, signed.log_id(key.public_key()))


def _beside(home: Path) -> Path:
    return home / f"{NAME}.new"


def _finish_change(home: Path, log_id: bytes) -> None:
    """Put a new key in place that was registered; the old one stays beside it, under the name of its log."""
    if not _is_of(_beside(home), log_id):
        return
    current = home / NAME
    if current.exists():
        current.rename(home / f"{NAME}.{_name_of(current)}.old")
    _beside(home).rename(current)


def _name_of(path: Path) -> str:
    try:
        return signed.log_id(_read(path).public_key()).hex()[:16]
    except KeyUnusable:
        return "unreadable"


def _is_of(path: Path, log_id: bytes) -> bool:
    try:
        return signed.log_id(_read(path).public_key()) == log_id
    except KeyUnusable:
        return False


def _known(home: Path, log_id: bytes) -> Ed25519PrivateKey:
    key = _read(home / NAME)
    if signed.log_id(key.public_key()) != log_id:
        raise KeyOfAnotherLog(
            f"{NAME} is not the key that this audit log is signed with, so no head is signed. {WHAT_TO_DO}"
        )
    return key


def _read(path: Path) -> Ed25519PrivateKey:
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise KeyLost(
            f"The key of the audit log is lost: there is no {NAME}. No head is signed. {WHAT_TO_DO}"
        ) from None
    if len(raw) != LENGTH:
        raise KeyUnusable(f"{NAME} is damaged: it has not {LENGTH} bytes. No head is signed. {WHAT_TO_DO}")
    return Ed25519PrivateKey.from_private_bytes(raw)


def _write(path: Path, key: Ed25519PrivateKey) -> None:
    """Write the key whole or not at all, for its owner alone, and on the disk before anything is signed with it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        file.write(key.private_bytes_raw())
        file.flush()
        os.fsync(file.fileno())
    part.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _one(cursor: psycopg.Cursor[Any], statement: str) -> Any:
    row = cursor.execute(statement).fetchone()
    assert row is not None
    return row[0]
