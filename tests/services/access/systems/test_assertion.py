"""What an assertion has to say, and how it has to be signed."""

from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey
from signing import assertion as signed_now
from signing import ec_key, key_set, rsa_key

from services.access.systems.assertion import claimed, verified
from services.access.systems.errors import NotTheClient
from services.access.systems.public_keys import public_keys

HERE = "https://here.example/auth/token"
RSA, EC = rsa_key(), ec_key()
PUBLIC = {key.kid: key for key in public_keys(key_set(RSA, EC))}
NOW = datetime.now(UTC).replace(microsecond=0)
S = int(NOW.timestamp())


def assertion(key, *of, **claims) -> str:
    """One of the moment at which these tests look, however long they have waited for their turn."""
    return signed_now(key, *of, **{"exp": S + 60, **claims})


def check(signed: str, kid: str = "ec", now: datetime = NOW):
    return verified(signed, PUBLIC[kid], HERE, now)


@pytest.mark.parametrize("key", [RSA, EC])
def test_a_right_one_is_taken(key) -> None:
    signed = assertion(key, "centre", HERE, jti="once")
    claim = claimed(signed)
    assert (claim.client, claim.kid) == ("centre", key.kid)
    found = check(signed, key.kid)
    assert (found.client, found.jti) == ("centre", "once")


@pytest.mark.parametrize("audience", [[HERE], ["https://other.example", HERE]])
def test_an_audience_may_be_a_list(audience: list[str]) -> None:
    check(assertion(EC, "centre", HERE, aud=audience))


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": None},
        {"aud": "https://here.example"},
        {"aud": HERE + "/"},
        {"aud": ["https://other.example"]},
        {"aud": {"a": HERE}},
        {"sub": "other"},
        {"sub": None},
        {"iss": None},
        {"iss": ""},
        {"iss": ["centre"]},
        {"jti": None},
        {"jti": 7},
        {"jti": "x" * 256},
        {"jti": "\x00"},
        {"exp": None},
        {"exp": "soon"},
        {"exp": True},
        {"exp": S},
        {"exp": S - 1},
        {"exp": S + 301},
        {"exp": 1e300},
        {"nbf": S + 1},
    ],
)
def test_what_is_not_right_is_refused(claims: dict) -> None:
    with pytest.raises(NotTheClient):
        check(assertion(EC, "centre", HERE, **claims))


@pytest.mark.parametrize("life", [1, 299, 300])
def test_it_may_last_five_minutes(life: int) -> None:
    assert check(assertion(EC, "centre", HERE, exp=S + life)).expires_at == NOW + timedelta(seconds=life)


def test_a_clock_that_is_wrong_is_noticed() -> None:
    signed = assertion(EC, "centre", HERE, exp=S + 300)
    for wrong in (NOW - timedelta(seconds=1), NOW + timedelta(seconds=300)):
        with pytest.raises(NotTheClient, match="clock"):
            check(signed, now=wrong)


def test_another_key_is_refused() -> None:
    with pytest.raises(NotTheClient, match="not signed"):
        check(assertion(ec_key("ec"), "centre", HERE))


def test_without_a_key_it_reads_as_signed_by_another() -> None:
    with pytest.raises(NotTheClient) as unknown:
        verified(assertion(EC, "centre", HERE), None, HERE, NOW)
    with pytest.raises(NotTheClient) as other:
        check(assertion(ec_key("ec"), "centre", HERE))
    assert str(unknown.value) == str(other.value)


@pytest.mark.parametrize("algorithm", ["RS256", "RS512", "PS384"])
def test_another_algorithm_of_the_right_key_is_refused(algorithm: str) -> None:
    with pytest.raises(NotTheClient, match="not signed"):
        check(assertion(RSA, "centre", HERE, algorithm=algorithm), "rsa")


@pytest.mark.parametrize("header", ["jwk", "jku", "x5u"])
def test_a_key_that_the_assertion_brings_along_is_not_looked_at(header: str) -> None:
    stranger = ec_key("ec")
    brought = {"jwk": stranger.as_dict(private=False)}.get(header, "https://evil.example/jwks.json")
    claims = {"iss": "centre", "sub": "centre", "aud": HERE, "exp": S + 60, "jti": "x"}
    signed = jwt.encode(
        {"alg": "ES384", "kid": "ec", header: brought}, claims, stranger, algorithms=["ES384"]
    )
    with pytest.raises(NotTheClient, match="not signed"):
        check(signed)


def test_the_public_key_is_no_shared_secret() -> None:
    """The old trick: HS384 with the text of the public key as the secret."""
    secret = OctKey.import_key(PUBLIC["rsa"].jwk)
    claims = {"iss": "centre", "sub": "centre", "aud": HERE, "exp": S + 60, "jti": "x"}
    signed = jwt.encode({"alg": "HS384", "kid": "rsa"}, claims, secret, algorithms=["HS384"])
    with pytest.raises(NotTheClient, match="not signed"):
        check(signed, "rsa")


def test_an_unsigned_one_is_refused() -> None:
    _, payload, _ = assertion(EC, "centre", HERE).split(".")
    header = urlsafe_b64encode(b'{"alg":"none","kid":"ec"}').decode().rstrip("=")
    with pytest.raises(NotTheClient, match="not signed"):
        check(f"{header}.{payload}.")


def test_a_changed_one_is_refused() -> None:
    header, payload, signature = assertion(EC, "centre", HERE).split(".")
    other = assertion(EC, "other", HERE).split(".")[1]
    for changed in (f"{header}.{other}.{signature}", f"{header}.{payload}.{signature[:-4]}AAAA"):
        with pytest.raises(NotTheClient, match="not signed"):
            check(changed)


@pytest.mark.parametrize("text", ["", "a", "a.b.c", "....", "ä.ö.ü", "e30.e30.", "e30.W10.AA", "x" * 8193])
def test_what_is_no_jwt_is_refused(text: str) -> None:
    with pytest.raises(NotTheClient):
        claimed(text)
