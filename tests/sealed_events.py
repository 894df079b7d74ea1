"""An event as a tablet seals it to the key of the facility."""

import base64
import secrets
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from services.clinic.round.facility_key import VERSION, drawn


def seal(public: bytes, text: bytes) -> dict[str, Any]:
    """A text sealed to a key."""
    theirs = load_der_public_key(public)
    assert isinstance(theirs, ec.EllipticCurvePublicKey)
    own = ec.generate_private_key(ec.SECP256R1())
    point = own.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    nonce, name = secrets.token_bytes(12), sha256(public).hexdigest()[:16]
    sealed = AESGCM(drawn(own.exchange(ec.ECDH(), theirs), point)).encrypt(nonce, text, name.encode())
    written = {"epk": point, "iv": nonce, "sealed": sealed}
    return {
        "v": VERSION,
        "key": name,
        **{part: base64.urlsafe_b64encode(value).decode() for part, value in written.items()},
    }
