"""Signed tree heads: that a log had so many entries, with this root, at this time.

What is signed is a fixed number of bytes behind a name of its own, so that the signature means nothing anywhere else:
``throughcare audit head 1``, a zero byte, then log id (32), size (8), time in seconds since 1970 (8) and root (32),
numbers big-endian. The log id is the SHA-256 of the raw public key. The text form is ``TCHEAD1.`` and base64url of
log id, size, time, root and signature: 200 characters on one line, which a QR code of version 10 holds.
"""

import re
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from services.access.audit.errors import BadSignature, ForeignHead, HeadNotUnderstood, InvalidHead
from services.access.audit.tree import HASH_LENGTH

DOMAIN = b"throughcare audit head 1\0"
PREFIX = "TCHEAD1."
FIELDS = struct.Struct(">32sQQ32s")
SIGNATURE_LENGTH = 64
TEXT_LENGTH = (
    (FIELDS.size + SIGNATURE_LENGTH) // 3 * 4
)  # a multiple of 3, so base64 has one form and no padding
# As large as the database can count.
LARGEST_SIZE = 2**63 - 1
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LATEST_S = int((datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC) - EPOCH).total_seconds())


@dataclass(frozen=True)
class SignedHead:
    """A head and its signature, which says nothing before ``verify`` has returned. Raises InvalidHead."""

    log_id: bytes
    size: int
    time: datetime
    root: bytes
    signature: bytes

    def __post_init__(self) -> None:
        if len(self.log_id) != HASH_LENGTH or len(self.root) != HASH_LENGTH:
            raise InvalidHead("Log id and root have 32 bytes each.")
        if not 0 <= self.size <= LARGEST_SIZE:
            raise InvalidHead("The size of a tree is a number from 0 to 2^63 - 1.")
        if self.time.utcoffset() != timedelta(0) or self.time.microsecond or self.time < EPOCH:
            raise InvalidHead("The time of a head is in UTC, in whole seconds, from 1970 on.")
        if len(self.signature) != SIGNATURE_LENGTH:
            raise InvalidHead("An Ed25519 signature has 64 bytes.")


def log_id(key: Ed25519PublicKey) -> bytes:
    """Which log a key signs for."""
    return sha256(key.public_bytes_raw()).digest()


def sign(key: Ed25519PrivateKey, size: int, root: bytes, time: datetime) -> SignedHead:
    """The head of a tree of that size and root at a time in UTC and whole seconds. Raises InvalidHead."""
    unsigned = SignedHead(log_id(key.public_key()), size, time, root, bytes(SIGNATURE_LENGTH))
    return SignedHead(unsigned.log_id, size, time, root, key.sign(DOMAIN + _fields(unsigned)))


def verify(head: SignedHead, *keys: Ed25519PublicKey) -> None:
    """Return if the head was signed with a key of this log, of which it may have had several one after the other.

    Raises ForeignHead, BadSignature.
    """
    key = next((key for key in keys if log_id(key) == head.log_id), None)
    if key is None:
        raise ForeignHead("This head is of another log. Check it with the public key of that one.")
    try:
        key.verify(head.signature, DOMAIN + _fields(head))
    except InvalidSignature:
        raise BadSignature(
            "This head was changed, or not signed with the key of this log. Read it again from where it was printed."
        ) from None


def text(head: SignedHead) -> str:
    """The head on one line, for a file or a QR code."""
    return PREFIX + urlsafe_b64encode(_fields(head) + head.signature).decode()


def parse(line: str) -> SignedHead:
    """The head that a line holds, not verified yet; space around it does not count. Raises HeadNotUnderstood."""
    encoded = _encoded(line.strip())
    raw = urlsafe_b64decode(encoded)
    id_, size, seconds, root = FIELDS.unpack(raw[: FIELDS.size])
    if seconds > LATEST_S or size > LARGEST_SIZE:
        raise HeadNotUnderstood("The size or time of this head is out of range. Scan it again.")
    return SignedHead(id_, size, EPOCH + timedelta(seconds=seconds), root, raw[FIELDS.size :])


def _encoded(line: str) -> str:
    if not line.startswith(PREFIX):
        raise HeadNotUnderstood(
            f"A head begins with {PREFIX} Check that this is one, and which version wrote it."
        )
    encoded = line.removeprefix(PREFIX)
    if not re.fullmatch(r"[A-Za-z0-9_-]*", encoded, re.ASCII):
        raise HeadNotUnderstood("A head is one line of letters, digits, - and _. Scan it again.")
    if len(encoded) != TEXT_LENGTH:
        raise HeadNotUnderstood(
            f"A head has {len(PREFIX) + TEXT_LENGTH} characters. Some are missing or too many."
        )
    return encoded


def _fields(head: SignedHead) -> bytes:
    seconds = (head.time - EPOCH) // timedelta(seconds=1)
    return FIELDS.pack(head.log_id, head.size, seconds, head.root)
