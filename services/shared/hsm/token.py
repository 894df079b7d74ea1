"""AES keys of a token, by their labels."""

import hmac
import secrets
import threading
from functools import cache
from typing import Protocol, runtime_checkable

from pkcs11 import (
    Attribute,
    GCMParams,
    KeyType,
    Mechanism,
    MechanismFlag,
    NoSuchKey,
    ObjectClass,
    PKCS11Error,
    Session,
)

from services.shared.hsm.connection import Connection
from services.shared.hsm.errors import KeyUnfit, SeveralKeys
from services.shared.hsm.uri import TokenAddress

NONCE_BYTES = 12
KEY_BITS = 256

NEVER_LEAVES = {Attribute.SENSITIVE: True, Attribute.EXTRACTABLE: False}
FIT = {Attribute.KEY_TYPE: KeyType.AES, Attribute.VALUE_LEN: KEY_BITS // 8, **NEVER_LEAVES}
MADE = {**NEVER_LEAVES, Attribute.PRIVATE: True, Attribute.MODIFIABLE: False}

_connecting = threading.Lock()


@runtime_checkable
class AesKey(Protocol):
    """A key of the token that both seals and opens."""

    def encrypt(self, data: bytes, *, mechanism: Mechanism, mechanism_param: GCMParams) -> bytes:
        """What the token makes of it. Raises PKCS11Error."""

    def decrypt(self, data: bytes, *, mechanism: Mechanism, mechanism_param: GCMParams) -> bytes:
        """What it was made of. Raises PKCS11Error."""


class Token:
    """Threads may share it. Each method raises TokenUnusable."""

    def __init__(self, address: TokenAddress) -> None:
        self._connection = Connection(address)
        self._keys: dict[str, AesKey] = {}
        self._found_in: Session | None = None

    def has(self, label: str) -> bool:
        """Whether there is a key of that name."""
        return self._connection.twice(lambda session: self._find(session, label) is not None)

    def make(self, label: str) -> None:
        """Make a key of that name inside the token, unless there is one."""
        self._connection.twice(lambda session: self._make(session, label))

    def encrypt(self, label: str, nonce: bytes, text: bytes, bound_to: bytes) -> bytes:
        """What AES-256-GCM makes of it, its tag at the end."""
        return self._connection.twice(
            lambda session: _encrypted(self._needed(session, label), nonce, text, bound_to)
        )

    def decrypt(self, label: str, nonce: bytes, sealed: bytes, bound_to: bytes) -> bytes | None:
        """What was encrypted, None if it was not by this key for this."""
        return self._connection.twice(
            lambda session: _decrypted(self._needed(session, label), nonce, sealed, bound_to)
        )

    def _needed(self, session: Session, label: str) -> AesKey:
        key = self._find(session, label)
        if key is None:
            raise NoSuchKey
        return key

    def _find(self, session: Session, label: str) -> AesKey | None:
        if session is not self._found_in:
            self._keys, self._found_in = {}, session
        if label not in self._keys:
            found = self._search(session, label)
            if found is None:
                return None
            self._keys[label] = found
        return self._keys[label]

    def _search(self, session: Session, label: str) -> AesKey | None:
        found = list(session.get_objects({Attribute.CLASS: ObjectClass.SECRET_KEY, Attribute.LABEL: label}))
        if not found:
            return None
        if len(found) > 1:
            raise SeveralKeys(self._connection.address.label)
        key = found[0]
        if not isinstance(key, AesKey) or any(key[name] != value for name, value in FIT.items()):
            raise KeyUnfit(self._connection.address.label)
        return key

    def _make(self, session: Session, label: str) -> None:
        if self._find(session, label):
            return
        with self._connection.writing() as writing:
            writing.generate_key(
                KeyType.AES,
                KEY_BITS,
                label=label,
                store=True,
                capabilities=MechanismFlag.ENCRYPT | MechanismFlag.DECRYPT,
                template=MADE,
            )


def token_at(address: TokenAddress) -> Token:
    """The token: one for the program, however many ask for it."""
    with _connecting:
        return _token(address)


@cache
def _token(address: TokenAddress) -> Token:
    return Token(address)


def _encrypted(key: AesKey, nonce: bytes, text: bytes, bound_to: bytes) -> bytes:
    return key.encrypt(text, mechanism=Mechanism.AES_GCM, mechanism_param=GCMParams(nonce, bound_to))


def _decrypted(key: AesKey, nonce: bytes, sealed: bytes, bound_to: bytes) -> bytes | None:
    try:
        return key.decrypt(sealed, mechanism=Mechanism.AES_GCM, mechanism_param=GCMParams(nonce, bound_to))
    except PKCS11Error:
        # Libraries say the same of what is not theirs and of what is broken.
        if _is_well(key):
            return None
        raise


def _is_well(key: AesKey) -> bool:
    """Whether the key opens what it has just sealed."""
    nonce, text = secrets.token_bytes(NONCE_BYTES), secrets.token_bytes(KEY_BITS // 8)
    try:
        sealed = _encrypted(key, nonce, text, b"")
        params = GCMParams(nonce, b"")
        return hmac.compare_digest(
            key.decrypt(sealed, mechanism=Mechanism.AES_GCM, mechanism_param=params), text
        )
    except PKCS11Error:
        return False
