"""Which keys of a set are taken, and what is refused."""

import json

import pytest
from joserfc.jwk import OctKey
from signing import ec_key, key_set, rsa_key

from services.access.systems.errors import KeysNotUnderstood
from services.access.systems.public_keys import public_keys

RSA, EC = rsa_key(), ec_key()


def with_members(key, **members) -> dict:
    return {
        name: value for name, value in {**key.as_dict(private=False), **members}.items() if value is not None
    }


def test_both_kinds_are_taken_each_with_its_algorithm() -> None:
    keys = public_keys(key_set(RSA, EC))
    assert [(key.kid, key.algorithm) for key in keys] == [("rsa", "RS384"), ("ec", "ES384")]
    assert all("d" not in json.loads(key.jwk) for key in keys)


@pytest.mark.parametrize(
    "other",
    [
        with_members(RSA, kid=None),
        with_members(RSA, kid=""),
        with_members(RSA, kid=7),
        with_members(RSA, kid="k" * 201),
        with_members(RSA, use="enc"),
        with_members(RSA, alg="RS256"),
        with_members(RSA, key_ops=["encrypt"]),
        with_members(RSA, n="AQAB"),
        with_members(RSA, n=None),
        with_members(RSA, kty="OKP"),
        with_members(EC, alg="ES256"),
        with_members(EC, x="AA"),
        rsa_key(bits=1024).as_dict(private=False),
        ec_key(curve="P-256").as_dict(private=False),
    ],
)
def test_what_cannot_be_used_is_left_out(other: dict) -> None:
    with pytest.raises(KeysNotUnderstood, match="no key that can be used"):
        public_keys(json.dumps({"keys": [other]}))
    good = ec_key("good").as_dict(private=False)
    assert [key.kid for key in public_keys(json.dumps({"keys": [other, good]}))] == ["good"]


@pytest.mark.parametrize(
    "secret",
    [
        RSA.as_dict(private=True),
        EC.as_dict(private=True),
        OctKey.generate_key(256).as_dict(private=True),
    ],
)
def test_a_secret_is_refused_and_not_repeated(secret: dict) -> None:
    with pytest.raises(KeysNotUnderstood, match="private key") as refused:
        public_keys(json.dumps({"keys": [EC.as_dict(private=False), secret]}))
    assert str(secret.get("d", secret.get("k"))) not in str(refused.value)


@pytest.mark.parametrize("text", ["", "no", "[]", "{}", '{"keys": {}}', '{"keys": [1]}', '{"keys": []}'])
def test_what_is_no_key_set_is_refused(text: str) -> None:
    with pytest.raises(KeysNotUnderstood):
        public_keys(text)


def test_two_keys_of_one_kid_are_refused() -> None:
    with pytest.raises(KeysNotUnderstood, match="same kid"):
        public_keys(key_set(rsa_key("one"), ec_key("one")))


def test_too_many_keys_are_refused() -> None:
    with pytest.raises(KeysNotUnderstood, match="more than 20"):
        public_keys(json.dumps({"keys": [with_members(EC, kid=str(n)) for n in range(21)]}))
