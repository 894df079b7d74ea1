"""Secrets that have to be read again, sealed with AES-256-GCM to the place where they stand.

A sealed secret that is moved to another row or column does not open there.
"""

import secrets
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from services.access.people.errors import KeyDiffers

VERSION = b"\x01"
"""Of the key and of this layout: version, nonce, sealed text."""

NONCE_BYTES = 12


class Place(NamedTuple):
    """Where a sealed secret stands."""

    table: str
    row: str
    column: str


def seal(key: bytes, place: Place, plain: bytes) -> bytes:
    """The secret as it may be kept."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return VERSION + nonce + AESGCM(key).encrypt(nonce, plain, _bound_to(place, VERSION))


def unseal(key: bytes, place: Place, sealed: bytes) -> bytes:
    """The secret again. Raises KeyDiffers: another key, another place, or it was changed."""
    version, nonce, text = sealed[:1], sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    try:
        return AESGCM(key).decrypt(nonce, text, _bound_to(place, version))
    except InvalidTag:
        raise KeyDiffers from None


def _bound_to(place: Place, version: bytes) -> bytes:
    return "|".join((*place, version.hex())).encode()
