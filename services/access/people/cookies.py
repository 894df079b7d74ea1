"""The cookies of sessions and devices. Pure."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal
from urllib.parse import urlsplit

from services.access.people.session_state import SHIFT

OWN_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})

DEVICE_LIFETIME = timedelta(days=400)
"""The longest that browsers keep a cookie. It is set anew with each sign-in."""


ELSEWHERE_LIFETIME = timedelta(minutes=10)
"""As long as a sign-in elsewhere may take."""


class NotEncrypted(Exception):
    """Over http, a cookie would cross the network for everyone to read: nobody signs in there."""


@dataclass(frozen=True)
class Cookie:
    """A cookie as it is set; the names are those of Starlette's ``set_cookie``."""

    key: str
    max_age: int
    secure: bool
    path: str = "/"
    httponly: bool = True
    samesite: Literal["strict", "lax"] = "strict"


def session_cookie(base_url: str) -> Cookie:
    """The cookie that holds a session's token. Raises NotEncrypted."""
    return _cookie(base_url, "session", SHIFT)


def device_cookie(base_url: str) -> Cookie:
    """The cookie that holds a registered device's token. Raises NotEncrypted."""
    return _cookie(base_url, "device", DEVICE_LIFETIME)


def elsewhere_cookie(base_url: str) -> Cookie:
    """The cookie of a sign-in by way of the identity provider. Raises NotEncrypted.

    The provider's page leads back here, and with that a browser sends no strict cookie.
    """
    return replace(_cookie(base_url, "elsewhere", ELSEWHERE_LIFETIME), samesite="lax")


def _cookie(base_url: str, name: str, lifetime: timedelta) -> Cookie:
    parts = urlsplit(base_url)
    seconds = int(lifetime.total_seconds())
    if parts.scheme == "https":
        # The prefix makes browsers refuse one that a neighbouring host, or an unencrypted page, tries to set.
        return Cookie(f"__Host-{name}", seconds, secure=True)
    if parts.hostname in OWN_MACHINE:
        return Cookie(f"throughcare-{name}", seconds, secure=False)
    raise NotEncrypted
