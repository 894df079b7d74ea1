"""What binds a sign-in elsewhere to the browser that has begun it. Pure.

The browser keeps a handle of 256 random bits in a cookie, and state, nonce and verifier are drawn from it: what comes
back from the provider counts in that browser and in no other one, and none of the three is kept anywhere.
"""

import hmac
from base64 import urlsafe_b64encode
from hashlib import sha256


def state_of(handle: str) -> str:
    """What the provider gives back with its answer (RFC 6749, section 10.12)."""
    return _drawn(handle, "state")


def nonce_of(handle: str) -> str:
    """What the ID token repeats (OpenID Connect Core 1.0, section 15.5.2)."""
    return _drawn(handle, "nonce")


def verifier_of(handle: str) -> str:
    """What shows that whoever redeems the code has asked for it (RFC 7636, section 4.1)."""
    return _drawn(handle, "verifier")


def is_state_of(handle: str, given: str) -> bool:
    """Whether an answer belongs to the sign-in that this browser has begun."""
    return hmac.compare_digest(state_of(handle).encode(), given.encode(errors="replace"))


def _drawn(handle: str, use: str) -> str:
    drawn = hmac.new(handle.encode(errors="replace"), f"throughcare oidc {use}".encode(), sha256).digest()
    return urlsafe_b64encode(drawn).rstrip(b"=").decode()
