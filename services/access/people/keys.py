"""The keys under which credentials are kept, all drawn from one secret of the installation."""

from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from services.shared.secret_keys import secret_key

NAME = "credentials"


@dataclass(frozen=True)
class CredentialKeys:
    """One key for each use, so that none tells anything about another."""

    sealing: bytes = field(repr=False)
    throttling: bytes = field(repr=False)
    pins: bytes = field(repr=False)
    presence: bytes = field(repr=False)


def credential_keys(home: Path) -> CredentialKeys:
    """The keys of the installation in ``home``.

    Losing ``credentials.key`` is not harmless: every one-time code, of phones and of hardware tokens, and every PIN
    is lost with it. It belongs into the backup, apart from that of the database.
    """
    return keys_from(secret_key(home, NAME))


def keys_from(secret: bytes) -> CredentialKeys:
    """The keys that one secret gives."""
    return CredentialKeys(*(_derived(secret, use) for use in ("sealing", "throttling", "pins", "presence")))


def _derived(secret: bytes, use: str) -> bytes:
    info = f"throughcare credentials {use}".encode()
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(secret)
