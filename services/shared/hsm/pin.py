"""The PIN of a token: read when it is needed, and tried only where a wrong one does not lock the token."""

import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager

from pkcs11 import TokenFlag

from services.shared.hsm.errors import PinLocked, PinNearlyLocked, PinNotSet, PinOpen, PinUnreadable
from services.shared.hsm.uri import TokenAddress

LONGEST = 1_000
"""Bytes of a file that can be a PIN."""


@contextmanager
def pin_of(address: TokenAddress) -> Iterator[str]:
    """The PIN, while no other program of this machine tries the same. Raises PinUnreadable, PinOpen."""
    try:
        descriptor = os.open(address.pin_file, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        raise PinUnreadable(address.label) from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield _read(descriptor, address.label)
    finally:
        os.close(descriptor)


def refuse_risk(flags: TokenFlag, label: str) -> None:
    """Raise if the PIN should not be tried: PinNotSet, PinLocked, PinNearlyLocked.

    A program that is started again and again with a wrong PIN would lock the token otherwise.
    """
    if not flags & TokenFlag.USER_PIN_INITIALIZED:
        raise PinNotSet(label)
    if flags & TokenFlag.USER_PIN_LOCKED:
        raise PinLocked(label)
    if flags & TokenFlag.USER_PIN_FINAL_TRY:
        raise PinNearlyLocked(label)


def _read(descriptor: int, label: str) -> str:
    if os.fstat(descriptor).st_mode & stat.S_IROTH:
        raise PinOpen(label)
    try:
        pin = os.read(descriptor, LONGEST).decode().rstrip("\r\n")
    except (OSError, UnicodeDecodeError):
        raise PinUnreadable(label) from None
    if not pin or "\n" in pin:
        raise PinUnreadable(label)
    return pin
