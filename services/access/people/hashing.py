"""argon2id for passwords and PINs, a few at a time: each takes 64 MiB, and a prison's server has little memory."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import NamedTuple

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from services.access.people.errors import Busy

MEMORY_KIB = 64 * 1024
PASSES = 3
LANES = 4
"""The second choice of RFC 9106, section 4."""

AT_ONCE = 2
"""Hashes computed at one time, in all 128 MiB. Proposed."""

WAITING = 14
"""How many may wait for their turn; each occupies a thread of the server. Proposed."""

WAIT_S = 5.0
"""Longest wait. Proposed."""


class Checked(NamedTuple):
    """What a comparison gave."""

    same: bool
    better: str | None
    """The hash to keep from now on, where the parameters have changed."""


class Hashing:
    """Hashes and compares, whether or not there is something to compare with."""

    def __init__(
        self,
        hasher: Argon2Hasher | None = None,
        *,
        at_once: int = AT_ONCE,
        waiting: int = WAITING,
        wait_s: float = WAIT_S,
    ) -> None:
        self._passwords = PasswordHash((hasher or Argon2Hasher(PASSES, MEMORY_KIB, LANES),))
        self._admitted = BoundedSemaphore(at_once + waiting)
        self._computing = BoundedSemaphore(at_once)
        self._wait_s = wait_s
        # What the password of an account that is not there is compared with: the same work, the same answer.
        self._nobodys = self._passwords.hash(secrets.token_urlsafe(32))

    def hash(self, secret: str) -> str:
        """The hash to keep. Raises Busy."""
        with self._turn():
            return self._passwords.hash(secret)

    def check(self, secret: str, kept: str | None) -> Checked:
        """Whether it is the secret behind a kept hash; without one it is not, which takes as long. Raises Busy."""
        with self._turn():
            same, better = self._passwords.verify_and_update(secret, kept or self._nobodys)
        return Checked(same and kept is not None, better if kept else None)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._admitted.acquire(blocking=False):
            raise Busy
        try:
            if not self._computing.acquire(timeout=self._wait_s):
                raise Busy
            try:
                yield
            finally:
                self._computing.release()
        finally:
            self._admitted.release()
