"""The key that every event of a tablet is also sealed to, so that any clinician's tablet can send it unread.

ECDH on P-256 with a key of the sender's for each event, HKDF-SHA-256, AES-256-GCM (``docs/round.md``). The private half
is drawn from a file in THROUGHCARE_HOME, made once; without it what was not sent yet cannot be read.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from services.shared.secret_keys import secret_key

NAME = "round-events"
VERSION = 1
INFO = b"throughcare round event 1"

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""How many points P-256 has. https://nvlpubs.nist.gov/nistpubs/SpecialPublications/NIST.SP.800-186.pdf, 3.2.1.3"""


class NotOpened(Exception):
    """It is not sealed, was changed on its way, or is for another installation's key."""


@dataclass(frozen=True)
class FacilityKey:
    """The pair."""

    private: ec.EllipticCurvePrivateKey = field(repr=False)

    @property
    def public(self) -> bytes:
        """SubjectPublicKeyInfo, as WebCrypto imports it ("spki")."""
        return self.private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    @property
    def name(self) -> str:
        """By which a sealed event says which key it is for."""
        return sha256(self.public).hexdigest()[:16]

    def opened(self, sealed: Mapping[str, Any]) -> bytes:
        """What was sealed to this key. Raises NotOpened."""
        try:
            if (sealed["v"], sealed["key"]) != (VERSION, self.name):
                raise NotOpened
            point, nonce, text = (_bytes(sealed[name]) for name in ("epk", "iv", "sealed"))
            theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
            shared = self.private.exchange(ec.ECDH(), theirs)
            return AESGCM(drawn(shared, point)).decrypt(nonce, text, self.name.encode())
        except (KeyError, TypeError, ValueError, InvalidTag):
            raise NotOpened from None


def facility_key(folder: Path) -> FacilityKey:
    """The key of the installation."""
    number = int.from_bytes(secret_key(folder, NAME)) % (ORDER - 1) + 1
    return FacilityKey(ec.derive_private_key(number, ec.SECP256R1()))


def event_in(opened: bytes) -> Mapping[str, Any]:
    """The event in what was opened. Raises NotOpened."""
    try:
        said = json.loads(opened)
    except ValueError:
        raise NotOpened from None
    if not isinstance(said, dict):
        raise NotOpened
    return said


def drawn(shared: bytes, point: bytes) -> bytes:
    """The key of one event, from what both sides agree on and the sender's point."""
    return HKDF(algorithm=SHA256(), length=32, salt=point, info=INFO).derive(shared)


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, altchars=b"-_", validate=True)
    except binascii.Error:
        raise ValueError from None
