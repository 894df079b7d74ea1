"""The one seam through which every stored body and every stored index value passes.

Today all of it is sealed with the null key, which changes nothing. Encryption per patient compartment
replaces what is inside these functions and nothing outside this file.
"""

import hashlib

NULL_KEY = 0

# In bytes. A B-tree entry may not exceed a third of a page; longer values are found by their digest.
LONGEST_INDEX_VALUE = 300

# In characters; in UTF-8 that is at most three times as many bytes, since folded text is mostly ASCII.
LONGEST_BEGINNING = 200


def seal(body: str, key: int = NULL_KEY) -> bytes:
    """The text of a resource as it lies in the database."""
    return body.encode()


def open_sealed(sealed: bytes, key: int = NULL_KEY) -> str:
    """The text that ``seal`` was given."""
    return sealed.decode()


def index_value(value: str, key: int = NULL_KEY) -> str:
    """How a searchable value lies in an index row; the same for stored and for sought values."""
    encoded = value.encode()
    if len(encoded) <= LONGEST_INDEX_VALUE:
        return value
    return "sha256:" + hashlib.sha256(encoded).hexdigest()


def beginning(value: str, key: int = NULL_KEY) -> str:
    """How a text that is searched by its beginning lies in an index row: so much of it as an index can hold."""
    return value if len(value) <= LONGEST_BEGINNING else value[:LONGEST_BEGINNING]


def fingerprint(body: str, key: int = NULL_KEY) -> bytes:
    """What tells whether the same text was submitted before, without keeping the text twice."""
    return hashlib.sha256(body.encode()).digest()
