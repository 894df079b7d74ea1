"""Page links that nobody can read or change: what was asked and where a page ended is sealed inside.

A search can name a person, and a place between two pages is a name or a date. A URL ends up in logs that are not
ours, so a link carries neither in clear. A link works only for whom and for what it was made.
"""

import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as BadBase64
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12

PADDED_TO = 32
"""In bytes."""

WIDEST = 20
"""Digits. The place at which a page ended is a number that grows with all that is there: every number takes as much room as
the largest, so that no length tells."""


class BadLink(ValueError):
    """The text is no link of ours, or it was made for somebody or something else."""


class Links:
    """Seals and opens with one key of 32 bytes."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def seal(self, content: Any, holder: str) -> str:
        """The content (anything JSON can hold) as text for a URL."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        plain = json.dumps(content, separators=(",", ":")).encode()
        plain += b" " * _room_for_numbers(content)
        plain += b" " * (-len(plain) % PADDED_TO)
        return (
            urlsafe_b64encode(nonce + self._cipher.encrypt(nonce, plain, holder.encode()))
            .decode()
            .rstrip("=")
        )

    def open(self, sealed: str, holder: str) -> Any:
        """What was sealed for this holder. Raises BadLink."""
        try:
            raw = urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))
            plain = self._cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], holder.encode())
        except (BadBase64, InvalidTag, ValueError):
            raise BadLink from None
        return json.loads(plain)


def _room_for_numbers(content: Any) -> int:
    if isinstance(content, int):
        return max(0, WIDEST - len(str(content)))
    if isinstance(content, dict):
        return sum(map(_room_for_numbers, content.values()))
    return sum(map(_room_for_numbers, content)) if isinstance(content, list | tuple) else 0
