"""The key that encrypts the keys: it never seals a text itself, and may live outside of this machine.

``AesKey`` is one whose bytes this program has. One in a token (PKCS#11) is another class with the same two methods.
"""

import secrets
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from fhir_store.seal import NONCE_BYTES


class KeyLost(Exception):
    """The keys of the record do not open. The message says what to do."""

    def __init__(self, version: int) -> None:
        super().__init__(
            f"record-{version}.key, in the folder RECORD_KEYS or else THROUGHCARE_HOME, or the key of that number in the token of "
            "RECORD_KEYS, is not the one that this database was sealed with, or is not there. Restore it from its backup: "
            "without it nobody can read the sealed records."
        )


class KeyEncryptionKey(Protocol):
    """``bound_to`` is what a wrapped key belongs to: under another it does not open."""

    def wrap(self, key: bytes, bound_to: bytes) -> bytes:
        """The key as it may be kept."""

    def unwrap(self, wrapped: bytes, bound_to: bytes) -> bytes | None:
        """The key again, None if it was not wrapped by this one for this."""


class KeyEncryptionKeys(Protocol):
    """The keys that encrypt keys, by their versions: a new one is made now and then, and both are needed until all the
    others are wrapped anew. It can be pickled, and is no secret then: the programs that load a file get it so."""

    def __call__(self, version: int) -> KeyEncryptionKey:
        """The key of a version. Raises KeyLost."""

    def make(self, version: int) -> KeyEncryptionKey:
        """The key of a version, made if there is none."""


class AesKey:
    """AES-256-GCM with a key in memory."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def wrap(self, key: bytes, bound_to: bytes) -> bytes:
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, key, bound_to)

    def unwrap(self, wrapped: bytes, bound_to: bytes) -> bytes | None:
        try:
            return self._cipher.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], bound_to)
        except (InvalidTag, ValueError):
            return None
