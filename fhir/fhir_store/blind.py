"""Index values that tell nothing to who has no key: a keyed hash of each, which is the same for the same value only.

What still shows: which rows have the same value and how often, and of texts, which begin alike (docs/decisions/0014).
Every parameter has hashes of its own, so that a given name and a family name do not meet.
"""

import hmac
from collections.abc import Iterator

TOKEN_BYTES = 16
TEXT_BYTES = 8
"""Of a beginning. Two of a million texts share one with a chance of 1 in 37 million."""

LONGEST_BEGINNING = 32
"""In characters, folded: of a longer text so many are compared. Proposed."""


class Blind:
    """Hashes index values with one key."""

    __slots__ = ("_key",)

    def __init__(self, key: bytes) -> None:
        self._key = key

    def token(self, param: str, code: str) -> str:
        """How a code lies in the index: only the whole of it can be found."""
        return self._hash("token", param, code)[:TOKEN_BYTES].hex()

    def same(self, param: str, text: str) -> int:
        """By which a text is found that is wholly the same."""
        return self._number("same", param, text)

    def beginning(self, param: str, folded: str) -> int:
        """By which texts are found that begin like this folded one."""
        return self._number("beginning", param, folded[:LONGEST_BEGINNING])

    def beginnings(self, param: str, folded: str) -> Iterator[int]:
        """All beginnings by which a folded text is found."""
        lengths = range(1, min(len(folded), LONGEST_BEGINNING) + 1)
        return (self.beginning(param, folded[:length]) for length in lengths)

    def _number(self, kind: str, param: str, text: str) -> int:
        return int.from_bytes(self._hash(kind, param, text)[:TEXT_BYTES], "big", signed=True)

    def _hash(self, kind: str, param: str, text: str) -> bytes:
        return hmac.digest(self._key, f"{kind}\0{param}\0{text}".encode("utf-8", "surrogatepass"), "sha256")
