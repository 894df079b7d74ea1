"""Reading a client's key set from the address it gave."""

from urllib.parse import urlsplit

from services.access.remote import NotRead, is_safe, read
from services.access.systems.errors import KeysNotFetched, KeysNotUnderstood
from services.access.systems.public_keys import PublicKey, public_keys


def acceptable(url: str) -> str:
    """The address, if keys may be read from there: over TLS, or on this machine. Raises KeysNotUnderstood."""
    parts = urlsplit(url)
    if not is_safe(url):
        raise KeysNotUnderstood("The address of a key set begins with https://.")
    if not parts.hostname or parts.username or parts.fragment:
        raise KeysNotUnderstood("The address of a key set is a plain https:// address without a password.")
    return url


def fetch_keys(url: str) -> list[PublicKey]:
    """The keys that the address lists. It is asked once, is not followed elsewhere, and answers in a few seconds.

    Raises KeysNotFetched, KeysNotUnderstood.
    """
    try:
        return public_keys(read(url))
    except NotRead as why:
        raise KeysNotFetched(f"The address of the key set {why}.") from None
