"""The keys of one record store, as far as this program has opened them.

A person's key lies wrapped in ``data_key`` and comes out of the database with every body that it seals. What is kept here
is only which wrapped key opens to what: without the row nothing of it is of use, so somebody who is erased by another
program cannot be read here either.
"""

import hmac
import secrets
import threading
from collections import OrderedDict
from collections.abc import Iterable
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple

from fhir_store.blind import Blind
from fhir_store.key_encryption import AesKey, KeyEncryptionKey, KeyEncryptionKeys, KeyLost
from fhir_store.seal import KEY_BYTES, NULL_KEY, DataKey, Place, place_of_body

OPENED = 10_000
"""Keys that are kept open, the least used forgotten first; each takes about a kilobyte of memory."""

VERSION_BYTES = 4
"""Of the key-encryption key, in front of each wrapped key."""


class WrappedKey(NamedTuple):
    """A data key as it lies in the database."""

    number: int
    wrapped: bytes


class Keyring:
    """Opens what is sealed and seals what is written. One for a program; its threads share it."""

    def __init__(self, encryption: KeyEncryptionKeys, own: WrappedKey, index: WrappedKey) -> None:
        """``own`` seals what belongs to no single person, ``index`` makes index values blind. Raises KeyLost."""
        self.encryption = encryption
        self.index_number = index.number
        self.blind = Blind(unwrapped(encryption, index))
        self._fingerprint_key = hmac.digest(unwrapped(encryption, own), b"fingerprint", "sha256")
        self._opened = lru_cache(maxsize=OPENED)(self._open)
        self.own = self.data_key(*own)
        self.remembered = Remembered()

    def body(self, seq: int, number: int, wrapped: bytes | None, sealed: bytes) -> str | None:
        """The text of a version, from what ``seal.COLUMNS`` selects; None if it was erased. Raises NotAsSealed."""
        return (
            sealed.decode()
            if number == NULL_KEY
            else self.text_at(place_of_body(seq), number, wrapped, sealed)
        )

    def text_at(self, place: Place, number: int, wrapped: bytes | None, sealed: bytes) -> str | None:
        """The text that was sealed for a place of another table; None if it was erased. Raises NotAsSealed."""
        return None if wrapped is None else self._opened(number, wrapped).open_sealed(place, sealed)

    def seal_own(self, place: Place, text: str) -> bytes:
        """Seal a text that belongs to no single person."""
        return self.own.seal(place, text)

    def data_key(self, number: int, wrapped: bytes) -> DataKey:
        """The key that a row of ``data_key`` holds. Raises KeyLost."""
        return self._opened(number, wrapped)

    def fingerprint(self, content: str | bytes) -> bytes:
        """What tells whether the same was submitted before, without keeping it twice, to who has the key."""
        encoded = content.encode() if isinstance(content, str) else content
        return self.keyed(sha256(encoded).digest())

    def keyed(self, digest: bytes) -> bytes:
        """The fingerprint of what has this SHA-256."""
        return hmac.digest(self._fingerprint_key, digest, "sha256")

    def _open(self, number: int, wrapped: bytes) -> DataKey:
        return DataKey(number, unwrapped(self.encryption, WrappedKey(number, wrapped)))


def new_key(encryption: KeyEncryptionKeys, number: int, version: int) -> WrappedKey:
    """A new key under a new number, wrapped by that version of the key-encryption key."""
    return wrapped(encryption, number, version, secrets.token_bytes(KEY_BYTES))


def wrapped(encryption: KeyEncryptionKeys, number: int, version: int, key: bytes) -> WrappedKey:
    """A key as it lies in the database."""
    text = encryption(version).wrap(key, _bound_to(number, version))
    return WrappedKey(number, version.to_bytes(VERSION_BYTES, "big") + text)


def unwrapped(encryption: KeyEncryptionKeys, one: WrappedKey) -> bytes:
    """The key itself. Raises KeyLost."""
    version = int.from_bytes(one.wrapped[:VERSION_BYTES], "big")
    key = encryption(version).unwrap(one.wrapped[VERSION_BYTES:], _bound_to(one.number, version))
    if key is None:
        raise KeyLost(version)
    return key


def _bound_to(number: int, version: int) -> bytes:
    return f"data_key|{number}|wrapped|{version}".encode()


class Remembered:
    """Which key is whose, for the shortest way to write: wrong after an erasure, which the database then notices."""

    def __init__(self) -> None:
        self._keys: OrderedDict[str, DataKey] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, patients: Iterable[str]) -> dict[str, DataKey]:
        """The keys that are remembered."""
        with self._lock:
            return {one: self._keys[one] for one in patients if one in self._keys}

    def add(self, keys: dict[str, DataKey]) -> None:
        with self._lock:
            self._keys.update(keys)
            while len(self._keys) > OPENED:
                self._keys.popitem(last=False)

    def forget(self, patients: Iterable[str]) -> None:
        with self._lock:
            for one in patients:
                self._keys.pop(one, None)


def throwaway_keyring() -> Keyring:
    """Keys that nothing is sealed with: to read whether a search is well-formed, without any store."""
    keys = _InMemory()
    return Keyring(keys, new_key(keys, 1, 1), new_key(keys, 2, 1))


class _InMemory:
    def __init__(self) -> None:
        self._key = AesKey(secrets.token_bytes(KEY_BYTES))

    def __call__(self, version: int) -> KeyEncryptionKey:
        return self._key

    def make(self, version: int) -> KeyEncryptionKey:
        return self._key
