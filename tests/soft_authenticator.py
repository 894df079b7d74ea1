"""A security key in software: ES256, attestation "none", as W3C Web Authentication lays the bytes out."""

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass
class SoftAuthenticator:
    """One authenticator in one browser, which states the origin and counts, or does not."""

    origin: str = "https://clinic.example"
    verifies: bool = True
    """Whether it has verified its holder by finger, face or PIN."""
    counts: bool = True
    framed: bool = False
    count: int = 0
    id: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    user_handle: bytes = b""

    def make(self, options: str) -> str:
        """Answer ``navigator.credentials.create``."""
        asked = json.loads(options)
        self.user_handle = _bytes(asked["user"]["id"])
        attested = b"\0" * 16 + len(self.id).to_bytes(2) + self.id + self._public_key()
        data = self._authenticator_data(asked["rp"]["id"], ATTESTED, attested)
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer(
            clientDataJSON=self._client_data("webauthn.create", asked["challenge"]),
            attestationObject=attestation,
        )

    def sign(self, options: str, *, with_handle: bool = True) -> str:
        """Answer ``navigator.credentials.get``."""
        asked = json.loads(options)
        client_data = self._client_data("webauthn.get", asked["challenge"])
        data = self._authenticator_data(asked["rpId"], 0, b"")
        signature = self.key.sign(data + hashlib.sha256(client_data).digest(), ec.ECDSA(SHA256()))
        handle = {"userHandle": self.user_handle} if with_handle else {}
        return self._answer(clientDataJSON=client_data, authenticatorData=data, signature=signature, **handle)

    def _authenticator_data(self, rp_id: str, flags: int, attested: bytes) -> bytes:
        self.count += self.counts
        flags |= PRESENT | (VERIFIED if self.verifies else 0)
        return hashlib.sha256(rp_id.encode()).digest() + bytes([flags]) + self.count.to_bytes(4) + attested

    def _client_data(self, type_: str, challenge: str) -> bytes:
        stated = {"type": type_, "challenge": challenge, "origin": self.origin, "crossOrigin": self.framed}
        return json.dumps(stated).encode()

    def _public_key(self) -> bytes:
        numbers = self.key.public_key().public_numbers()
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)})

    def _answer(self, **response: bytes) -> str:
        return json.dumps(
            {
                "id": _text(self.id),
                "rawId": _text(self.id),
                "type": "public-key",
                "response": {name: _text(value) for name, value in response.items()},
                "clientExtensionResults": {},
            }
        )


def _text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def _bytes(value: str) -> bytes:
    return base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))
