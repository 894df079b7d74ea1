"""An identity provider on a port of this machine (oidc-provider-mock), and what it can be made to state.

It checks the client's secret and the redirect URI by itself; PKCE it does not know, so that is checked around it.
"""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import flask
import httpx
import oidc_provider_mock
import werkzeug.serving
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.jwk import RSAKey
from joserfc.jws import extract_compact

TOKEN, AUTHORIZE = "/oauth2/token", "/oauth2/authorize"
POLL_S = 0.01

Forge = Callable[[dict[str, Any], RSAKey], str]


def signed(key: Any, claims: dict[str, Any], algorithm: str = "RS256", kid: str | None = None) -> str:
    """A token of these claims."""
    header = {"alg": algorithm, "kid": key.kid if kid is None else kid}
    return jwt.encode(header, claims, key, algorithms=[algorithm])


@dataclass
class IdentityProvider:
    """A provider that runs."""

    issuer: str
    client_id: str = ""
    client_secret: str = ""
    forge: Forge | None = None
    """Makes another ID token of the claims that the provider would state, given its key."""
    challenges: dict[str, str] = field(default_factory=dict)
    redeemed: int = 0

    def register(self, redirect_uri: str) -> None:
        """Make a confidential client."""
        made = httpx.post(f"{self.issuer}/oauth2/clients", json={"redirect_uris": [redirect_uri]}).json()
        self.client_id, self.client_secret = made["client_id"], made["client_secret"]

    def person(self, subject: str, **claims: Any) -> None:
        """Somebody who has an account there, and what the provider states of them besides."""
        httpx.put(f"{self.issuer}/users/{subject}", json=claims).raise_for_status()

    def sign_in(self, address: str, subject: str) -> str:
        """Sign in on the provider's page; the path and query of where it leads back to."""
        there = httpx.post(address, data={"sub": subject})
        assert there.status_code == 302, there.text
        back = urlsplit(there.headers["location"])
        return f"{back.path}?{back.query}"


@contextmanager
def identity_provider(host: str = "localhost") -> Iterator[IdentityProvider]:
    """Run one. By the number 127.0.0.1 it is to a browser another site than what is at localhost."""
    application = oidc_provider_mock.app(require_client_registration=True, require_nonce=True)
    server = werkzeug.serving.make_server(host, 0, application, threaded=True)
    provider = IdentityProvider(f"http://{host}:{server.server_port}")
    _check_pkce(application, provider)
    _let_forge(application, provider)
    thread = threading.Thread(target=server.serve_forever, args=(POLL_S,))
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _check_pkce(application: flask.Flask, provider: IdentityProvider) -> None:
    """RFC 7636, section 4.6."""

    @application.after_request
    def remember(answer: flask.Response) -> flask.Response:
        if flask.request.path == AUTHORIZE and answer.status_code == 302:
            assert flask.request.args["code_challenge_method"] == "S256"
            code = parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]
            provider.challenges[code] = flask.request.args["code_challenge"]
        return answer

    @application.before_request
    def verify() -> Any:
        if flask.request.path != TOKEN:
            return None
        challenge = provider.challenges.get(flask.request.form["code"])
        if challenge != create_s256_code_challenge(flask.request.form["code_verifier"]):
            return {"error": "invalid_grant"}, 400
        return None


def _let_forge(application: flask.Flask, provider: IdentityProvider) -> None:
    @application.after_request
    def forge(answer: flask.Response) -> flask.Response:
        if flask.request.path != TOKEN or answer.status_code != 200:
            return answer
        provider.redeemed += 1
        if provider.forge is not None:
            said = answer.get_json()
            claims = json.loads(extract_compact(said["id_token"].encode()).payload)
            key = RSAKey.import_key(flask.g.oidc_provider_mock_storage.jwk.as_dict(is_private=True))
            answer.set_data(json.dumps({**said, "id_token": provider.forge(claims, key)}))
        return answer
