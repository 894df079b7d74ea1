"""Locks that the kernel drops when their holder is gone, also by kill -9 (flock).

A lock belongs to an open file: a forked child shares it, a program started from here does not, because the
descriptor closes on exec. Close the descriptor to give the lock back; never unlock it, which would take it
from the parent as well.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from services.shared.embedded_postgres.home import Home, open_private_file, owner_of

POLL_SECONDS = 0.02


class LockBusy(Exception):
    """Another program kept the lock for as long as one was ready to wait."""


def opened(home: Home, lock: Path) -> int:
    """A new descriptor of a lock file, not locked yet."""
    return open_private_file(lock, os.O_RDWR, owner_of(home))


def shared(home: Home, lock: Path, within: float) -> int:
    """A descriptor that holds the lock together with others. Raises LockBusy after ``within`` seconds."""
    return _taken(opened(home, lock), fcntl.LOCK_SH, within)


def exclusive(home: Home, lock: Path, within: float) -> int:
    """A descriptor that alone holds the lock. Raises LockBusy after ``within`` seconds."""
    return _taken(opened(home, lock), fcntl.LOCK_EX, within)


def exclusive_at_last(home: Home, lock: Path) -> int:
    """A descriptor that alone holds the lock, however long that takes."""
    descriptor = opened(home, lock)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    return descriptor


def is_held(home: Home, lock: Path) -> bool:
    """Whether somebody holds the lock exclusively now."""
    try:
        os.close(shared(home, lock, within=0))
    except LockBusy:
        return True
    return False


@contextmanager
def held(descriptor: int) -> Iterator[int]:
    """Give the lock back at the end."""
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _taken(descriptor: int, kind: int, within: float) -> int:
    deadline = time.monotonic() + within
    try:
        while not _at_once(descriptor, kind):
            if time.monotonic() >= deadline:
                raise LockBusy
            time.sleep(POLL_SECONDS)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _at_once(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
