"""What a provider states about whoever has signed in there (OpenID Connect Core 1.0, section 3.1.3.7). Pure.

The algorithm is that of the provider's key: what the token says of it decides nothing, so neither ``none`` nor a MAC
under a public key passes.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jws import extract_compact

from services.access.people.oidc.client import OidcClient
from services.access.systems.public_keys import Kind, Kinds, PublicKey

OF_PROVIDERS: Kinds = {"RSA": Kind("RS256"), "EC": Kind("ES256", "P-256")}

SKEW = timedelta(minutes=2)
"""How far the clocks of provider and installation may be apart. Proposed."""

LONGEST = 32_768
"""Characters of an ID token. Proposed."""

LONGEST_SUBJECT = 255
"""OpenID Connect Core 1.0, section 2."""


class NotStated(Exception):
    """The token does not state, for this client and this sign-in, who somebody is."""


@dataclass(frozen=True)
class Expected:
    """What the token has to agree with."""

    client: OidcClient
    nonce: str = field(repr=False)
    begun_at: datetime
    """When the browser was sent to the provider: whoever comes back has proved there who they are since then."""


@dataclass(frozen=True)
class Stated:
    """Who has signed in there."""

    subject: str
    two_factors: bool
    """Whether the provider says that it has asked for two factors."""


def kid_of(text: str) -> str | None:
    """Which key to look for; None if the token does not say. Raises NotStated."""
    if len(text) > LONGEST:
        raise NotStated
    try:
        kid = extract_compact(text.encode()).headers().get("kid")
    except (JoseError, ValueError, RecursionError):
        raise NotStated from None
    if not isinstance(kid, str | None):
        raise NotStated
    return kid


def stated(text: str, key: PublicKey, expected: Expected, at: datetime) -> Stated:
    """Who has signed in, if the provider states it to this client, of this sign-in, and now. Raises NotStated."""
    try:
        claims = jwt.decode(text, key.loaded(), algorithms=[key.algorithm]).claims
    except (JoseError, ValueError, RecursionError):
        raise NotStated from None
    if not (
        claims.get("iss") == expected.client.issuer
        and _is_for(expected.client.id, claims)
        and claims.get("nonce") == expected.nonce
        and _holds(claims, expected.begun_at, at)
    ):
        raise NotStated
    return Stated(_subject(claims), _by_two_factors(expected.client, claims))


def _is_for(client: str, claims: dict[str, Any]) -> bool:
    audience = claims.get("aud")
    if isinstance(audience, list) and len(audience) > 1:
        return client in audience and claims.get("azp") == client
    return audience in (client, [client]) and claims.get("azp", client) == client


def _holds(claims: dict[str, Any], begun_at: datetime, at: datetime) -> bool:
    expires, issued, proved = (_instant(claims, name) for name in ("exp", "iat", "auth_time"))
    begins = _instant(claims, "nbf") if "nbf" in claims else issued
    if expires is None or issued is None or proved is None or begins is None:
        return False
    earliest, latest = begun_at - SKEW, at + SKEW
    # A session that the provider still had from whoever used this browser before is no sign-in of this person.
    return (
        expires > at - SKEW
        and earliest <= issued <= latest
        and earliest <= proved <= latest
        and begins <= latest
    )


def _instant(claims: dict[str, Any], name: str) -> datetime | None:
    seconds = claims.get(name)
    if not isinstance(seconds, int | float) or isinstance(seconds, bool):
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return None


def _subject(claims: dict[str, Any]) -> str:
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT or not subject.isprintable():
        raise NotStated
    return subject


def _by_two_factors(client: OidcClient, claims: dict[str, Any]) -> bool:
    acr = claims.get("acr")
    return (isinstance(acr, str) and acr in client.two_factors_acr) or bool(
        client.two_factors_amr & set(_texts(claims.get("amr")))
    )


def _texts(listed: object) -> Iterable[str]:
    return (one for one in listed if isinstance(one, str)) if isinstance(listed, list) else ()
