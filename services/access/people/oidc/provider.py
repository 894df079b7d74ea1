"""Asking the identity provider: what it offers, with which keys it signs, and what a code is worth."""

from base64 import b64encode
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote_plus

import httpx
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from services.access.people.errors import ProviderUnreachable
from services.access.people.oidc.client import OidcClient
from services.access.people.oidc.handle import nonce_of, state_of, verifier_of
from services.access.people.oidc.id_token import OF_PROVIDERS, NotStated
from services.access.people.oidc.metadata import Metadata, configuration_of, metadata
from services.access.remote import NotRead, bounded, client, read
from services.access.systems.errors import KeysNotUnderstood
from services.access.systems.public_keys import PublicKey, public_keys

FRESH = timedelta(minutes=5)
"""What the provider says of itself and its keys is read anew after that. Proposed."""

ASKED_AGAIN_AFTER = timedelta(seconds=30)
"""Nor is it asked more often for a key that is not known. Proposed."""

FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}


@dataclass(frozen=True)
class _Known:
    """What was read of the provider, and when."""

    metadata: Metadata
    keys: dict[str, PublicKey]
    read_at: datetime

    def is_fresh(self, lifetime: timedelta, at: datetime) -> bool:
        return timedelta(0) <= at - self.read_at < lifetime


class Provider:
    """One for each application: it remembers for some minutes what the provider has said."""

    def __init__(self, registered: OidcClient) -> None:
        self.client = registered
        self._known: _Known | None = None

    def address(self, handle: str, at: datetime) -> str:
        """Where to lead the browser that holds the handle. Raises ProviderUnreachable."""
        address = prepare_grant_uri(
            self._read(at).metadata.authorization_endpoint,
            self.client.id,
            "code",
            redirect_uri=self.client.redirect_uri,
            scope="openid",
            state=state_of(handle),
            nonce=nonce_of(handle),
            code_challenge=create_s256_code_challenge(verifier_of(handle)),
            code_challenge_method="S256",
            # On a desk that many use, the provider may still know whoever sat there before.
            max_age="0",
        )
        return str(address)

    def states_issuer(self, at: datetime) -> bool:
        """Whether the provider's answers say from whom they are. Raises ProviderUnreachable."""
        return self._read(at).metadata.states_issuer

    def id_token(self, handle: str, code: str, at: datetime) -> str:
        """The ID token for a code. Raises ProviderUnreachable, and NotStated if the code is worth nothing."""
        offered = self._read(at).metadata
        redeeming = self._redeeming(offered, handle, code)
        try:
            with client() as asking:
                answer = asking.send(redeeming, stream=True)
                text = bounded(answer)
        except (httpx.HTTPError, NotRead):
            raise ProviderUnreachable from None
        if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
            raise ProviderUnreachable
        return _id_token(answer.status_code, text)

    def key(self, kid: str | None, at: datetime) -> PublicKey:
        """The provider's key of that kid, or its only one. Raises ProviderUnreachable, NotStated."""
        known = self._read(at)
        if kid is None:
            # OpenID Connect Core 1.0, section 10.1: it may be left out where there is one key.
            return _only(known.keys.values())
        if kid not in known.keys and not known.is_fresh(ASKED_AGAIN_AFTER, at):
            self._known = None
            known = self._read(at)
        if kid not in known.keys:
            raise NotStated
        return known.keys[kid]

    def _read(self, at: datetime) -> _Known:
        known = self._known
        if known is None or not known.is_fresh(FRESH, at):
            known = self._known = self._asked(at)
        return known

    def _asked(self, at: datetime) -> _Known:
        try:
            offered = metadata(read(configuration_of(self.client.issuer)), self.client.issuer)
            keys = public_keys(read(offered.jwks_uri), OF_PROVIDERS)
        except (NotRead, KeysNotUnderstood):
            raise ProviderUnreachable from None
        return _Known(offered, {key.kid: key for key in keys}, at)

    def _redeeming(self, offered: Metadata, handle: str, code: str) -> httpx.Request:
        in_body = {"client_id": self.client.id, "client_secret": self.client.secret}
        body = prepare_token_request(
            "authorization_code",
            redirect_uri=self.client.redirect_uri,
            code=code,
            code_verifier=verifier_of(handle),
            **(in_body if offered.secret_in_body else {}),
        )
        request = httpx.Request("POST", offered.token_endpoint, content=body, headers=FORM)
        if not offered.secret_in_body:
            request.headers["Authorization"] = self._basic()
        return request

    def _basic(self) -> str:
        # RFC 6749, section 2.3.1: both are encoded as in a form before they are put together.
        pair = f"{quote_plus(self.client.id)}:{quote_plus(self.client.secret)}"
        return f"Basic {b64encode(pair.encode()).decode()}"


def _only(keys: Collection[PublicKey]) -> PublicKey:
    if len(keys) != 1:
        raise NotStated
    return next(iter(keys))


def _id_token(status: int, text: bytes) -> str:
    try:
        answer = httpx.Response(status, content=text).json()
    except ValueError:
        raise NotStated from None
    token = answer.get("id_token") if isinstance(answer, dict) and status == httpx.codes.OK else None
    if not isinstance(token, str):
        raise NotStated
    return token
