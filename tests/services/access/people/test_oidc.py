"""What is believed of an identity provider: its addresses, its keys, and what it signs."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from fastapi import FastAPI, Request
from joserfc import jwt
from serving import serving
from signing import ec_key, key_set, rsa_key

from services.access.people.errors import ProviderUnreachable
from services.access.people.oidc.client import OidcClient
from services.access.people.oidc.handle import is_state_of, nonce_of, state_of, verifier_of
from services.access.people.oidc.id_token import OF_PROVIDERS, Expected, NotStated, kid_of, stated
from services.access.people.oidc.metadata import configuration_of, metadata
from services.access.people.oidc.provider import Provider
from services.access.systems.errors import KeysNotUnderstood
from services.access.systems.public_keys import public_keys

ISSUER = "https://provider.example/realm"
CLIENT = OidcClient(ISSUER, "throughcare", "a secret", "https://clinic.example")
RIGHT = {
    "issuer": ISSUER,
    "authorization_endpoint": f"{ISSUER}/authorize",
    "token_endpoint": f"{ISSUER}/token",
    "jwks_uri": f"{ISSUER}/keys",
}
RSA, EC = rsa_key("rsa"), ec_key("ec", "P-256")


def test_the_document_of_the_issuer_says_where_to_go() -> None:
    found = metadata(json.dumps(RIGHT).encode(), ISSUER)
    assert (found.token_endpoint, found.secret_in_body, found.states_issuer) == (
        f"{ISSUER}/token",
        False,
        False,
    )
    methods = ["client_secret_post", "private_key_jwt"]
    more = {
        "token_endpoint_auth_methods_supported": methods,
        "authorization_response_iss_parameter_supported": True,
    }
    found = metadata(json.dumps(RIGHT | more).encode(), ISSUER)
    assert (found.secret_in_body, found.states_issuer) == (True, True)
    assert configuration_of(ISSUER) == configuration_of(f"{ISSUER}/")


@pytest.mark.parametrize(
    "other",
    [
        {"issuer": "https://another.example"},
        {"issuer": f"{ISSUER}/"},
        {"issuer": None},
        {"authorization_endpoint": "http://provider.example/authorize"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"token_endpoint": "http://provider.example/token"},
        {"token_endpoint": "https:///token"},
        {"jwks_uri": "http://provider.example/keys"},
        {"jwks_uri": "file:///etc/passwd"},
        {"jwks_uri": 7},
    ],
)
def test_a_document_that_cannot_be_believed_is_none(other: dict[str, Any]) -> None:
    with pytest.raises(ProviderUnreachable):
        metadata(json.dumps(RIGHT | other).encode(), ISSUER)


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b"null", b"[" * 100_000, b"\xff"])
def test_nor_is_anything_else(text: bytes) -> None:
    with pytest.raises(ProviderUnreachable):
        metadata(text, ISSUER)


def claims(at: datetime) -> dict[str, Any]:
    now = int(at.timestamp())
    return {
        "iss": ISSUER, "aud": "throughcare", "sub": "8f4c1d", "nonce": "n", "exp": now + 300, "iat": now, "auth_time": now,
    }  # fmt: skip


@pytest.mark.parametrize(("key", "algorithm"), [(RSA, "RS256"), (EC, "ES256")])
def test_both_kinds_of_key_sign(key: Any, algorithm: str, at: datetime) -> None:
    token = jwt.encode({"alg": algorithm, "kid": key.kid}, claims(at), key, algorithms=[algorithm])
    (public,) = public_keys(key_set(key), OF_PROVIDERS)
    assert kid_of(token) == public.kid
    assert stated(token, public, Expected(CLIENT, "n", at), at).subject == "8f4c1d"


@pytest.mark.parametrize("key", [rsa_key(bits=1024), ec_key(curve="P-384"), ec_key(curve="P-521")])
def test_other_keys_are_not_taken(key: Any) -> None:
    with pytest.raises(KeysNotUnderstood):
        public_keys(key_set(key), OF_PROVIDERS)


@pytest.mark.parametrize("text", ["", "a", "a.b.c", "." * 5, "x" * 40_000, "e30.e30."])
def test_what_is_no_token_names_no_key_or_holds_nothing(text: str, at: datetime) -> None:
    (public,) = public_keys(key_set(RSA), OF_PROVIDERS)
    with pytest.raises(NotStated):
        stated(text, public, Expected(CLIENT, "n", at), at)
    if len(text) != len("e30.e30."):
        with pytest.raises(NotStated):
            kid_of(text)


def test_what_is_drawn_from_a_handle_tells_nothing_of_it_and_is_its_own() -> None:
    drawn = {use(handle) for use in (state_of, nonce_of, verifier_of) for handle in ("a", "b")}
    assert len(drawn) == 6
    assert {len(one) for one in drawn} == {43}
    assert is_state_of("a", state_of("a"))
    assert not is_state_of("b", state_of("a"))


@dataclass
class Stub:
    """A provider whose keys change, and which writes down what it is asked for."""

    issuer: str = ""
    keys: list[Any] = field(default_factory=lambda: [RSA])
    more: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    body: str = ""
    authorization: str = ""
    answer: Any = field(default_factory=lambda: {"id_token": "a token"})


@pytest.fixture
def stub() -> Iterator[Stub]:
    made, application = Stub(), FastAPI()

    @application.get("/.well-known/openid-configuration")
    def configuration() -> Any:
        made.asked.append("configuration")
        own = {name: f"{made.issuer}/{name}" for name in RIGHT}
        return {**own, "issuer": made.issuer, **made.more}

    @application.get("/jwks_uri")
    def keys() -> Any:
        return json.loads(key_set(*made.keys))

    @application.post("/token_endpoint")
    async def token(request: Request) -> Any:
        made.body = (await request.body()).decode()
        made.authorization = request.headers.get("authorization", "")
        return made.answer

    with serving(application) as address:
        made.issuer = address
        yield made


def provider_of(stub: Stub) -> Provider:
    return Provider(OidcClient(stub.issuer, "clinic", "s e+c%ret", "https://clinic.example"))


def test_a_key_that_is_new_there_is_found_and_one_that_is_gone_is_not(stub: Stub, at: datetime) -> None:
    provider = provider_of(stub)
    assert provider.key("rsa", at).algorithm == "RS256"
    stub.keys = [EC]
    for seconds in (0, 29):
        with pytest.raises(NotStated):
            provider.key("ec", at + timedelta(seconds=seconds))
    assert stub.asked == ["configuration"]
    assert provider.key("ec", at + timedelta(seconds=30)).algorithm == "ES256"
    with pytest.raises(NotStated):
        provider.key("rsa", at + timedelta(seconds=31))


def test_after_five_minutes_it_is_asked_anew(stub: Stub, at: datetime) -> None:
    provider = provider_of(stub)
    provider.address("handle", at)
    provider.address("handle", at + timedelta(minutes=4, seconds=59))
    assert len(stub.asked) == 1
    provider.address("handle", at + timedelta(minutes=5))
    assert len(stub.asked) == 2
    # A clock that was set back does not keep it for ever.
    provider.address("handle", at)
    assert len(stub.asked) == 3


def test_a_token_that_names_no_key_is_of_the_only_one(stub: Stub, at: datetime) -> None:
    assert provider_of(stub).key(None, at).kid == "rsa"
    stub.keys = [RSA, EC]
    with pytest.raises(NotStated):
        provider_of(stub).key(None, at)


def test_the_secret_goes_where_the_provider_takes_it(stub: Stub, at: datetime) -> None:
    assert provider_of(stub).id_token("handle", "code", at) == "a token"
    assert stub.authorization == "Basic Y2xpbmljOnMrZSUyQmMlMjVyZXQ="
    assert "client_secret" not in stub.body
    stub.more = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    provider_of(stub).id_token("handle", "code", at)
    assert stub.authorization == ""
    assert "client_secret=s+e%2Bc%25ret" in stub.body
    assert f"code_verifier={verifier_of('handle')}" in stub.body


@pytest.mark.parametrize(
    "answer", [{}, [], None, {"id_token": None}, {"id_token": ["x"]}, {"error": "invalid_grant"}]
)
def test_an_answer_without_a_token_states_nothing(stub: Stub, at: datetime, answer: Any) -> None:
    stub.answer = answer
    with pytest.raises(NotStated):
        provider_of(stub).id_token("handle", "code", at)


def test_too_long_an_answer_is_none(stub: Stub, at: datetime) -> None:
    stub.answer = {"id_token": "x" * 70_000}
    with pytest.raises(ProviderUnreachable):
        provider_of(stub).id_token("handle", "code", at)


def test_no_secret_shows(stub: Stub) -> None:
    assert "s e+c%ret" not in repr(provider_of(stub).client)
