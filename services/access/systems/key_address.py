"""Reading a client's key set from the address it gave."""

from urllib.parse import urlsplit

import httpx

from services.access.systems.errors import KeysNotFetched, KeysNotUnderstood
from services.access.systems.public_keys import PublicKey, public_keys

PATIENCE_S = 3.0
LONGEST = 65_536
HERE = {"localhost", "127.0.0.1", "::1"}


def acceptable(url: str) -> str:
    """The address, if keys may be read from there: over TLS, or on this machine. Raises KeysNotUnderstood."""
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in HERE):
        raise KeysNotUnderstood("The address of a key set begins with https://.")
    if not parts.hostname or parts.username or parts.fragment:
        raise KeysNotUnderstood("The address of a key set is a plain https:// address without a password.")
    return url


def fetch_keys(url: str) -> list[PublicKey]:
    """The keys that the address lists. It is asked once, is not followed elsewhere, and answers in a few seconds.

    Raises KeysNotFetched, KeysNotUnderstood.
    """
    try:
        with (
            httpx.Client(timeout=PATIENCE_S, follow_redirects=False, trust_env=False) as client,
            client.stream("GET", url, headers={"Accept": "application/json"}) as answer,
        ):
            if answer.status_code != httpx.codes.OK:
                raise KeysNotFetched("The address of the key set does not answer with 200.")
            return public_keys(_bounded(answer))
    except httpx.HTTPError:
        raise KeysNotFetched("The address of the key set does not answer.") from None


def _bounded(answer: httpx.Response) -> bytes:
    read = b""
    for part in answer.iter_bytes():
        read += part
        if len(read) > LONGEST:
            raise KeysNotFetched("What the address of the key set answers is too long to be one.")
    return read
