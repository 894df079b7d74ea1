"""The one seam through which every stored body and every stored index value passes.

A body is sealed with AES-256-GCM to the place where it stands (table, row, column) and to the number of its key: moved
to another row it does not open there. Who has which key is ``keyring``; whose key seals what is ``sealing``.
"""

import hashlib
import json
import secrets
from typing import NewType

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NULL_KEY = 0
"""The number of the key that changes nothing: for what is part of nobody's record."""

KEY_BYTES = 32
NONCE_BYTES = 12

COLUMNS = "v.seq, v.seal_key, (SELECT k.wrapped FROM fhir_store.data_key k WHERE k.number = v.seal_key) AS wrapped, v.body"
"""What a statement selects of a version ``v`` for ``Keyring.body`` to open it: the key comes with each body, so what is
erased by one program is at once erased for all."""

# In bytes. A B-tree entry may not exceed a third of a page; longer values are found by their digest.
LONGEST_INDEX_VALUE = 300

# In characters; in UTF-8 that is at most three times as many bytes, since folded text is mostly ASCII.
LONGEST_BEGINNING = 200


class NotAsSealed(Exception):
    """What is sealed was moved or changed, or the key is another one."""

    def __init__(self) -> None:
        super().__init__(
            "A stored text is not what was sealed in that place: a row was moved or changed by another program. "
            "Compare the database with a backup."
        )


Place = NewType("Place", str)
"""Where a sealed text stands: table, row and column with bars between them."""


class DataKey:
    """A key that seals texts, by its number."""

    __slots__ = ("_cipher", "number")

    def __init__(self, number: int, key: bytes) -> None:
        self.number = number
        self._cipher = AESGCM(key)

    def seal(self, place: Place, text: str) -> bytes:
        """The text as it lies in the database."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, text.encode(), self._bound_to(place))

    def open_sealed(self, place: Place, sealed: bytes) -> str:
        """The text that ``seal`` was given. Raises NotAsSealed."""
        try:
            plain = self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], self._bound_to(place))
        except (InvalidTag, ValueError):
            raise NotAsSealed from None
        return plain.decode()

    def _bound_to(self, place: Place) -> bytes:
        return f"{place}|{self.number}".encode()


def place_of_body(seq: int) -> Place:
    """Where the body of a version stands."""
    return Place(f"resource_version|{seq}|body")


def place_of_answer(client: str, key: str) -> Place:
    """Where the answer to an Idempotency-Key stands."""
    return Place(f"answered|{json.dumps([client, key])}|answer")


def index_value(value: str) -> str:
    """How a searchable value lies in an index row; the same for stored and for sought values."""
    encoded = value.encode()
    if len(encoded) <= LONGEST_INDEX_VALUE:
        return value
    return "sha256:" + hashlib.sha256(encoded).hexdigest()


def beginning(value: str) -> str:
    """How a text that is searched by its beginning lies in an index row: so much of it as an index can hold."""
    return value if len(value) <= LONGEST_BEGINNING else value[:LONGEST_BEGINNING]
