"""A client's signed statement that it is the client. SMART App Launch 2.2, client-confidential-asymmetric; RFC 7523.

Pure: which keys the client has, and which statements were used before, others know.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jws import extract_compact

from services.access.systems.errors import NotTheClient
from services.access.systems.public_keys import PublicKey

LONGEST = 8_192
"""Characters of an assertion. Proposed; with RSA of 4,096 bits one has about 1,200."""

LONGEST_JTI = 255
LONGEST_LIFE = timedelta(minutes=5)
"""SMART App Launch 2.2 allows no more."""

NOT_SIGNED = "The assertion is not signed with a registered key of this client. Check client id, key and kid."


@dataclass(frozen=True)
class Claimed:
    """Who an assertion says to be from, and by which key. Nothing of it is shown yet."""

    client: str
    kid: str


@dataclass(frozen=True)
class Assertion:
    """An assertion that its client signed, for this server and for now."""

    client: str
    jti: str
    expires_at: datetime


def claimed(text: str) -> Claimed:
    """Whose key to look for. Raises NotTheClient."""
    if len(text) > LONGEST:
        raise NotTheClient("The assertion is too long to be one. Send one signed JWT.")
    try:
        unverified = extract_compact(text.encode())
        header, claims = unverified.headers(), json.loads(unverified.payload)
    except (JoseError, ValueError, RecursionError):
        raise NotTheClient("The assertion is no signed JWT in compact form.") from None
    if not isinstance(claims, dict):
        raise NotTheClient("The assertion is no signed JWT in compact form.")
    return Claimed(_text(claims, "iss"), _text(header, "kid"))


def verified(text: str, key: PublicKey | None, audience: str, now: datetime) -> Assertion:
    """The assertion, if it was signed with the key for this server and holds now. Raises NotTheClient.

    Args:
        text: the JWT in compact form.
        key: the client's key of the kid in the header; None if it has none.
        audience: the address of the token endpoint.
        now: in UTC.
    """
    if key is None:
        raise NotTheClient(NOT_SIGNED)
    try:
        claims = jwt.decode(text, key.loaded(), algorithms=[key.algorithm]).claims
    except (JoseError, ValueError):
        raise NotTheClient(NOT_SIGNED) from None
    client = _text(claims, "iss")
    if claims.get("sub") != client:
        raise NotTheClient("iss and sub of the assertion must both be the client id.")
    if audience not in _audiences(claims):
        raise NotTheClient("aud of the assertion must be the token endpoint as smart-configuration gives it.")
    return Assertion(client, _jti(claims), _expiry(claims, now))


def _expiry(claims: dict[str, Any], now: datetime) -> datetime:
    expires = _instant(claims, "exp")
    if expires is None:
        raise NotTheClient("exp of the assertion is missing or no number.")
    if expires <= now:
        raise NotTheClient("The assertion has expired. Sign a new one, and check the clock.")
    if expires > now + LONGEST_LIFE:
        raise NotTheClient(
            "exp of the assertion is more than five minutes away. Choose less, and check the clock."
        )
    begins = _instant(claims, "nbf")
    if begins is not None and begins > now:
        raise NotTheClient("The assertion is not valid yet. Check the clock.")
    return expires


def _instant(claims: dict[str, Any], name: str) -> datetime | None:
    seconds = claims.get(name)
    if not isinstance(seconds, int | float) or isinstance(seconds, bool):
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return None


def _audiences(claims: dict[str, Any]) -> Iterable[object]:
    audience = claims.get("aud")
    return audience if isinstance(audience, list) else [audience]


def _jti(claims: dict[str, Any]) -> str:
    jti = _text(claims, "jti")
    if len(jti) > LONGEST_JTI:
        raise NotTheClient(f"jti of the assertion is longer than {LONGEST_JTI} characters.")
    return jti


def _text(members: dict[str, Any], name: str) -> str:
    value = members.get(name)
    if not isinstance(value, str) or not value or "\x00" in value:
        raise NotTheClient(f"{name} of the assertion is missing or no text.")
    return value
