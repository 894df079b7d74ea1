"""The keys of the record in a token: what wraps the keys of people is itself never anywhere else."""

import secrets
from dataclasses import dataclass

from fhir_store.key_encryption import KeyEncryptionKey, KeyLost
from services.shared.hsm.token import NONCE_BYTES, Token, token_at
from services.shared.hsm.uri import TokenUri


@dataclass(frozen=True)
class TokenKeys:
    """The key-encryption keys in a token. Whoever gets it pickled gets the address and signs in by themselves."""

    uri: TokenUri

    def __call__(self, version: int) -> KeyEncryptionKey:
        """The key of a version. Raises KeyLost, TokenUnusable."""
        token, label = token_at(self.uri.address), self.uri.label(version)
        if not token.has(label):
            raise KeyLost(version)
        return TokenKey(token, label)

    def make(self, version: int) -> KeyEncryptionKey:
        """The key of a version, made in the token if there is none. Raises TokenUnusable."""
        token, label = token_at(self.uri.address), self.uri.label(version)
        token.make(label)
        return TokenKey(token, label)


@dataclass(frozen=True)
class TokenKey:
    """One of them. What it wraps has the form of what a key in a file wraps."""

    token: Token
    label: str

    def wrap(self, key: bytes, bound_to: bytes) -> bytes:
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + self.token.encrypt(self.label, nonce, key, bound_to)

    def unwrap(self, wrapped: bytes, bound_to: bytes) -> bytes | None:
        return self.token.decrypt(self.label, wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], bound_to)
