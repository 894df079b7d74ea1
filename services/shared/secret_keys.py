"""Secrets of an installation: each made once, kept in THROUGHCARE_HOME, readable by its owner alone."""

import os
import secrets
from pathlib import Path

LENGTH = 32


def secret_key(home: Path, name: str) -> bytes:
    """The key of that name: ``pseudonym`` for those of the cascade, ``links`` for what page links carry sealed,
    ``audit-subject`` and ``audit-search`` for how the audit log is asked about a person and a value searched for.

    Losing one of those only means that the next run's pseudonyms are different ones, that old links lead nowhere, or that
    what was logged before is no longer found by person or by value; put those of the audit log into the backup.
    ``credentials`` is that of one-time codes and PINs, and these are lost with it (``access.people.keys``).
    ``round-events`` opens what tablets have sealed and not sent yet; ``round-devices`` is what their stores are wrapped with
    beside the PIN: without it they fetch the list anew.
    ``record-1`` and its successors open the record itself (``record_keys``): nobody reads it without them.
    """
    home.mkdir(parents=True, exist_ok=True)
    path = home / f"{name}.key"
    if not path.exists():
        _make(path)
    return path.read_bytes()


def _make(path: Path) -> None:
    """Write the key whole or not at all; of two programs that try at once one wins and both read its key."""
    part = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        file.write(secrets.token_bytes(LENGTH))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(part, path)
        _reaches_the_disk(path.parent)
    except FileExistsError:
        pass  # another program was first
    finally:
        part.unlink()


def _reaches_the_disk(folder: Path) -> None:
    """A file is there after a loss of power only once its folder says so."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
